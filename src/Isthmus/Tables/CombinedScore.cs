using Isthmus.Data.Tables;
using Isthmus.Models;

namespace Isthmus.Tables;

/// <summary>
/// Rarity of a row by the test that finds it rarest: -log2 of the fraction of usual rows that are at least as odd. The distance to the nearest kept row orders
/// all rows (<see cref="NeighbourDensity"/>). Two tests of what distances miss, of single cells (<see cref="RareCells"/>) and of pairs of cells
/// (<see cref="RarePairs"/>), count only if fewer than one usual row in 200 goes as far: a test without information about a table must not disturb the order.
/// If all columns are categories, of which one nearest row says little, the row's categories one by one count as much as the distance does. Each column's
/// contribution is its evidence in the tests that count.
/// </summary>
internal sealed class CombinedScore
{
    private const int Tile = 256,
        Tests = 2;

    /// <summary>Bits from which on one of the two tests counts: they have half of the usual one false alarm in 100.</summary>
    public static readonly double LeastBits = Math.Log2(200);

    /// <summary>Bits that each of the two tests loses, as there are two.</summary>
    public static readonly double Correction = Math.Log2(Tests);

    private readonly int _width;
    private readonly NeighbourDensity _density;
    private readonly RareCells _cells;
    private readonly RarePairs _pairs;
    private readonly UpperTail _usualDensity,
        _usualPairs;
    private readonly UpperTail? _usualProfile;

    /// <summary>Learns the scores of usual rows.</summary>
    /// <param name="table">Schema of a row.</param>
    /// <param name="reference">The rows that a model keeps.</param>
    /// <param name="density">The density around its training rows.</param>
    /// <param name="threads">Number of threads.</param>
    public CombinedScore(TableSchema table, ReferenceRows reference, NeighbourDensity density, int threads)
    {
        (_width, _density) = (table.Dimension, density);
        _cells = new(table, reference.Train);
        _pairs = new(table, reference.Train);
        // Windows of a series overlap: a kept one has all but itself among the others.
        float[] held = reference.HeldOut,
            kept = table.Series is null ? reference.Train : [];
        _usualDensity = new([.. Densities(held, threads), .. Densities(kept, threads)]);
        _usualPairs = new([.. Pairs(held, false), .. Pairs(kept, true)]);
        if (!table.Fields.Any(field => field is FittedNumbers))
            _usualProfile = new([.. Profiles(held), .. Profiles(kept)]);
    }

    /// <summary>The density, and the rarity of its nats among those of usual rows.</summary>
    public (NeighbourDensity Density, UpperTail Usual) Distance => (_density, _usualDensity);

    /// <summary>The test of single cells, and, if all columns are categories, the rarity of a row's profile.</summary>
    public (RareCells Cells, UpperTail? UsualProfile) Single => (_cells, _usualProfile);

    /// <summary>The test of pairs, and the rarity of its bits among those of usual rows.</summary>
    public (RarePairs Pairs, UpperTail Usual) Paired => (_pairs, _usualPairs);

    /// <summary>Computes nats of each cell, N x D, and of what belongs to no column, N.</summary>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    /// <param name="areKept">True if they are the kept training rows, of which none counts for itself.</param>
    /// <param name="threads">Number of threads.</param>
    /// <param name="cells">Receives N x D numbers.</param>
    /// <param name="other">Receives N numbers.</param>
    public void Nats(float[] rows, bool areKept, int threads, float[] cells, float[] other)
    {
        _density.Nats(rows, threads, cells, other);
        Tiles.ForEach(other.Length, Tile, threads, (first, end) =>
        {
            var scratch = new Scratch(_width);
            for (var row = first; row < end; row++)
                other[row] = Combine(rows.AsSpan(row * _width, _width), areKept, cells.AsSpan(row * _width, _width), other[row], scratch);
        });
    }

    private float Combine(ReadOnlySpan<float> row, bool isKept, Span<float> cells, float rest, Scratch scratch)
    {
        var sum = (double)rest;
        foreach (var cell in cells)
            sum += cell;
        var evidence = scratch.Evidence.AsSpan();
        var bits = _usualDensity.Bits(sum);
        // A kernel narrower than the mean one says nothing against a row.
        var (of, most) = (sum - Math.Min(rest, 0), bits);
        for (var column = 0; column < cells.Length; column++)
            evidence[column] = of > 0 ? bits * cells[column] / of : 0;
        var none = of > 0 ? bits * Math.Max(rest, 0) / of : bits;
        if (_usualProfile is not null)
        {
            var profile = _usualProfile.Bits(_cells.Profile(row, scratch.Bits));
            Take(evidence, scratch.Bits, profile, 0);
            most = Math.Max(most, profile);
        }
        var single = _cells.Bits(row, isKept, scratch.Bits) - Correction;
        most = Math.Max(most, Take(evidence, scratch.Bits, single, LeastBits / 2));
        var pair = _usualPairs.Bits(_pairs.Bits(row, isKept, scratch.Bits, scratch.Others)) - Correction;
        most = Math.Max(most, Take(evidence, scratch.Bits, pair, 0));
        var whole = none;
        foreach (var share in evidence)
            whole += share;
        var unit = whole > 0 ? most * Math.Log(2) / whole : 0;
        for (var column = 0; column < cells.Length; column++)
            cells[column] = (float)(unit * evidence[column]);
        return (float)(whole > 0 ? unit * none : most * Math.Log(2));
    }

    /// <summary>Adds a test's bits to the columns that have them: evidence from half the bits on at which the test counts.</summary>
    /// <returns>The bits, 0 where the test does not count.</returns>
    private static double Take(Span<double> evidence, ReadOnlySpan<double> bits, double most, double least)
    {
        if (most < LeastBits / 2)
            return 0;
        var sum = 0.0;
        foreach (var own in bits)
            sum += own >= least ? own : 0;
        for (var column = 0; column < bits.Length && sum > 0; column++)
            if (bits[column] >= least)
                evidence[column] += most * bits[column] / sum;
        return most < LeastBits ? 0 : most;
    }

    private IEnumerable<double> Densities(float[] rows, int threads)
    {
        var (cells, other) = (new float[rows.Length], new float[rows.Length / _width]);
        if (other.Length == 0)
            return [];
        _density.Nats(rows, threads, cells, other);
        return other
            .Select(
                (rest, row) =>
                {
                    var sum = (double)rest;
                    foreach (var cell in cells.AsSpan(row * _width, _width))
                        sum += cell;
                    return sum;
                }
            )
            .ToArray();
    }

    private IEnumerable<double> Profiles(float[] rows)
    {
        var bits = new double[_width];
        return Enumerable.Range(0, rows.Length / _width).Select(row => _cells.Profile(rows.AsSpan(row * _width, _width), bits)).ToArray();
    }

    private IEnumerable<double> Pairs(float[] rows, bool areKept)
    {
        var scratch = new Scratch(_width);
        return Enumerable
            .Range(0, rows.Length / _width)
            .Select(row => _pairs.Bits(rows.AsSpan(row * _width, _width), areKept, scratch.Bits, scratch.Others))
            .ToArray();
    }

    private sealed class Scratch(int width)
    {
        public double[] Evidence { get; } = new double[width];

        public double[] Bits { get; } = new double[width];

        public int[] Others { get; } = new int[width];
    }
}
