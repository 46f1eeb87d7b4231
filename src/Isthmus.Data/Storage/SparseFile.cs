using System.Runtime.InteropServices;

namespace Isthmus.Data.Storage;

/// <summary>Changes the indices and numbers of a sparse record, such as to those that a model knows.</summary>
internal delegate (int[] Columns, float[] Values) SparseMap(int[] columns, float[] values);

/// <summary>
/// Sparse records in compressed rows (CSR) in a temporary file, for more than memory holds: record after record its indices, 4 bytes each, and its numbers, 4
/// bytes each, or none where all are 1; 8 bytes a record for its place, 64 bits. Safe to read from several threads.
/// </summary>
internal sealed class SparseFile
{
    private readonly RaggedFile _records;
    private readonly bool _areOnes;
    private readonly SparseMap? _map;

    private SparseFile(RaggedFile records, bool areOnes, SparseMap? map) => (_records, _areOnes, _map) = (records, areOnes, map);

    /// <summary>Number of records, N.</summary>
    public int Count => _records.Count;

    /// <summary>Bytes on disk.</summary>
    public long Bytes => _records.Length + sizeof(long) * (Count + 1L);

    /// <summary>Reads a record into memory of its own.</summary>
    public (int[] Columns, float[] Values) Read(int record)
    {
        var (first, length) = _records.RangeOf(record);
        var columns = new int[length / (_areOnes ? sizeof(int) : sizeof(int) + sizeof(float))];
        var values = new float[columns.Length];
        var indices = MemoryMarshal.AsBytes(columns.AsSpan());
        _records.Read(first, indices);
        if (_areOnes)
            Array.Fill(values, 1);
        else
            _records.Read(first + indices.Length, MemoryMarshal.AsBytes(values.AsSpan()));
        return _map is null ? (columns, values) : _map(columns, values);
    }

    /// <summary>Returns the same records, each changed by <paramref name="map"/> as it is read.</summary>
    public SparseFile Mapped(SparseMap map) =>
        new(
            _records,
            _areOnes,
            _map is not { } inner
                ? map
                : (columns, values) =>
                {
                    var (known, numbers) = inner(columns, values);
                    return map(known, numbers);
                }
        );

    /// <summary>Writes the records one after another. For one thread.</summary>
    /// <param name="name">Name of the data in error messages.</param>
    /// <param name="areOnes">True if every number is 1, and none is written.</param>
    /// <param name="sharing">Processes that have the file in common; null for this process alone.</param>
    internal sealed class Writer(string name, bool areOnes, FileSharing? sharing)
    {
        private readonly RaggedFile.Writer _records = new(name, sharing);

        /// <summary>Adds a record.</summary>
        /// <exception cref="InvalidInputException">No room.</exception>
        public void Add(ReadOnlySpan<int> columns, ReadOnlySpan<float> values) =>
            _records.Add(MemoryMarshal.AsBytes(columns), areOnes ? default : MemoryMarshal.AsBytes(values));

        /// <summary>Returns the records; nothing can be added any more.</summary>
        public SparseFile ToFile() => new(_records.ToFile(), areOnes, null);
    }
}
