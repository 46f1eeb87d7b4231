using Isthmus.Data.Arrays;
using Isthmus.Data.Files;
using Isthmus.Data.Storage;
using Microsoft.Win32.SafeHandles;

namespace Isthmus.Data.Vectors;

/// <summary>
/// Records of a two-dimensional array in Fortran order, where the numbers of a record lie N elements apart: a run of each column is read for some records at
/// a time. Packed content is unpacked first, to memory or to a temporary file.
/// </summary>
internal static class FortranOrder
{
    private const int PartBytes = 1 << 26;

    /// <summary>Passes on the records in order, some at a time, with the index of the first.</summary>
    public static void Read(string path, Stream stream, NumpyArray.Header header, StoragePlace place, Action<long, ReadOnlySpan<float>> write)
    {
        var (count, width, size) = (header.Shape[0], (int)header.Shape[1], header.ElementSize);
        var elements = Elements(path, stream, header, place);
        var most = (int)Math.Clamp(PartBytes / ((long)width * (size + sizeof(float))), 1, count);
        var (bytes, column, records) = (new byte[most * size], new float[most], new float[most * width]);
        for (var first = 0L; first < count; first += most)
        {
            var some = (int)Math.Min(most, count - first);
            for (var at = 0; at < width; at++)
            {
                elements((at * count + first) * size, bytes.AsMemory(0, some * size));
                ArrayVectors.Convert(bytes, header, column.AsSpan(0, some));
                for (var row = 0; row < some; row++)
                    records[row * width + at] = column[row];
            }
            write(first, records.AsSpan(0, some * width));
        }
    }

    // Reads bytes at an offset from the first element.
    private static Action<long, Memory<byte>> Elements(string path, Stream stream, NumpyArray.Header header, StoragePlace place)
    {
        var needed = header.Count * (UInt128)header.ElementSize;
        if (stream is FileStream file)
        {
            var start = file.Position;
            return (offset, part) => Fill(file.SafeFileHandle, start + offset, part, path);
        }
        if (needed <= (UInt128)Math.Min(place.MostInMemory, Array.MaxLength))
        {
            var payload = DataFile.ReadPayload(stream, needed, path);
            return (offset, part) => payload.AsMemory((int)offset, part.Length).CopyTo(part);
        }
        var copy = new TemporaryFile(path, place.Sharing);
        var buffer = new byte[1 << 20];
        for (int read; (read = stream.Read(buffer)) > 0;)
            copy.Add(buffer.AsSpan(0, read));
        if ((UInt128)copy.Length != needed)
            throw new InvalidInputException(
                path,
                $"declares {needed} bytes of data but holds {copy.Length}; it is cut short or its header is damaged",
                "fetch or write it again"
            );
        var elements = copy.Finish();
        return (offset, part) => Fill(elements, offset, part, path);
    }

    private static void Fill(SafeFileHandle file, long offset, Memory<byte> part, string path)
    {
        for (var filled = 0; filled < part.Length;)
            filled += RandomAccess.Read(file, part.Span[filled..], offset + filled) is > 0 and var read
                ? read
                : throw new InvalidInputException(path, "has become shorter while it was read", "leave it alone until the work is done");
    }
}
