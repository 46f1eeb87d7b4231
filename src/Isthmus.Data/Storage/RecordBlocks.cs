namespace Isthmus.Data.Storage;

/// <summary>
/// Some blocks of the records of a store, in the order of the store. A block is a run of records; only the store's last may be shorter. Data are split and
/// shuffled by blocks where orders of single records would take as much memory as records do: that depends on their size alone, and not on where they are.
/// Costs four bytes of memory a block.
/// </summary>
internal sealed class RecordBlocks
{
    /// <summary>Largest number of records that are split and shuffled one by one.</summary>
    public const int MostSingleRecords = 1 << 21;

    /// <summary>Largest number of bytes of records that are split and shuffled one by one.</summary>
    public const long MostSingleBytes = 1L << 30;

    // A read of a block is a long one, and a file of few records is still split in enough of them. Pictures are large, and come sorted by class: they are split
    // by blocks of as many bytes as blocks that are shuffled.
    private const int MostRecords = 1024,
        LeastBlocks = 100,
        MostShuffledBytes = 1 << 18;

    private readonly int[] _blocks;

    private RecordBlocks(int blockRecords, int[] blocks, int count) => (BlockRecords, _blocks, Count) = (blockRecords, blocks, count);

    /// <summary>Returns true if records are to be split and shuffled by blocks.</summary>
    /// <param name="count">Number of records.</param>
    /// <param name="recordBytes">Bytes of a record.</param>
    public static bool AreNeeded(long count, long recordBytes) => count > MostSingleRecords || count * recordBytes > MostSingleBytes;

    /// <summary>Returns all blocks of N records.</summary>
    /// <param name="count">N.</param>
    /// <param name="pictureBytes">Bytes of a record that is a picture; 0 for others.</param>
    public static RecordBlocks Of(int count, long pictureBytes = 0)
    {
        var most = pictureBytes > 0 ? (int)Math.Clamp(MostShuffledBytes / pictureBytes, 1, MostRecords) : MostRecords;
        var records = Math.Clamp(count / LeastBlocks, 1, most);
        return new(records, [.. Enumerable.Range(0, (count - 1) / records + 1)], count);
    }

    /// <summary>
    /// Returns the same records in blocks of at most 256 KB, parts of these: to be shuffled, where neighbours are alike and a pool should have many blocks.
    /// </summary>
    /// <param name="recordBytes">Bytes of a record.</param>
    public RecordBlocks Finer(long recordBytes)
    {
        var records = Enumerable.Range(1, BlockRecords).Last(size => BlockRecords % size == 0 && (size == 1 || size * recordBytes <= MostShuffledBytes));
        var parts = BlockRecords / records;
        // Of the last block there may be fewer.
        return new(
            records,
            [.. Enumerable.Range(0, Blocks).SelectMany(place => Enumerable.Range(_blocks[place] * parts, (RecordsOf(place) - 1) / records + 1))],
            Count
        );
    }

    /// <summary>Number of records, N.</summary>
    public int Count { get; }

    /// <summary>Number of blocks.</summary>
    public int Blocks => _blocks.Length;

    /// <summary>Number of records in a block, except the last.</summary>
    public int BlockRecords { get; }

    /// <summary>Returns the blocks at <paramref name="places"/>, in the order of the store.</summary>
    public RecordBlocks Select(int[] places)
    {
        int[] blocks = [.. places.Select(place => _blocks[place]).Order()];
        return new(BlockRecords, blocks, places.Sum(RecordsOf));
    }

    /// <summary>Returns the first <paramref name="count"/> records.</summary>
    public RecordBlocks Take(int count) => count >= Count ? this : new(BlockRecords, _blocks[..((count - 1) / BlockRecords + 1)], count);

    /// <summary>Returns the number of records of the block at an index.</summary>
    public int RecordsOf(int place) => Math.Min(BlockRecords, Count - place * BlockRecords);

    /// <summary>Returns the place in the store of a block's first record.</summary>
    public int FirstOf(int place) => _blocks[place] * BlockRecords;

    /// <summary>Returns the place in the store of the record at an index.</summary>
    public int PlaceOf(int index) => FirstOf(index / BlockRecords) + index % BlockRecords;

    /// <summary>Returns the places in the store of all records.</summary>
    public IEnumerable<int> Places() => Enumerable.Range(0, Count).Select(PlaceOf);

    /// <summary>Returns the indices of the records of the blocks at some places, one block after another.</summary>
    public int[] Indices(ReadOnlySpan<int> places)
    {
        List<int> indices = [];
        foreach (var place in places)
            indices.AddRange(Enumerable.Range(place * BlockRecords, RecordsOf(place)));
        return [.. indices];
    }

    /// <summary>Reads the records of the blocks at some places, one block after another.</summary>
    /// <param name="store">The records.</param>
    /// <param name="places">Indices of blocks.</param>
    /// <param name="memory">Array that is used again if it is as long; receives the records.</param>
    public T[] Read<T>(RecordStore<T> store, ReadOnlySpan<int> places, ref Array? memory)
        where T : unmanaged
    {
        var numbers = 0;
        foreach (var place in places)
            numbers += RecordsOf(place) * store.Width;
        var values = memory is T[] before && before.Length == numbers ? before : new T[numbers];
        memory = values;
        var filled = 0;
        foreach (var place in places)
        {
            var part = values.AsSpan(filled, RecordsOf(place) * store.Width);
            store.Read(FirstOf(place), part);
            filled += part.Length;
        }
        return values;
    }
}
