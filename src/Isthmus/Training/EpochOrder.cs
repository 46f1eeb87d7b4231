using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>
/// The order in which each epoch visits the training records; it depends on the seed and the epoch alone, so that a run may go on
/// anywhere. Records in memory are shuffled as one; crops of photographs are drawn anew. Of records that stay in a file its blocks are shuffled, as many as
/// fit a pool are read, and the records of the pool are shuffled: two records of a batch come from blocks anywhere in the file, and no more than a pool is in
/// memory.
/// </summary>
internal sealed class EpochOrder
{
    // 2^17 records of 64 numbers, 2^14 of 512.
    private const long PoolBytes = 32 << 20;

    private readonly Dataset _data;
    private readonly int _seed,
        _poolBlocks;
    private readonly VectorBlocks? _blocks;
    private (int Epoch, int Pool) _held = (-1, -1);
    private int _epoch = -1;
    private int[] _places = [],
        _starts = [],
        _order = [];
    private Dataset _pool,
        _drawn;
    private float[] _values = [];

    /// <summary>Creates the order of training records for a seed.</summary>
    /// <param name="data">The records.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="poolBytes">Bytes of memory for records that stay in a file, but at least a block.</param>
    public EpochOrder(Dataset data, int seed, long poolBytes = PoolBytes)
    {
        (_data, _seed, _blocks, _pool, _drawn) = (data, seed, data.Blocks, data, data);
        _poolBlocks = _blocks is null
            ? 0
            : (int)Math.Clamp(poolBytes / ((long)_blocks.BlockRecords * data.Schema.Dimension * sizeof(float)), 1, _blocks.Blocks);
    }

    /// <summary>Number of records of a file that are in memory now.</summary>
    public int Held => _blocks is null ? 0 : _values.Length / _data.Schema.Dimension;

    /// <summary>Returns the indices of <paramref name="count"/> records from <paramref name="first"/> on of an epoch, for records in memory.</summary>
    public ReadOnlySpan<int> Records(int epoch, int first, int count)
    {
        if (_epoch != epoch)
        {
            _drawn = _data.DrawnIn(_seed, epoch);
            // A selection of drawn records has an order of its own.
            _order = _drawn is { Drawn: { } drawn, Selection: null } ? drawn.Order : Shuffled(_data.Count, RandomStream.Order, epoch);
        }
        _epoch = epoch;
        return _order.AsSpan(first, count);
    }

    /// <summary>Returns <paramref name="count"/> records from <paramref name="first"/> on of an epoch.</summary>
    public Tensor Batch(int epoch, int first, int count, Device? device)
    {
        if (_blocks is null)
        {
            var records = Records(epoch, first, count);
            return TensorBatches.Gather(_drawn, records, device);
        }
        if (_epoch != epoch)
            ShuffleBlocks(epoch);
        List<Tensor> parts = [];
        for (var filled = 0; filled < count;)
        {
            var pool = Array.BinarySearch(_starts, first + filled) is var found && found >= 0 ? found : ~found - 1;
            Hold(pool);
            var from = first + filled - _starts[pool];
            var some = Math.Min(count - filled, _pool.Count - from);
            parts.Add(TensorBatches.Gather(_pool, _order.AsSpan(from, some), device));
            filled += some;
        }
        return parts.Count == 1 ? parts[0] : cat([.. parts], 0);
    }

    private void ShuffleBlocks(int epoch)
    {
        _epoch = epoch;
        _places = Shuffled(_blocks!.Blocks, RandomStream.Order, epoch);
        var starts = new List<int>();
        var start = 0;
        foreach (var pool in _places.Chunk(_poolBlocks))
        {
            starts.Add(start);
            start += pool.Sum(_blocks.RecordsOf);
        }
        _starts = [.. starts];
    }

    /// <summary>Reads the blocks of a pool, unless they were read last.</summary>
    private void Hold(int pool)
    {
        if (_held == (_epoch, pool))
            return;
        var width = _data.Schema.Dimension;
        var places = _places.AsSpan(pool * _poolBlocks, Math.Min(_poolBlocks, _places.Length - pool * _poolBlocks));
        var numbers = 0;
        foreach (var place in places)
            numbers += _blocks!.RecordsOf(place) * width;
        // The same memory for pool after pool; one may be shorter.
        if (_values.Length != numbers)
            _values = new float[numbers];
        var filled = 0;
        foreach (var place in places)
        {
            var part = _values.AsSpan(filled, _blocks!.RecordsOf(place) * width);
            _blocks.ReadBlock(place, part);
            filled += part.Length;
        }
        // Only vectors stay in a file.
        _pool = Dataset.Vectors(_data.Name, (VectorSchema)_data.Schema, _values);
        _order = Shuffled(_pool.Count, RandomStream.Pool, (long)_epoch << 32 | (uint)pool);
        _held = (_epoch, pool);
    }

    private int[] Shuffled(int count, uint purpose, long position)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random((int)RandomStream.Seed(_seed, purpose, position)).Shuffle(order);
        return order;
    }
}
