using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>
/// Squares of photographs of any size. An epoch has as many of a photograph as fit into its area side by side, at places drawn uniformly; place, flip and turn
/// of a crop depend on seed, epoch and its index alone, so that a run may go on anywhere.
/// </summary>
internal sealed class PhotographCrops : IDrawnPixels
{
    // Crops of one epoch.
    private const int MostCrops = 1 << 22;

    private readonly PhotographStore _store;
    private readonly int[] _photographs,
        _starts;
    private readonly CropOptions _crop;
    private readonly int _seed,
        _epoch;
    private readonly Lazy<(int[] Order, int[][] Pools, int[] PoolOf)> _visits;
    private int _begun = -1;

    /// <summary>Creates the crops of some photographs of a store, as the first epoch of a seed draws them.</summary>
    /// <param name="store">The photographs.</param>
    /// <param name="photographs">Indices of those that crops are of, each at least as large as a crop.</param>
    /// <param name="crop">Size and symmetries.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="most">Largest number of crops of one photograph.</param>
    public PhotographCrops(PhotographStore store, int[] photographs, CropOptions crop, int seed, int most = int.MaxValue)
        : this(store, photographs, Starts(store, photographs, crop, most), crop, seed, 0) { }

    private PhotographCrops(PhotographStore store, int[] photographs, int[] starts, CropOptions crop, int seed, int epoch)
    {
        (_store, _photographs, _starts, _crop, _seed, _epoch) = (store, photographs, starts, crop, seed, epoch);
        _visits = new(Visits);
    }

    /// <summary>Second pictures of the same scenes, at the same places of the store: a record is then a crop of both, in random order. Default: none.</summary>
    public PhotographStore? Second { get; init; }

    /// <inheritdoc/>
    public int Count => _starts[^1];

    /// <inheritdoc/>
    public int[] Order => _visits.Value.Order;

    /// <summary>Bytes of decoded photographs in memory.</summary>
    public long HeldBytes => _store.HeldBytes + (Second?.HeldBytes ?? 0);

    /// <summary>Names of the photographs: their paths below the folder.</summary>
    public IReadOnlyList<string> Names => [.. _photographs.Select(_store.NameOf)];

    /// <summary>Returns the place among <see cref="Names"/> of each crop's photograph.</summary>
    public int[] PhotographOfEach() =>
        [.. Enumerable.Range(0, _photographs.Length).SelectMany(place => Enumerable.Repeat(place, _starts[place + 1] - _starts[place]))];

    /// <summary>Returns crops of some of the photographs only.</summary>
    /// <param name="places">Their places among <see cref="Names"/>.</param>
    /// <param name="most">Largest number of crops of one photograph.</param>
    public PhotographCrops Of(int[] places, int most = int.MaxValue) =>
        new(_store, [.. places.Select(place => _photographs[place])], _crop, _seed, most) { Second = Second };

    /// <inheritdoc/>
    public IDrawnPixels Drawn(int seed, int epoch) => new PhotographCrops(_store, _photographs, _starts, _crop, seed, epoch) { Second = Second };

    /// <inheritdoc/>
    public void Copy(ReadOnlySpan<int> indices, Span<byte> destination)
    {
        var width = _store.Channels * _crop.Side * _crop.Side * (Second is null ? 1 : 2);
        for (var row = 0; row < indices.Length; row++)
        {
            var place = Array.BinarySearch(_starts, indices[row]) is var found && found >= 0 ? found : ~found - 1;
            if (_visits.IsValueCreated)
                Begin(_visits.Value.PoolOf[place]);
            Cut(_photographs[place], indices[row], destination.Slice(row * width, width));
        }
    }

