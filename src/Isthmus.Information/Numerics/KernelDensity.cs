using System.Runtime.Intrinsics;

namespace Isthmus.Information.Numerics;

/// <summary>
/// A density by normal kernels of the sample's covariance times a squared bandwidth (Silverman 1986, section 4.2): columns are
/// made uncorrelated and of variance 1 / bandwidth^2, and each point sees the mean of standard normal kernels on the others.
/// </summary>
internal sealed class KernelDensity
{
    private readonly double[][] _whitened;
    private readonly double _logConstant;

    /// <exception cref="ArgumentException">A constant column, or columns that depend linearly.</exception>
    public KernelDensity(Points points, double bandwidth, string estimator)
    {
        var (n, d) = (points.Count, points.Dimensions);
        var deviations = CorrelationMatrix.Deviations(points);
        if (Array.IndexOf(deviations, 0) is var constant and >= 0)
            throw new ArgumentException($"{estimator} needs columns that vary; column {constant} is constant, its entropy is -infinite. Drop it.");
        var factor = CorrelationMatrix.Cholesky(CorrelationMatrix.Of(points), estimator);
        _logConstant = -Math.Log(n - 1) - d * (Math.Log(2 * Math.PI) / 2 + Math.Log(bandwidth)) - CorrelationMatrix.LogDeterminant(factor, 0, d) / 2;
        _whitened = new double[d][];
        for (var c = 0; c < d; c++)
        {
            _logConstant -= Math.Log(deviations[c]);
            var column = points[c];
            // From the first value, not the mean: only differences count, and large offsets go.
            var whitened = _whitened[c] = new double[n];
            for (var i = 0; i < n; i++)
                whitened[i] = (column[i] - column[0]) / deviations[c] / bandwidth;
            for (var b = 0; b < c; b++)
                for (var i = 0; i < n; i++)
                    whitened[i] -= factor[c, b] * _whitened[b][i];
            for (var i = 0; i < n; i++)
                whitened[i] /= factor[c, c];
        }
    }

    /// <summary>Returns Scott's bandwidth in standard deviations, N^(-1 / (d + 4)) (1992): the best order for a density in d dimensions.</summary>
    public static double Scott(int count, int dimensions) => Math.Pow(count, -1.0 / (dimensions + 4));

    /// <summary>
    /// Returns the logarithm of the density at each point, by the kernels on all others. Cost d N^2; never -infinity, however far a point lies.
    /// </summary>
    public double[] LogLeaveOneOut(int threads)
    {
        var n = _whitened[0].Length;
        var result = new double[n];
        NeighbourSearch.ForEachChunk(n, threads > 0 ? threads : Environment.ProcessorCount, (from, to) =>
        {
            // Half squared distances to all points, padded for vectors by infinity.
            var half = new double[(n + 7) / 8 * 8];
            for (var i = from; i < to; i++)
            {
                Array.Clear(half);
                foreach (var column in _whitened)
                    AddHalfSquares(column, column[i], half);
                half.AsSpan(n).Fill(double.PositiveInfinity);
                half[i] = double.PositiveInfinity;
                result[i] = _logConstant + LogSumExpMinus(half);
            }
        });
        return result;
    }

    private static void AddHalfSquares(double[] column, double at, double[] half)
    {
        var i = 0;
        for (; i + 8 <= column.Length; i += 8)
        {
            var difference = Vector512.LoadUnsafe(ref column[i]) - Vector512.Create(at);
            (Vector512.LoadUnsafe(ref half[i]) + difference * difference * 0.5).StoreUnsafe(ref half[i]);
        }
        for (; i < column.Length; i++)
            half[i] += (column[i] - at) * (column[i] - at) * 0.5;
    }

    // ln sum exp(-h), with the smallest h taken out so that the largest term is 1.
    private static double LogSumExpMinus(double[] half)
    {
        var least = Vector512.Create(double.PositiveInfinity);
        for (var i = 0; i < half.Length; i += 8)
            least = Vector512.Min(least, Vector512.LoadUnsafe(ref half[i]));
        var shift = double.PositiveInfinity;
        for (var lane = 0; lane < 8; lane++)
            shift = Math.Min(shift, least[lane]);
        var sum = Vector512<double>.Zero;
        for (var i = 0; i < half.Length; i += 8)
        {
            var excess = Vector512.LoadUnsafe(ref half[i]) - Vector512.Create(shift);
            // Beyond 50 a term is below 2e-22 of the sum: most blocks are skipped.
            if (Vector512.LessThanAny(excess, Vector512.Create(50.0)))
                sum += Vector512.Exp(-Vector512.Min(excess, Vector512.Create(700.0)));
        }
        return Math.Log(Vector512.Sum(sum)) - shift;
    }
}
