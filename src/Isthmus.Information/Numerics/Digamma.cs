namespace Isthmus.Information.Numerics;

/// <summary>psi(x) = d ln Gamma(x) / dx, to about 1e-15 relative for x > 0 (recurrence to x >= 10, then the asymptotic series).</summary>
internal static class Digamma
{
    /// <summary>psi(x) for x > 0.</summary>
    public static double At(double x)
    {
        if (!(x > 0))
            throw new ArgumentOutOfRangeException(nameof(x), x, "Digamma is computed here for arguments above 0 only.");
        var shift = 0.0;
        for (; x < 10; x++)
            shift -= 1 / x;
        var s = 1 / (x * x);
        // Bernoulli numbers B_2m / 2m; the first term left out is below 0.0833 * 10^-14.
        var series = s * (1 / 12.0 - s * (1 / 120.0 - s * (1 / 252.0 - s * (1 / 240.0 - s * (1 / 132.0 - s * (691 / 32760.0 - s / 12.0))))));
        return shift + Math.Log(x) - 0.5 / x - series;
    }

    /// <summary>psi'(x) for x > 0.</summary>
    public static double TrigammaAt(double x)
    {
        if (!(x > 0))
            throw new ArgumentOutOfRangeException(nameof(x), x, "Trigamma is computed here for arguments above 0 only.");
        var shift = 0.0;
        for (; x < 15; x++)
            shift += 1 / (x * x);
        var s = 1 / (x * x);
        return shift + 1 / x + s / 2 + s / x * (1 / 6.0 - s * (1 / 30.0 - s * (1 / 42.0 - s * (1 / 30.0 - s * (5 / 66.0)))));
    }

    /// <summary>psi(0 .. n) in a table, psi(0) as NaN: every k-nearest-neighbour estimator looks up integers.</summary>
    public static double[] Table(int n)
    {
        var table = new double[n + 1];
        table[0] = double.NaN;
        for (var i = 1; i <= n; i++)
            table[i] = At(i);
        return table;
    }
}