    private void Cut(int photograph, int index, Span<byte> crop)
    {
        var (size, side) = (_store.SizeOf(photograph), _crop.Side);
        // One draw of 63 bits has them all.
        var draw = (ulong)RandomStream.Seed(_seed, RandomStream.Crop, (long)_epoch << 32 | (uint)index);
        int Next(int below)
        {
            var next = (int)(draw % (ulong)below);
            draw /= (ulong)below;
            return next;
        }
        var (top, left) = (Next(size.Height - side + 1), Next(size.Width - side + 1));
        var flips = _crop.Flips && Next(2) == 1;
        var turns = _crop.Turns ? Next(4) : 0;
        if (Second is null)
        {
            Cut(_store.Pixels(photograph), size.Width, top, left, flips, turns, crop);
            return;
        }
        // Either of the two noises is as good a target.
        var (first, second) = Next(2) == 0 ? (_store, Second) : (Second, _store);
        Cut(first.Pixels(photograph), size.Width, top, left, flips, turns, crop[..(crop.Length / 2)]);
        Cut(second.Pixels(photograph), size.Width, top, left, flips, turns, crop[(crop.Length / 2)..]);
    }

    private void Cut(byte[] pixels, int width, int top, int left, bool flips, int turns, Span<byte> crop)
    {
        var (side, channels) = (_crop.Side, _store.Channels);
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                // Where the pixel is that comes to row y, column x: turned first, mirrored then.
                var (row, column) = turns switch
                {
                    1 => (x, side - 1 - y),
                    2 => (side - 1 - y, side - 1 - x),
                    3 => (side - 1 - x, y),
                    _ => (y, x),
                };
                var from = ((top + row) * width + left + (flips ? side - 1 - column : column)) * channels;
                for (var channel = 0; channel < channels; channel++)
                    crop[(channel * side + y) * side + x] = pixels[from + channel];
            }
    }

    /// <summary>Has the photographs of a pool and of the next one read, when the pool is first visited.</summary>
    private void Begin(int pool)
    {
        if (Interlocked.Exchange(ref _begun, pool) == pool)
            return;
        var pools = _visits.Value.Pools;
        int[] wanted = [.. pools[pool], .. pool + 1 < pools.Length ? pools[pool + 1] : []];
        _store.ReadAhead(wanted);
        Second?.ReadAhead(wanted);
    }

    /// <summary>
    /// Returns the order of visits. Photographs that fit into memory are one pool; others are shuffled and visited pool after pool, two of which fit: one is
    /// used while the next is read.
    /// </summary>
    private (int[] Order, int[][] Pools, int[] PoolOf) Visits()
    {
        var random = new Random((int)RandomStream.Seed(_seed, RandomStream.Order, _epoch));
        int[] places = [.. Enumerable.Range(0, _photographs.Length)];
        random.Shuffle(places);
        var fits = _photographs.Sum(_store.BytesOf) <= _store.MostBytes;
        List<List<int>> pools =
        [
            [],
        ];
        var bytes = 0L;
        foreach (var place in places)
        {
            var own = _store.BytesOf(_photographs[place]);
            if (!fits && pools[^1].Count > 0 && bytes + own > _store.MostBytes / 2)
            {
                pools.Add([]);
                bytes = 0;
            }
            pools[^1].Add(place);
            bytes += own;
        }
        var (order, poolOf) = (new int[Count], new int[places.Length]);
        var filled = 0;
        foreach (var (number, pool) in pools.Index())
        {
            var first = filled;
            foreach (var place in pool)
            {
                poolOf[place] = number;
                for (var crop = _starts[place]; crop < _starts[place + 1]; crop++)
                    order[filled++] = crop;
            }
            random.Shuffle(order.AsSpan(first..filled));
        }
        return (order, [.. pools.Select(pool => pool.Select(place => _photographs[place]).ToArray())], poolOf);
    }

    private static int[] Starts(PhotographStore store, int[] photographs, CropOptions crop, int most)
    {
        var starts = new int[photographs.Length + 1];
        most = Math.Clamp(most, 1, Math.Max(1, MostCrops / Math.Max(1, photographs.Length)));
        for (var place = 0; place < photographs.Length; place++)
        {
            var size = store.SizeOf(photographs[place]);
            starts[place + 1] = starts[place] + (int)Math.Clamp((long)size.Height * size.Width / ((long)crop.Side * crop.Side), 1, most);
        }
        return starts;
    }
}
