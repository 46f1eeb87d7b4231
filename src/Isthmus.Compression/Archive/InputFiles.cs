using System.Buffers.Binary;
using Isthmus.Compression.Codecs;
using Isthmus.Data.Arrays;
using Isthmus.Data.Files;
using Isthmus.Data.Images;
using Isthmus.Data.Records;

namespace Isthmus.Compression.Archive;

/// <summary>
/// Files and folders as the content of an archive. IDX and .npy files of pictures that the model takes become their header and their
/// records, and come back as the same bytes; pictures of the model's size become their pixels, and come back as PNG. Every other
/// file, damaged ones included, is kept as it is, as rows of bytes, so that nothing is left out.
/// </summary>
public sealed class InputFiles
{
    private readonly ImageSchema _schema;
    private readonly int? _binarisationSeed;
    private readonly List<Wording> _notes = [];
    private readonly List<string> _kept = [];
    private readonly Dictionary<string, string> _reasons = [];
    private readonly ArchiveContent _content;
    private int _pictures,
        _modelled,
        _unpacked;
    private Wording? _whyNot;

    private InputFiles(ImageSchema schema, int? binarisationSeed)
    {
        (_schema, _binarisationSeed) = (schema, binarisationSeed);
        _content = new(schema.Dimension, schema) { BinarisationSeed = binarisationSeed };
    }

