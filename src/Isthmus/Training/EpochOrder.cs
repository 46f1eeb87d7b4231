using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>
/// The order in which each epoch visits the training records; it depends on the seed and the epoch alone, so that a run may go on
/// anywhere, and as well in memory as in a file. Records are shuffled as one; crops of photographs are drawn anew. Of data that are split by blocks
/// (<see cref="RecordBlocks"/>) the blocks, in parts of at most 256 KB, are shuffled, as many as fit a pool are read, and the records of the pool are
/// shuffled: two records of a batch come from blocks anywhere in the data, and no more than a pool is in memory.
/// </summary>
internal sealed class EpochOrder
{
    // 2^17 records of 64 numbers, 2^14 of 512.
    private const long PoolBytes = 32 << 20;

    private readonly Dataset _data;
    private readonly int _seed,
        _poolBlocks;
    private readonly RecordBlocks? _blocks;
    private (int Epoch, int Pool) _held = (-1, -1);
    private int _epoch = -1;
    private int[] _places = [],
        _starts = [],
        _order = [];
    private Dataset _pool,
        _drawn;
    private Array? _memory;

    /// <summary>Creates the order of training records for a seed.</summary>
    /// <param name="data">The records.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="poolBytes">Bytes of memory for the records of a pool, but at least a block.</param>
    public EpochOrder(Dataset data, int seed, long poolBytes = PoolBytes)
    {
        _blocks = data.Blocks?.Finer(data.RecordBytes);
        _data = _blocks is null ? data : data.With(_blocks);
        (_seed, _pool, _drawn) = (seed, _data, _data);
        _poolBlocks = _blocks is null ? 0 : (int)Math.Clamp(poolBytes / (_blocks.BlockRecords * data.RecordBytes), 1, _blocks.Blocks);
    }

    /// <summary>Number of records in the pool; 0 if there is none.</summary>
    public int Held => _blocks is null || _memory is null ? 0 : _pool.Count;

    /// <summary>Returns indices of records of an epoch that are shuffled as one, <paramref name="count"/> from <paramref name="first"/> on.</summary>
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
        // The same memory for pool after pool; one may be shorter.
        _pool = _data.Read(_places.AsSpan(pool * _poolBlocks, Math.Min(_poolBlocks, _places.Length - pool * _poolBlocks)), ref _memory);
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
