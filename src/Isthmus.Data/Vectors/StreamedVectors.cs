using Isthmus.Data.Arrays;
using Isthmus.Data.Cells;
using Isthmus.Data.Files;
using Isthmus.Data.Records;

namespace Isthmus.Data.Vectors;

/// <summary>
/// Vectors that stay in their file and are read in blocks, for files larger than memory. A .npy of 32-bit floats in C order is read in place; other arrays and
/// tables are copied once, a few records at a time, to a temporary file of this form.
/// </summary>
internal static class StreamedVectors
{
    private const int PartRecords = 4096,
        PartBytes = 1 << 24;

    /// <summary>Opens the vectors of a .npy, Parquet, CSV or TSV file.</summary>
    /// <exception cref="InvalidInputException">Another kind of file, a label, or what reading it at once would refuse.</exception>
    public static Dataset Open(string path, DataOptions options)
    {
        options.RefuseImageOptions(path);
        if (options.Label is not null)
            throw new InvalidInputException(
                $"{path}: {OptionNames.Stream}",
                "takes no labels, which would be held in memory",
                $"leave {OptionNames.Label} out, or {OptionNames.Stream}",
                OptionNames.Stream
            );
        if (File.Exists(path) ? TableFile.IsTable(path) : TableFiles.Are(path))
            return TableReader.Stream(path, options);
        if (!NumpyArray.IsNpy(DataFile.Head(path, 8)))
            throw Refused(path);
        var dataset = DataFile.Read(path, stream => Array(stream, path));
        return options.WantedColumns is { } wanted && !wanted.SequenceEqual(((VectorSchema)dataset.Schema).Columns)
            ? throw new InvalidInputException(
                $"{path}: {OptionNames.Stream}",
                $"takes all {dataset.Schema.Dimension} columns of an array",
                $"leave {OptionNames.Columns} out, or give data of the model's columns",
                OptionNames.Stream
            )
            : dataset;
    }

    /// <summary>Returns the error for streaming any other data.</summary>
    public static InvalidInputException Refused(string name) =>
        new($"{name}: {OptionNames.Stream}", "is for vectors in a .npy, .parquet, .csv or .tsv file", "leave it out", OptionNames.Stream);

    private static Dataset Array(Stream stream, string path)
    {
        var header = NumpyArray.ReadHeader(stream, path);
        header.DemandNumbers(path);
        if (header.Shape.Length != 2)
            throw new InvalidInputException(path, $"holds an array of {Counted.Of(header.Shape.Length, "dimension")}", "vectors need 2 (N, D)");
        if (header.Shape is not [> 0 and var count, > 0 and <= int.MaxValue and var width])
            throw new InvalidInputException(path, $"has the shape ({string.Join(", ", header.Shape)}): no records", "give at least one");
        if (header.IsFortran)
            throw new InvalidInputException(
                path,
                "is in Fortran order, where the numbers of a record lie far apart",
                $"save it with numpy.ascontiguousarray, or leave {OptionNames.Stream} out",
                OptionNames.Stream
            );
        // Check the size before the header is believed: that of the file or, for packed content, that of a record.
        if (stream is FileStream)
            DataFile.DemandRest(stream, header.Count * (UInt128)header.ElementSize, path);
        VectorRecords.DemandWidth(path, width);
        var file =
            stream is FileStream && header is { Type: "f4", IsBigEndian: false }
                ? VectorFile.Open(path, stream.Position, (int)width, count)
                : VectorFile.Copy(path, (int)width, write => Convert(stream, path, header, (int)width, count, write));
        return Dataset.Streamed(path, new VectorSchema([.. Enumerable.Range(0, (int)width).Select(i => $"x{i}")]), file);
    }

    private static void Convert(Stream stream, string path, NumpyArray.Header header, int width, long count, Action<ReadOnlySpan<float>> write)
    {
        var most = Math.Clamp(PartBytes / ((long)width * header.ElementSize), 1, PartRecords);
        for (var first = 0L; first < count; first += most)
        {
            var bytes = new byte[Math.Min(most, count - first) * width * header.ElementSize];
            stream.ReadExactly(bytes);
            var part = new NumpyArray(header.Type, header.IsBigEndian, [bytes.Length / header.ElementSize], bytes);
            var values = new float[part.Count];
            for (var i = 0; i < values.Length; i++)
                values[i] =
                    (float)part[i] is var value && float.IsFinite(value)
                        ? value
                        : throw new InvalidInputException(
                            $"{path}: record {first + i / width + 1}, column x{i % width}",
                            "is not a finite 32-bit number",
                            "remove or fill it"
                        );
            write(values);
        }
        if (stream.ReadByte() >= 0)
            throw new InvalidInputException(
                path,
                $"holds more than the {count} records that its header declares; the header is damaged",
                "fetch or write it again"
            );
    }
}
