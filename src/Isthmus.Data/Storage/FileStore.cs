using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Isthmus.Data.Storage;

/// <summary>
/// Records in a file, from some offset to its end, in the byte order of this machine. They are read at their places, and not mapped: the pages of a mapping
/// count as memory of the process, and a file that is cut short would end it. Safe to read from several threads.
/// </summary>
internal sealed class FileStore<T> : RecordStore<T>
    where T : unmanaged
{
    private readonly SafeFileHandle _handle;
    private readonly string _name;
    private readonly long _offset;

    /// <summary>Records of an open file.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="name">Name of the data in error messages.</param>
    /// <param name="offset">Bytes before the first record.</param>
    /// <param name="width">D.</param>
    /// <param name="count">N.</param>
    /// <exception cref="InvalidInputException">More records than one data set can have.</exception>
    public FileStore(SafeFileHandle handle, string name, long offset, int width, long count)
        : base(Checked(name, count), width) => (_handle, _name, _offset) = (handle, name, offset);

    /// <summary>Opens an existing file whose records begin at <paramref name="offset"/>.</summary>
    /// <exception cref="InvalidInputException">It does not hold as many.</exception>
    public static FileStore<T> Open(string path, long offset, int width, long count)
    {
        var handle = File.OpenHandle(path);
        var needed = (UInt128)offset + (UInt128)count * ((UInt128)width * (UInt128)Unsafe.SizeOf<T>());
        return (UInt128)RandomAccess.GetLength(handle) == needed
            ? new(handle, path, offset, width, count)
            : throw new InvalidInputException(
                path,
                $"declares {needed} bytes but holds {RandomAccess.GetLength(handle)}; it is cut short or its header is damaged",
                "fetch or write it again"
            );
    }

    /// <inheritdoc/>
    public override bool IsInFile => true;

    /// <inheritdoc/>
    public override void Read(int first, Span<T> destination)
    {
        var bytes = MemoryMarshal.AsBytes(destination);
        var at = _offset + (long)first * Width * Unsafe.SizeOf<T>();
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
    }

    private static int Checked(string name, long count) =>
        count <= int.MaxValue
            ? (int)count
            : throw new InvalidInputException(name, $"holds {count} records, more than the {int.MaxValue} that one data set can have", "take a part of it");
}
