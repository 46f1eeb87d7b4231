using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Isthmus.Data.Storage;

/// <summary>
/// Collects records as they are read: in memory at first, and in a temporary file from the moment when they take more memory than their
/// <see cref="StoragePlace"/> allows. For one thread.
/// </summary>
/// <param name="name">Name of the data in error messages.</param>
/// <param name="width">Numbers in a record.</param>
/// <param name="place">Choice of memory or file.</param>
/// <param name="expected">Number of records to come, if it is known; 0 otherwise.</param>
internal sealed class RecordWriter<T>(string name, int width, StoragePlace place, long expected = 0)
    where T : unmanaged
{
    private const int FirstRecords = 4096;

    private readonly long _most = Math.Min(place.MostInMemory / Unsafe.SizeOf<T>(), Array.MaxLength);
    private T[] _values = [];
    private TemporaryFile? _file;
    private long _numbers;

    /// <summary>Numbers in a record, D.</summary>
    public int Width => width;

    /// <summary>Number of whole records so far.</summary>
    public long Count => _numbers / width;

    /// <summary>Note on records that are in a file by themselves; null in memory, or if a file was asked for.</summary>
    public Wording? Note => _file is null ? null : place.Note(_numbers * Unsafe.SizeOf<T>());

    /// <summary>Adds numbers of the next records.</summary>
    /// <exception cref="InvalidInputException">No room for them.</exception>
    public void Add(ReadOnlySpan<T> values)
    {
        if (_file is null && Math.Max(_numbers + values.Length, expected * width) > _most)
            Leave();
        if (_file is null)
        {
            if (_values.Length < _numbers + values.Length)
                Array.Resize(
                    ref _values,
                    (int)Math.Min(Array.MaxLength, Math.Max(_numbers + values.Length, Math.Max(2L * _values.Length, Math.Max(expected, FirstRecords) * width)))
                );
            values.CopyTo(_values.AsSpan((int)_numbers));
        }
        else
            _file.Add(MemoryMarshal.AsBytes(values));
        _numbers += values.Length;
    }

    /// <summary>Returns the records.</summary>
    /// <exception cref="InvalidInputException">There are none.</exception>
    public RecordStore<T> Finish()
    {
        if (Count == 0)
            throw new InvalidInputException(name, "holds no records", "give at least one row");
        if (_file is not null)
            return new FileStore<T>(_file.Finish(), name, 0, width, Count);
        Array.Resize(ref _values, (int)_numbers);
        return new MemoryStore<T>(_values, width);
    }

    // What memory holds so far goes to the file first.
    private void Leave()
    {
        if (place.IsAsked == false)
            throw new InvalidInputException(
                name,
                $"has more than {Array.MaxLength} numbers, the most that one data set can hold in memory",
                $"leave {OptionNames.Stream} false out, or take a part of it",
                OptionNames.Stream
            );
        _file = new(name, place.Sharing, expected * width * Unsafe.SizeOf<T>());
        _file.Add(MemoryMarshal.AsBytes(_values.AsSpan(0, (int)_numbers)));
        _values = [];
    }
}
