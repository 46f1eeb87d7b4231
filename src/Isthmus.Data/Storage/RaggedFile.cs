using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Isthmus.Data.Storage;

/// <summary>
/// N records of different lengths in temporary files: one of their bytes, end to end, and one of N + 1 offsets of 64 bits. Memory holds none of them. Safe to
/// read from several threads.
/// </summary>
internal sealed class RaggedFile
{
    private readonly SafeFileHandle _bytes,
        _offsets;
    private readonly string _name;

    private RaggedFile(SafeFileHandle bytes, SafeFileHandle offsets, string name, int count, long length) =>
        (_bytes, _offsets, _name, Count, Length) = (bytes, offsets, name, count, length);

    /// <summary>Number of records, N.</summary>
    public int Count { get; }

    /// <summary>Bytes of all records.</summary>
    public long Length { get; }

    /// <summary>Returns a record's first byte and its number of bytes.</summary>
    public (long First, int Length) RangeOf(int record)
    {
        Span<long> ends = stackalloc long[2];
        Fill(_offsets, (long)record * sizeof(long), MemoryMarshal.AsBytes(ends));
        return (ends[0], checked((int)(ends[1] - ends[0])));
    }

    /// <summary>Reads bytes from <paramref name="first"/> on until <paramref name="destination"/> is full.</summary>
    public void Read(long first, Span<byte> destination) => Fill(_bytes, first, destination);

    private void Fill(SafeFileHandle file, long first, Span<byte> destination)
    {
        try
        {
            for (var filled = 0; filled < destination.Length;)
                filled += RandomAccess.Read(file, destination[filled..], first + filled) is > 0 and var read
                    ? read
                    : throw new EndOfStreamException("it ends too early");
        }
        catch (IOException e)
        {
            throw new InvalidInputException($"The temporary copy of {_name}", $"cannot be read: {e.Message}", "start again", cause: e);
        }
    }

    /// <summary>Writes the records one after another. For one thread.</summary>
    /// <param name="name">Name of the data in error messages.</param>
    /// <param name="sharing">Processes that have the files in common; null for this process alone.</param>
    internal sealed class Writer(string name, FileSharing? sharing)
    {
        private const int Buffer = 1 << 20;

        private readonly Part _bytes = new(name, sharing),
            _offsets = new(name, sharing);
        private long _count;

        /// <summary>Adds a record of two runs of bytes, of which the second may be empty.</summary>
        /// <exception cref="InvalidInputException">No room, or more records than a data set can have.</exception>
        public void Add(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
        {
            if (_count == int.MaxValue)
                throw new InvalidInputException(name, $"holds more than the {int.MaxValue} records that one data set can have", "take a part of it");
            WriteOffset();
            _bytes.Write(first);
            _bytes.Write(second);
            _count++;
        }

        /// <summary>Returns the records; nothing can be added any more.</summary>
        public RaggedFile ToFile()
        {
            WriteOffset();
            return new(_bytes.Finish(), _offsets.Finish(), name, (int)_count, _bytes.Length);
        }

        private void WriteOffset()
        {
            var offset = _bytes.Length;
            _offsets.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in offset)));
        }

        /// <summary>A file written through a buffer.</summary>
        private sealed class Part(string name, FileSharing? sharing)
        {
            private readonly byte[] _buffer = new byte[Buffer];
            private readonly TemporaryFile _file = new(name, sharing);
            private int _held;

            public long Length => _file.Length + _held;

            public void Write(ReadOnlySpan<byte> bytes)
            {
                while (!bytes.IsEmpty)
                {
                    var some = bytes[..Math.Min(bytes.Length, _buffer.Length - _held)];
                    some.CopyTo(_buffer.AsSpan(_held));
                    _held += some.Length;
                    bytes = bytes[some.Length..];
                    if (_held == _buffer.Length)
                        Flush();
                }
            }

            public SafeFileHandle Finish()
            {
                Flush();
                return _file.Finish();
            }

            private void Flush()
            {
                _file.Add(_buffer.AsSpan(0, _held));
                _held = 0;
            }
        }
    }
}