    /// <summary>Reads files and folders as the content of an archive.</summary>
    /// <param name="paths">Files and folders; of a folder, all files in it.</param>
    /// <param name="schema">Size and levels of the records that the model takes.</param>
    /// <param name="binarisationSeed">Make 8-bit pixels black and white by this seed; null to leave them.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The content, and what the user must know before it is written: a line each.</returns>
    /// <exception cref="InvalidInputException">A file cannot be read, or single files are named and none holds records that the model takes.</exception>
    public static (ArchiveContent Content, IReadOnlyList<Wording> Notes) Read(
        IReadOnlyList<string> paths,
        ImageSchema schema,
        int? binarisationSeed = null,
        CancellationToken cancellationToken = default
    )
    {
        if (binarisationSeed is not null && schema.Levels != 2)
            throw new InvalidInputException(
                $"{OptionNames.Binarise}",
                $"makes pixels black and white, and the model is of {schema}",
                "leave it out, or take a model of binary images",
                OptionNames.Binarise
            );
        var (files, skipped) = Named(paths);
        var input = new InputFiles(schema, binarisationSeed);
        // A picture comes back as name.png, unless that name belongs to another file.
        var names = files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, name) in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            input.Add(path, name, names);
            input._content.GivenBytes += new FileInfo(path).Length;
        }
        if (input._modelled == 0)
        {
            var subject = files.Count == 1 ? files[0].Path : $"None of the {files.Count} files";
            Wording problem = $"{(files.Count == 1 ? "does not hold" : "holds")} what the model takes, {schema}";
            if (input._whyNot is { } why)
                problem = $"{problem} ({why})";
            // Who names a folder wants all of it.
            if (!paths.Any(Directory.Exists))
                throw new InvalidInputException(subject, problem, "give IDX or .npy files, pictures or raw bytes of that kind, or another model");
            input._notes.Add($"{subject} {problem}; another model may make them smaller.");
        }
        if (skipped.Count > 0)
            input._notes.Add($"left out: {FolderNotes.Some([.. skipped.Select(entry => $"{entry.Name} ({entry.Why})")])}.");
        return (input._content, input.Notes());
    }

    private List<Wording> Notes()
    {
        if (_pictures > 0)
            _notes.Add(
                $"{Files(_pictures)}: pictures come back as PNG files of the same pixels, under the same names; the files' own bytes and text in them are not "
                    + $"kept."
            );
        if (_unpacked > 0)
            _notes.Add($"{Files(_unpacked)}: gzip files come back unpacked, without .gz in their names.");
        if (_binarisationSeed is { } seed)
            _notes.Add($"pixels are made black and white at random, seed {seed}: what comes back are those black and white pixels, not the pixels of now.");
        if (_kept.Count > 0)
            _notes.Add(
                $"{Files(_kept.Count)} not such as the model takes, kept as bytes: "
                    + $"{string.Join(", ", _kept.Take(3).Select(Reasoned))}{(_kept.Count > 3 ? ", ..." : "")}."
            );
        return _notes;
    }

    private string Reasoned(string name) => _reasons.TryGetValue(name, out var reason) ? $"{name} ({reason})" : name;

    private void Add(string path, string name, HashSet<string> names)
    {
        if (
            ImageFolderReader.IsImage(path)
            && (Path.ChangeExtension(name, ".png") == name || !names.Contains(Path.ChangeExtension(name, ".png")))
            && Picture(path, name) is { } picture
        )
        {
            names.Add(picture.Entry.OutputName);
            (_pictures, _modelled) = (_pictures + 1, _modelled + 1);
            _content.Add(picture.Entry, picture.Pixels, isModelled: true);
            return;
        }
        if (!ImageFolderReader.IsImage(path) && Records(path, name, names) is { } found)
        {
            names.Add(found.Entry.Name);
            _modelled++;
            _content.Add(found.Entry, found.Records, isModelled: true);
            return;
        }
        // As rows of bytes from the first on, gzip and all.
        var bytes = Bytes(path);
        var length = bytes.Length / _schema.Dimension * _schema.Dimension;
        _kept.Add(name);
        _content.Add(new() { Name = name, Suffix = bytes[length..] }, bytes[..length], isModelled: false);
    }

    /// <summary>Reads the records of a file of the model's kind; null for any other file, also for a damaged one.</summary>
    private (ArchiveEntry Entry, byte[] Records)? Records(string path, string name, HashSet<string> names)
    {
        var isPacked = DataFile.IsGzip(path);
        var plain = isPacked && name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        // Unpacked, it would take the name of another file.
        if (isPacked && plain != name && names.Contains(plain) || Content(path, name) is not { } bytes)
            return null;
        var (start, isInterleaved, isPicture) = IdxRecords(bytes) ?? NumpyRecords(bytes, path) ?? (0, false, false);
        var length = (bytes.Length - start) / _schema.Dimension * _schema.Dimension;
        var records = bytes[start..(start + length)];
        if (length == 0 || start + length < bytes.Length || Scaled(records, path, isPicture) is not { } scale)
            return null;
        _unpacked += isPacked ? 1 : 0;
        records = isInterleaved ? PixelRecords.ToPlanar(records, new(_schema.Height, _schema.Width), _schema.Channels) : records;
        return (
            new()
            {
                Name = plain,
                Scale = scale,
                Interleaved = isInterleaved,
                Prefix = bytes[..start],
            },
            records
        );
    }

    private byte[]? Content(string path, string name)
    {
        try
        {
            return DataFile.Read(path, stream => DataFile.ReadAll(stream, path));
        }
        catch (InvalidInputException e) when (DataFile.IsGzip(path) && e.InnerException is EndOfStreamException or InvalidDataException)
        {
            _reasons[name] = e.InnerException is EndOfStreamException ? "gzip that is cut short" : "gzip that is damaged";
            return null;
        }
    }

    internal static byte[] Bytes(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            return DataFile.ReadAll(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, $"cannot be read: {e.Message}", "check that it is there and that you may read it", cause: e);
        }
    }

    private (ArchiveEntry Entry, byte[] Pixels)? Picture(string path, string name)
    {
        byte[] rgb;
        ImageSize size;
        try
        {
            rgb = ImageFile.Read(path, 16, out var isTransparent, out var facts);
            size = facts.Size;
            var why =
                facts.IsAnimated ? "an animation"
                : facts.Bits == 16 ? "16 bits a sample"
                : isTransparent ? "transparent pixels"
                : facts.IsTurned && PngChunks.IsPng(DataFile.Head(path, 8)) ? "turned by its eXIf chunk"
                : size != new ImageSize(_schema.Height, _schema.Width) ? $"{size} pixels"
                : null;
            if (why is not null)
            {
                _reasons[name] = why;
                _whyNot ??= $"{path}: {why}";
                return null;
            }
        }
        catch (InvalidInputException) when (File.Exists(path))
        {
            _reasons[name] = "no picture, or a damaged one";
            _whyNot ??= $"{path} is no picture, or a damaged one";
            return null;
        }
        var pixels = rgb;
        if (_schema.Channels == 3)
            pixels = PixelRecords.ToPlanar(rgb, size, 3);
        else
        {
            pixels = new byte[rgb.Length / 3];
            for (var i = 0; i < pixels.Length; i++)
            {
                if (rgb[3 * i] != rgb[(3 * i) + 1] || rgb[3 * i] != rgb[(3 * i) + 2])
                {
                    _whyNot ??= $"{path} is in colour";
                    return null;
                }
                pixels[i] = rgb[3 * i];
            }
        }
        return Scaled(pixels, path, isPicture: true) is { } scale
            ? (
                new()
                {
                    Name = name,
                    Kind = EntryKind.Picture,
                    Scale = scale,
                },
                pixels
            )
            : null;
    }

    /// <summary>Brings pixels to the model's levels in place, and returns the value in the file of a pixel of 1; null if they have other values.</summary>
    private byte? Scaled(byte[] pixels, string path, bool isPicture)
    {
        if (_schema.Levels == 256 || pixels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1) < 0)
            return 1;
        if (_binarisationSeed is { } seed && isPicture)
        {
            Binarisation.Apply(pixels, seed, (long)_content.Records * _schema.Dimension);
            return 255;
        }
        if (pixels.AsSpan().IndexOfAnyExcept((byte)0, (byte)255) is >= 0 and var other)
        {
            _whyNot ??= $"{path} has a pixel of value {pixels[other]}, and the model is of black and white; {OptionNames.Binarise} makes pixels so at random";
            return null;
        }
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] &= 1;
        return 255;
    }

    // Where the records begin, and whether their colours are side by side; null if the file is not of the model's pictures.
    private (int Start, bool Interleaved, bool IsPicture)? IdxRecords(byte[] bytes)
    {
        if (!IdxReader.IsIdx(bytes) || bytes[2] != 8 || bytes.Length < 4 + (4 * bytes[3]))
            return null;
        var shape = Enumerable.Range(0, bytes[3]).Select(i => (long)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4 + (4 * i)))).ToArray();
        return Layout(shape, bytes.Length - 4 - (4 * bytes[3])) is { } interleaved ? (4 + (4 * bytes[3]), interleaved, true) : null;
    }

    private (int Start, bool Interleaved, bool IsPicture)? NumpyRecords(byte[] bytes, string path)
    {
        if (!NumpyArray.IsNpy(bytes))
            return null;
        try
        {
            var array = NumpyArray.Read(new MemoryStream(bytes), path);
            var start = bytes.Length - array.Bytes.Length;
            // Fortran order would give other bytes than those of the file.
            return
                array.ElementSize == 1
                && bytes.AsSpan(start).SequenceEqual(array.Bytes)
                && Layout([.. array.Shape.Select(d => (long)d)], array.Bytes.Length) is { } interleaved
                ? (start, interleaved, true)
                : null;
        }
        catch (Exception e) when (e is InvalidInputException or EndOfStreamException)
        {
            return null;
        }
    }

    private bool? Layout(long[] shape, long length)
    {
        if (
            shape.Length < 2
            || shape.Aggregate(UInt128.One, (product, d) => product < (UInt128)long.MaxValue ? product * (UInt128)d : product) != (UInt128)length
            || length == 0
        )
            return null;
        long[] size = [_schema.Height, _schema.Width];
        return (shape, _schema.Channels) switch
        {
            ([_, var row], _) when row == _schema.Dimension => false,
            ([_, .., var h, var w], 1) when size.SequenceEqual([h, w]) => false,
            ([_, .., var h, var w, var c], _) when size.SequenceEqual([h, w]) && c == _schema.Channels => true,
            ([_, .., var c, var h, var w], _) when size.SequenceEqual([h, w]) && c == _schema.Channels => false,
            _ => null,
        };
    }

    /// <summary>
    /// Lists every file once, in the order given, those of a folder in ordinal order, named by its path below the deepest folder that holds all; and the files
    /// of folders that are left out.
    /// </summary>
    internal static (List<(string Path, string Name)> Files, List<(string Name, string Why)> Skipped) Named(IReadOnlyList<string> paths)
    {
        var (files, skipped) = (new List<(string Path, string Full)>(), new List<(string, string)>());
        string? common = null;
        foreach (var path in paths)
        {
            var full = Path.GetFullPath(path);
            if (Directory.Exists(path))
            {
                common = Common(common, Path.TrimEndingDirectorySeparator(full));
                var found = FolderFiles.Of(path, linkedFiles: true);
                skipped.AddRange(found.Skipped);
                files.AddRange(found.Names.Select(name => Path.Combine(path, name)).Select(file => (file, Path.GetFullPath(file))));
            }
            else if (File.Exists(path))
            {
                FileKind.Demand(path);
                common = Common(common, Path.GetDirectoryName(full)!);
                files.Add((path, full));
            }
            else
                throw new InvalidInputException(path, "does not exist", "give files or folders");
        }
        if (files.Count == 0)
            throw new InvalidInputException($"{string.Join(", ", paths)}", "holds no file", "give at least one");
        if (files.GroupBy(file => file.Full).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidInputException($"{twice.First().Path}", "is given twice", "give each file once");
        return ([.. files.Select(file => (file.Path, Path.GetRelativePath(common!, file.Full).Replace(Path.DirectorySeparatorChar, '/')))], skipped);
    }

    private static string Common(string? before, string folder)
    {
        if (before is null)
            return folder;
        while (
            !$"{folder}{Path.DirectorySeparatorChar}".StartsWith(
                Path.EndsInDirectorySeparator(before) ? before : $"{before}{Path.DirectorySeparatorChar}",
                StringComparison.Ordinal
            )
        )
            before = Path.GetDirectoryName(before)
                ?? throw new InvalidInputException($"{before} and {folder}", "are on different drives", "make an archive of each");
        return before;
    }

    private static string Files(int count) => count == 1 ? "1 file" : $"{count} files";
}
