using System.IO.Compression;

namespace Isthmus.Data;

/// <summary>
/// NumPy files. An array of 2 dimensions holds vectors. Bytes or truth values of 3 or more dimensions are images:
/// (N, H, W), (N, H, W, C) or (N, C, H, W) with C = 1 or 3, further leading dimensions counting as records. Of a .npz
/// archive the array X, x, data or images is taken, or else the first; y or labels holds the labels.
/// </summary>
internal static class NumpyReader
{
    private static readonly string[] DataNames = ["X", "x", "data", "images"];
    private static readonly string[] LabelNames = ["y", "labels", "label"];

    /// <summary>Whether a file begins as a zip archive does.</summary>
    public static bool IsZip(ReadOnlySpan<byte> head) => head.StartsWith("PK"u8);

    /// <summary>Reads .npy or .npz.</summary>
    public static Dataset Read(string path, DataOptions options)
    {
        var (data, labels) = IsZip(DataFile.Head(path, 4)) ? ReadArchive(path) : (DataFile.Read(path, stream => NumpyArray.Read(stream, path)), null);
        LabelColumn[] columns = labels is { } l ? [LabelColumn.OfNumbers(l.Name, [.. Enumerable.Range(0, l.Array.Count).Select(i => l.Array[i])])] : [];
        return data.Shape.Length > 2 ? Images(path, data, columns, options) : Vectors(path, data, columns, options);
    }

    /// <summary>Every array of a .npz archive, by its name.</summary>
    public static (string Name, NumpyArray Array)[] ReadAll(string path) => DataFile.Read(path, stream =>
    {
        using var archive = Open(stream, path);
        var entries = Entries(archive, path);
        return entries.Length > 0 ? entries.Select(entry => (ArrayName(entry), ReadEntry(entry, path))).ToArray()
            : throw new InvalidInputException($"{path} is a zip archive without an array; write it with numpy.savez(path, X=..., y=...).");
    });

    private static Dataset Vectors(string path, NumpyArray array, LabelColumn[] labels, DataOptions options)
    {
        if (array.Shape.Length != 2)
            throw new InvalidInputException($"{path} holds an array of {array.Shape.Length} dimension{(array.Shape.Length == 1 ? "" : "s")}; records need 2 (N, D) or, for images, more.");
        var values = new float[array.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)array[i];
        return VectorRecords.ToDataset(path, array.Shape[1], values, options, labels);
    }

    private static Dataset Images(string path, NumpyArray array, LabelColumn[] labels, DataOptions options)
    {
        if (array.Type is not ("u1" or "b1"))
            throw new InvalidInputException($"{path} holds '{array.Type}' numbers of shape ({string.Join(", ", array.Shape)}); images must be bytes (u1, 0 to 255) or truth values (b1). Convert them with astype('uint8'), or reshape them to (N, D) for vectors.");
        if (array.Type == "b1")
            // Any byte but 0 is true; the published Omniglot arrays hold 255.
            for (var i = 0; i < array.Bytes.Length; i++)
                array.Bytes[i] = Math.Min(array.Bytes[i], (byte)1);
        switch (array.Shape)
        {
            case [.., var height, var width, 1 or 3] when array.Shape.Length > 3:
                var size = new ImageSize(height, width);
                return PixelRecords.ToDataset(path, size, array.Shape[^1], PixelRecords.ToPlanar(array.Bytes, size, array.Shape[^1]), options, labels);
            case [_, 1 or 3, var height, var width]:
                return PixelRecords.ToDataset(path, new(height, width), array.Shape[1], array.Bytes, options, labels);
            default:
                return PixelRecords.ToDataset(path, new(array.Shape[^2], array.Shape[^1]), 1, array.Bytes, options, labels);
        }
    }

    private static (NumpyArray Data, (string Name, NumpyArray Array)? Labels) ReadArchive(string path) => DataFile.Read<(NumpyArray, (string, NumpyArray)?)>(path, stream =>
    {
        using var archive = Open(stream, path);
        var entries = Entries(archive, path);
        var labels = Named(entries, LabelNames);
        var data = Named(entries, DataNames) ?? entries.FirstOrDefault(entry => entry != labels)
            ?? throw new InvalidInputException($"{path} is a zip archive without an array of records; write it with numpy.savez(path, X=..., y=...).");
        return (ReadEntry(data, path), labels is null ? null : (ArrayName(labels), ReadEntry(labels, path)));
    });

    private static ZipArchiveEntry[] Entries(ZipArchive archive, string path) =>
        Guarded(path, () => archive.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)).ToArray());

    private static ZipArchive Open(Stream stream, string path) => stream is FileStream
        ? Guarded(path, () => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true))
        : throw new InvalidInputException($"{path} is a zip archive inside gzip; unpack it first (gunzip).");

    private static ZipArchiveEntry? Named(ZipArchiveEntry[] entries, string[] names) =>
        names.Select(name => entries.FirstOrDefault(entry => ArrayName(entry) == name)).FirstOrDefault(entry => entry is not null);

    private static string ArrayName(ZipArchiveEntry entry) => entry.FullName[..^".npy".Length];

    private static NumpyArray ReadEntry(ZipArchiveEntry entry, string path) => Guarded(path, () =>
    {
        if (entry.IsEncrypted)
            throw new InvalidInputException($"{path} is encrypted; write it with numpy.savez.");
        using var content = new ChecksummedStream(entry.Open(), entry.Crc32, (uint)entry.Length, $"'{entry.FullName}' does not match its check sum.");
        return NumpyArray.Read(content, $"{path}, array '{ArrayName(entry)}'");
    });

    // What the zip reader throws for damaged directories besides InvalidDataException.
    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidInputException($"{path} is damaged: its zip directory makes no sense ({e.Message}). Fetch or write it again.", e);
        }
    }
}
