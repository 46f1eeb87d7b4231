namespace Isthmus.Data.Records;

/// <summary>
/// Some blocks of records of a <see cref="VectorFile"/>, in the order of the file; memory holds only the records asked for. A block is a run of records; only
/// the file's last may be shorter. Costs four bytes of memory a block.
/// </summary>
internal sealed class VectorBlocks
{
    // A read of a block is a long one, and a file of few records is still split in enough of them.
    private const int MostRecords = 1024,
        LeastBlocks = 100;

    private readonly VectorFile _file;
    private readonly int _width,
        _blockRecords;
    private readonly int[] _blocks;
    private readonly Standardisation? _scale;

    private VectorBlocks(VectorFile file, int width, int blockRecords, int[] blocks, int count, Standardisation? scale) =>
        (_file, _width, _blockRecords, _blocks, Count, _scale) = (file, width, blockRecords, blocks, count, scale);

    /// <summary>Returns all blocks of a file of D-vectors.</summary>
    public static VectorBlocks Of(VectorFile file, int width)
    {
        var records = Math.Clamp(file.Count / LeastBlocks, 1, MostRecords);
        return new(file, width, records, [.. Enumerable.Range(0, (file.Count - 1) / records + 1)], file.Count, null);
    }

    /// <summary>Number of records, N.</summary>
    public int Count { get; }

    /// <summary>Number of blocks.</summary>
    public int Blocks => _blocks.Length;

    /// <summary>Number of records in a block, except the last.</summary>
    public int BlockRecords => _blockRecords;

    /// <summary>Returns the blocks at <paramref name="places"/>, in the order of the file.</summary>
    public VectorBlocks Select(int[] places)
    {
        int[] blocks = [.. places.Select(place => _blocks[place]).Order()];
        return new(_file, _width, _blockRecords, blocks, places.Sum(RecordsOf), _scale);
    }

    /// <summary>Returns the first <paramref name="count"/> records.</summary>
    public VectorBlocks Take(int count) =>
        count >= Count ? this : new(_file, _width, _blockRecords, _blocks[..((count - 1) / _blockRecords + 1)], count, _scale);

    /// <summary>Returns the same blocks, each record standardised as it is read.</summary>
    public VectorBlocks Scaled(Standardisation scale) => new(_file, _width, _blockRecords, _blocks, Count, scale);

    /// <summary>Returns the number of records of the block at an index.</summary>
    public int RecordsOf(int place) => Math.Min(_blockRecords, Count - place * _blockRecords);

    /// <summary>Reads the whole block at an index.</summary>
    public void ReadBlock(int place, Span<float> destination)
    {
        _file.Read((long)_blocks[place] * _blockRecords, destination);
        _scale?.Apply(destination);
    }

    /// <summary>Copies the records at <paramref name="indices"/>; consecutive records are read at once.</summary>
    public void Copy(ReadOnlySpan<int> indices, Span<float> destination)
    {
        for (var row = 0; row < indices.Length;)
        {
            var first = PlaceOf(indices[row]);
            var run = 1;
            while (row + run < indices.Length && PlaceOf(indices[row + run]) == first + run)
                run++;
            _file.Read(first, destination.Slice(row * _width, run * _width));
            row += run;
        }
        _scale?.Apply(destination[..(indices.Length * _width)]);
    }

    private long PlaceOf(int index) => (long)_blocks[index / _blockRecords] * _blockRecords + index % _blockRecords;
}
