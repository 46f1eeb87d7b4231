using System.Globalization;
using Isthmus.Data.Images;

namespace Isthmus.Reporting.Pages;

/// <summary>Pictures that belong together under each other, as PNG files.</summary>
public static class PictureRows
{
    // The grid's own background: what is not there is not seen.
    private const byte Blank = 0x80;

    /// <summary>
    /// Writes rows of pictures under each other, the i-th of each row above the i-th of the next (originals over reconstructions); rows wider than
    /// <paramref name="columns"/> continue below, all together.
    /// </summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="schema">Height, width and channels of each picture.</param>
    /// <param name="rows">Rows of 8-bit planar pictures, all of one length.</param>
    /// <param name="columns">Pictures side by side at most.</param>
    /// <exception cref="InvalidInputException">No picture, a grid too large to draw, or a file that cannot be written.</exception>
    public static void Save(string path, ImageSchema schema, IReadOnlyList<IReadOnlyList<byte[]>> rows, int columns)
    {
        columns = Math.Clamp(rows[0].Count, 1, columns);
        byte[] blank = [.. Enumerable.Repeat(Blank, schema.Dimension)];
        var pictures = new List<byte[]>();
        for (var start = 0; start < rows[0].Count; start += columns)
            foreach (var row in rows)
                pictures.AddRange(Enumerable.Range(start, columns).Select(i => i < row.Count ? row[i] : blank));
        ImageGrid.SavePng(path, schema, pictures, columns, Scale(schema));
    }

    /// <summary>Writes each picture to a file of its own, exactly its pixels, named after the record or else numbered from 0.</summary>
    /// <param name="folder">The folder, made if need be.</param>
    /// <param name="schema">Height, width and channels of each picture.</param>
    /// <param name="pictures">8-bit planar pixels.</param>
    /// <param name="names">The records' names; null to number them.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public static void SaveEach(
        string folder,
        ImageSchema schema,
        IReadOnlyList<byte[]> pictures,
        IReadOnlyList<string>? names = null,
        CancellationToken cancellationToken = default
    )
    {
        foreach (var (picture, file) in pictures.Zip(FileNames(pictures.Count, names)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ImageGrid.SavePng(Path.Combine(folder, file), schema, [picture], 1);
        }
    }

    /// <summary>
    /// Returns the names of the files that <see cref="SaveEach"/> writes: of records with the same name (a.png and a.jpg) the later are numbered.
    /// </summary>
    /// <param name="count">Pictures.</param>
    /// <param name="names">The records' names; null to number them.</param>
    public static string[] FileNames(int count, IReadOnlyList<string>? names)
    {
        var digits = Math.Max(5, $"{count - 1}".Length);
        string[] plain =
        [
            .. Enumerable.Range(0, count).Select(i => names is null ? i.ToString($"D{digits}", CultureInfo.InvariantCulture) : FileName(names[i])),
        ];
        // A number makes no name that another record has by itself: a-2.png, a.jpg, a.png.
        var own = plain.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var next = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. plain.Select(name =>
            {
                if (taken.Add(name))
                    return $"{name}.png";
                for (var number = next.GetValueOrDefault(name, 2); ; number++)
                    if ($"{name}-{number}" is var numbered && !own.Contains(numbered) && taken.Add(numbered))
                    {
                        next[name] = number + 1;
                        return $"{numbered}.png";
                    }
            }),
        ];
    }

    /// <summary>Returns the file name of a record, whose name may be a path: its folders become a part of the name, and its extension is left out.</summary>
    private static string FileName(string record) =>
        string.Concat(Path.ChangeExtension(record, null).Select(c => c is '/' or '\\' || Path.GetInvalidFileNameChars().Contains(c) ? '-' : c));

    /// <summary>Returns the scale, so that small pictures are drawn larger.</summary>
    private static int Scale(ImageSchema schema) => Math.Max(1, 64 / Math.Max(schema.Height, schema.Width));
}
