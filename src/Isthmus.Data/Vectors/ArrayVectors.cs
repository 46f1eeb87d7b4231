using System.Runtime.InteropServices;
using Isthmus.Data.Arrays;
using Isthmus.Data.Files;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Vectors;

/// <summary>
/// Vectors of a two-dimensional NumPy array, read some records at a time. A file of 32-bit floats in C order needs no copy: it is read in place when the
/// records stay in a file.
/// </summary>
internal static class ArrayVectors
{
    private const int PartBytes = 1 << 24;

    /// <summary>Reads the records of an array whose header has been read.</summary>
    /// <param name="path">Name of the array in error messages.</param>
    /// <param name="stream">The elements, and nothing after them.</param>
    /// <param name="header">The header, of numbers in two dimensions.</param>
    /// <param name="options">Options for reading.</param>
    /// <param name="labels">Labels of the records.</param>
    /// <param name="notes">Notes on the file.</param>
    /// <exception cref="InvalidInputException">A number that is not finite, or another size than declared.</exception>
    public static Dataset Read(
        string path,
        Stream stream,
        NumpyArray.Header header,
        DataOptions options,
        IReadOnlyList<LabelColumn> labels,
        IReadOnlyList<Wording> notes
    )
    {
        if (header.Count == 0)
            throw new InvalidInputException(path, $"has the shape ({string.Join(", ", header.Shape)}): no records", "give at least one");
        // Check the size before the header is believed; packed content is believed as far as it arrives.
        var isFile = stream is FileStream;
        if (isFile)
            DataFile.DemandRest(stream, header.Count * (UInt128)header.ElementSize, path);
        var (count, width) = (header.Shape[0], header.Shape[1]);
        var columns = VectorRecords.Columns(path, width, options);
        var place = options.Place;
        if (
            isFile
            && header is { Type: "f4", IsBigEndian: false, IsFortran: false }
            && BitConverter.IsLittleEndian
            && columns.Positions is null
            && header.Count * sizeof(float) > (UInt128)place.MostInMemory
        )
        {
            var file = FileStore<float>.Open(path, stream.Position, (int)width, count);
            CheckNumbers(path, file);
            return Dataset.Of(path, columns.Schema, file, labels, Noted(notes, place.Note(count * width * sizeof(float))));
        }
        var writer = new RecordWriter<float>(path, columns.Schema.Dimension, place, isFile ? count : 0);
        var chosen = Array.Empty<float>();
        void Write(long first, ReadOnlySpan<float> part)
        {
            for (var i = 0; i < part.Length; i++)
                if (!float.IsFinite(part[i]))
                    throw NotFinite(path, first + i / width, i % width);
            if (columns.Positions is not { } positions)
            {
                writer.Add(part);
                return;
            }
            chosen = chosen.Length == part.Length / width * positions.Length ? chosen : new float[part.Length / width * positions.Length];
            for (var i = 0; i < chosen.Length; i++)
                chosen[i] = part[(int)(i / positions.Length * width) + positions[i % positions.Length]];
            writer.Add(chosen);
        }
        if (header.IsFortran)
            FortranOrder.Read(path, stream, header, place, Write);
        else
            Sequential(path, stream, header, Write);
        var records = writer.Finish();
        return Dataset.Of(path, columns.Schema, records, labels, Noted(notes, writer.Note));
    }

    /// <summary>Converts elements to 32-bit floats.</summary>
    internal static void Convert(byte[] bytes, NumpyArray.Header header, Span<float> destination)
    {
        if (header is { Type: "f4", IsBigEndian: false } && BitConverter.IsLittleEndian)
        {
            MemoryMarshal.Cast<byte, float>(bytes.AsSpan(0, destination.Length * sizeof(float))).CopyTo(destination);
            return;
        }
        var part = new NumpyArray(header.Type, header.IsBigEndian, [destination.Length], bytes);
        for (var i = 0; i < destination.Length; i++)
            destination[i] = (float)part[i];
    }

    private static void Sequential(string path, Stream stream, NumpyArray.Header header, Action<long, ReadOnlySpan<float>> write)
    {
        var (count, width) = (header.Shape[0], (int)header.Shape[1]);
        var most = Math.Max(1, PartBytes / ((long)width * header.ElementSize));
        var bytes = new byte[Math.Min(most, count) * width * header.ElementSize];
        var values = new float[bytes.Length / header.ElementSize];
        for (var first = 0L; first < count; first += most)
        {
            var numbers = (int)Math.Min(most, count - first) * width;
            stream.ReadExactly(bytes.AsSpan(0, numbers * header.ElementSize));
            Convert(bytes, header, values.AsSpan(0, numbers));
            write(first, values.AsSpan(0, numbers));
        }
        if (stream.ReadByte() >= 0)
            throw new InvalidInputException(
                path,
                $"holds more than the {count} records that its header declares; the header is damaged",
                "fetch or write it again"
            );
    }

    private static void CheckNumbers(string path, FileStore<float> file)
    {
        var records = Math.Clamp(PartBytes / sizeof(float) / file.Width, 1, file.Count);
        var buffer = new float[records * file.Width];
        for (var first = 0; first < file.Count; first += records)
        {
            var part = buffer.AsSpan(0, Math.Min(records, file.Count - first) * file.Width);
            file.Read(first, part);
            for (var i = 0; i < part.Length; i++)
                if (!float.IsFinite(part[i]))
                    throw NotFinite(path, first + i / file.Width, i % file.Width);
        }
    }

    private static IReadOnlyList<Wording> Noted(IReadOnlyList<Wording> notes, Wording? note) => note is null ? notes : [.. notes, note];

    private static InvalidInputException NotFinite(string path, long record, long column) =>
        new($"{path}: record {record + 1}, column x{column}", "is not a finite 32-bit number", "remove or fill it");
}
