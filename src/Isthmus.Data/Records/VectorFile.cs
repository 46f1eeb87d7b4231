using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Isthmus.Data.Records;

/// <summary>
/// N vectors of D numbers that stay in a file: little-endian 32-bit floats, record after record from some offset. Safe to read from several threads.
/// </summary>
internal sealed class VectorFile
{
    private const int PartNumbers = 1 << 22;

    private readonly SafeFileHandle _handle;
    private readonly string _name;
    private readonly long _offset;
    private readonly int _width;

    private VectorFile(SafeFileHandle handle, string name, long offset, int width, int count) =>
        (_handle, _name, _offset, _width, Count) = (handle, name, offset, width, count);

    /// <summary>Number of records, N.</summary>
    public int Count { get; }

    /// <summary>Opens an existing file whose numbers begin at <paramref name="offset"/>.</summary>
    /// <exception cref="InvalidInputException">It does not hold as many, or a number is not finite.</exception>
    public static VectorFile Open(string path, long offset, int width, long count)
    {
        var handle = File.OpenHandle(path);
        var needed = (UInt128)offset + (UInt128)count * ((UInt128)width * sizeof(float));
        if ((UInt128)RandomAccess.GetLength(handle) != needed)
            throw new InvalidInputException(
                path,
                $"declares {needed} bytes but holds {RandomAccess.GetLength(handle)}; it is cut short or its header is damaged",
                "fetch or write it again"
            );
        var file = new VectorFile(handle, path, offset, width, Checked(path, count));
        file.CheckNumbers();
        return file;
    }

    /// <summary>
    /// Writes the vectors of <paramref name="write"/> to a temporary file, for files that cannot be read from the middle. It disappears when the process ends,
    /// however it ends.
    /// </summary>
    /// <param name="name">Name of the vectors in error messages.</param>
    /// <param name="width">D.</param>
    /// <param name="write">Function that passes on whole records of finite numbers, some at a time.</param>
    /// <exception cref="InvalidInputException">No room, or no records.</exception>
    public static VectorFile Copy(string name, int width, Action<Action<ReadOnlySpan<float>>> write)
    {
        var path = Path.Combine(Path.GetTempPath(), $"isthmus-{Environment.ProcessId}-{Guid.NewGuid():N}.vectors");
        try
        {
            var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.DeleteOnClose);
            // A name is not needed to read, and without one nothing can be left behind.
            if (!OperatingSystem.IsWindows())
                File.Delete(path);
            var length = 0L;
            var swapped = Array.Empty<int>();
            write(values =>
            {
                var bytes = MemoryMarshal.AsBytes(values);
                if (!BitConverter.IsLittleEndian)
                {
                    swapped = new int[values.Length];
                    BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(values), swapped);
                    bytes = MemoryMarshal.AsBytes<int>(swapped);
                }
                RandomAccess.Write(handle, bytes, length);
                length += bytes.Length;
            });
            var count = length / (width * sizeof(float));
            return count > 0
                ? new(handle, name, 0, width, Checked(name, count))
                : throw new InvalidInputException(name, "holds no records", "give at least one row");
        }
        catch (Exception e) when (e is IOException and not EndOfStreamException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                name,
                $"is copied to a temporary file to be read in blocks, and {Path.GetTempPath()} cannot take it: {e.Message}",
                "make room there, or set TMPDIR to a folder that has it",
                cause: e
            );
        }
    }

    /// <summary>Reads consecutive records from <paramref name="first"/> until <paramref name="destination"/> is full.</summary>
    /// <exception cref="InvalidInputException">The file has become shorter, or cannot be read any more.</exception>
    public void Read(long first, Span<float> destination)
    {
        var bytes = MemoryMarshal.AsBytes(destination);
        var at = _offset + first * _width * sizeof(float);
        try
        {
            for (var filled = 0; filled < bytes.Length;)
                filled += RandomAccess.Read(_handle, bytes[filled..], at + filled) is > 0 and var read
                    ? read
                    : throw new InvalidInputException(_name, "has become shorter while it was read", "leave it alone until the work is done");
        }
        catch (IOException e)
        {
            throw new InvalidInputException(_name, $"cannot be read any more: {e.Message}", "leave it alone until the work is done", cause: e);
        }
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(destination), MemoryMarshal.Cast<float, int>(destination));
    }

    private static int Checked(string name, long count) =>
        count <= int.MaxValue
            ? (int)count
            : throw new InvalidInputException(name, $"holds {count} records, more than the {int.MaxValue} that one data set can have", "take a part of it");

    private void CheckNumbers()
    {
        var records = Math.Clamp(PartNumbers / _width, 1, Count);
        var buffer = new float[records * _width];
        for (var first = 0; first < Count; first += records)
        {
            var part = buffer.AsSpan(0, Math.Min(records, Count - first) * _width);
            Read(first, part);
            for (var i = 0; i < part.Length; i++)
                if (!float.IsFinite(part[i]))
                    throw new InvalidInputException(
                        $"{_name}: record {first + i / _width + 1}, column x{i % _width}",
                        "is not a finite 32-bit number",
                        "remove or fill it"
                    );
        }
    }
}
