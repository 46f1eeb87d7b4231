using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X;Y) of jointly normal variables, nats: 1/2 ln(|S_x| |S_y| / |S|), with its bias taken off exactly for normal data
/// (the psi terms of <see cref="Entropy.GaussianEntropy"/>); one pair: -1/2 ln(1 - r^2).
/// </summary>
/// <remarks>
/// Sees linear dependence only; for normal margins it is a lower bound in one dimension each. Standard error
/// sqrt(sum rho^2 / N + d_x d_y / 2 N^2), rho the canonical correlations: the delta method, and the chi-squared law at
/// independence. Constant columns carry 0 nats. Cost N (d_x + d_y)^2.
/// </remarks>
public static class GaussianMutualInformation
{
    /// <summary>Returns the mutual information, nats; may be slightly below 0.</summary>
    /// <exception cref="ArgumentException">Unequal numbers of rows, not more rows than columns, or columns that depend linearly.</exception>
    public static Estimate Estimate(Points x, Points y)
    {
        var n = Points.Join(x, y).Count;
        if (n <= x.Dimensions + y.Dimensions)
            throw new ArgumentException($"Gaussian mutual information needs more rows than columns; there are {n} and {x.Dimensions + y.Dimensions}.");
        if (CorrelationMatrix.Varying(x) is not { } movingX || CorrelationMatrix.Varying(y) is not { } movingY)
            return new(0, 0);
        var (dx, d) = (movingX.Dimensions, movingX.Dimensions + movingY.Dimensions);
        var correlations = CorrelationMatrix.Of(Points.Join(movingX, movingY));
        var joint = CorrelationMatrix.Cholesky(correlations, "Gaussian mutual information");
        var own = new double[d - dx, d - dx];
        for (var a = dx; a < d; a++)
            for (var b = dx; b < d; b++)
                own[a - dx, b - dx] = correlations[a, b];
        var factor = CorrelationMatrix.Cholesky(own, "Gaussian mutual information");
        // The factor's first rows are those of x alone, so ln |S_x| cancels.
        var value = (CorrelationMatrix.LogDeterminant(factor, 0, d - dx) - CorrelationMatrix.LogDeterminant(joint, dx, d)) / 2;
        for (var i = 1; i <= d - dx; i++)
            value -= (SpecialFunctions.Digamma((n - i) / 2.0) - SpecialFunctions.Digamma((n - dx - i) / 2.0)) / 2;
        return new(value, Math.Sqrt(SquaredCanonicalCorrelations(joint, factor, dx) / n + (double)dx * (d - dx) / 2 / n / n));
    }

    // The joint factor's lower left block B has S_yx = B L_x', so sum rho^2 = |L_y^-1 B|^2.
    private static double SquaredCanonicalCorrelations(double[,] joint, double[,] factor, int dx)
    {
        var (dy, sum) = (factor.GetLength(0), 0.0);
        var solved = new double[dy];
        for (var column = 0; column < dx; column++)
            for (var a = 0; a < dy; a++)
            {
                var value = joint[dx + a, column];
                for (var b = 0; b < a; b++)
                    value -= factor[a, b] * solved[b];
                solved[a] = value / factor[a, a];
                sum += solved[a] * solved[a];
            }
        return sum;
    }
}
