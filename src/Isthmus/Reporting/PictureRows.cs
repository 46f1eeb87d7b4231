using Isthmus.Data;

namespace Isthmus.Reporting;

/// <summary>Pictures that belong together under each other, as PNG files.</summary>
public static class PictureRows
{
    // The grid's own background: what is not there is not seen.
    private const byte Blank = 0x80;

    /// <summary>
    /// Writes rows of pictures under each other, the i-th of each row above the i-th of the next (originals over
    /// reconstructions); what is wider than <paramref name="columns"/> goes on below, all rows together.
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
    /// <param name="cancel">Stops between two files.</param>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public static void SaveEach(string folder, ImageSchema schema, IReadOnlyList<byte[]> pictures, IReadOnlyList<string>? names = null, CancellationToken cancel = default)
    {
        var digits = Math.Max(5, $"{pictures.Count - 1}".Length);
        // a.png and a.jpg are two records.
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < pictures.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var name = names is null ? i.ToString($"D{digits}") : FileName(names[i]);
            if (!taken.Add(name))
                name += $"-{i}";
            ImageGrid.SavePng(Path.Combine(folder, $"{name}.png"), schema, [pictures[i]], 1);
        }
    }

    /// <summary>A record's name may be a path: its folders become a part of the name, and its extension is left out.</summary>
    private static string FileName(string record) =>
        string.Concat(Path.ChangeExtension(record, null).Select(c => c is '/' or '\\' || Path.GetInvalidFileNameChars().Contains(c) ? '-' : c));

    /// <summary>Small pictures are drawn larger, so that they can be seen.</summary>
    private static int Scale(ImageSchema schema) => Math.Max(1, 64 / Math.Max(schema.Height, schema.Width));
}
