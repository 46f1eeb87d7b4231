using Isthmus.Data.Tables;

namespace Isthmus.Tables;

/// <summary>
/// A density of rows that needs no fitting: a Gaussian around each kept row, as wide as that row's own distance to the nearest other one
/// (adaptive kernels, Breiman, Meisel and Purcell 1977), of which the one counts that makes the row most likely. In nats, less those of a
/// row that lies on a kept one of mean width:
/// <code>min over i of |x - x_i|^2 / 2 s_i^2 + D/2 ln(s_i^2 / s^2),   s_i^2 = d_i^2 / D,   s^2 the mean of the usual s_i^2,</code>
/// s_i^2 held between s^2 / 10 and 10 s^2, so that neither a twin nor a wild row decides. Distances are those of <see cref="NearestRows"/>.
/// </summary>
internal sealed class NeighbourDensity
{
    private const double MostRatio = 10;
    private const int Tile = 256;
    private readonly int _width;
    private readonly NearestRows _kept;
    private readonly float[] _factors,
        _offsets;

    /// <summary>Creates a density around rows.</summary>
    /// <param name="table">Schema of a row.</param>
    /// <param name="rows">M x D numbers on the model's scale.</param>
    /// <param name="threads">Number of threads.</param>
    public NeighbourDensity(TableSchema table, float[] rows, int threads)
    {
        _width = table.Dimension;
        _kept = new(table, rows);
        var own = new double[_kept.Count];
        var squares = new float[_width];
        foreach (var (row, other) in _kept.Of(rows, others: true, threads).Index())
            own[row] = _kept.Squares(rows.AsSpan(row * _width, _width), other, squares) / (double)_width;
        // One outlier among the kept rows, far from all others, must not make every kernel wide. If all rows are equal, any width will do.
        double[] rising = [.. own.Order()];
        var mean = UsualRange.Of(rising).Within(rising).Average() is > 0 and var found ? found : 1;
        double[] variances = [.. own.Select(variance => Math.Clamp(variance, mean / MostRatio, mean * MostRatio))];
        _factors = [.. variances.Select(variance => (float)(0.5 / variance))];
        _offsets = [.. variances.Select(variance => (float)(0.5 * _width * Math.Log(variance / mean)))];
        _kept.Weigh(_factors, _offsets);
    }

    /// <summary>The kept rows, M.</summary>
    public NearestRows Kept => _kept;

    /// <summary>Factor of each kept row's squared distance, 1 / 2 s_i^2, and what its kernel's width adds, both M.</summary>
    public (IReadOnlyList<float> Factors, IReadOnlyList<float> Offsets) Kernels => (_factors, _offsets);

    /// <summary>Computes nats of each cell, N x D, and of the kernel's width, N. A row that is itself kept is compared with the others.</summary>
    public void Nats(float[] rows, int threads, float[] cells, float[] other)
    {
        var nearest = _kept.Of(rows, others: true, threads);
        Tiles.ForEach(nearest.Length, Tile, threads, (first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                var kept = nearest[row];
                var own = cells.AsSpan(row * _width, _width);
                _kept.Squares(rows.AsSpan(row * _width, _width), kept, own);
                foreach (ref var cell in own)
                    cell *= _factors[kept];
                other[row] = _offsets[kept];
            }
        });
    }
}
