using Isthmus.Information.Numerics;

namespace Isthmus.Server.Drift;

/// <summary>Chi-square law with k degrees of freedom, and the test of homogeneity that rests on it.</summary>
internal static class ChiSquare
{
    private const double Enough = 1e-15;
    private const int Most = 10_000;

    /// <summary>
    /// Returns P(X >= x), X chi-square: the regularised upper incomplete gamma function Q(k/2, x/2), by its series below and its continued fraction above
    /// x = k + 2 (Abramowitz and Stegun 1964: 6.5.29 and 6.5.31).
    /// </summary>
    /// <param name="x">Statistic, from 0.</param>
    /// <param name="freedom">Degrees of freedom k; 0 gives 1.</param>
    public static double UpperTail(double x, int freedom)
    {
        if (freedom == 0 || x <= 0)
            return 1;
        if (double.IsPositiveInfinity(x))
            return 0;
        var (a, half) = (freedom / 2.0, x / 2);
        var front = Math.Exp(a * Math.Log(half) - half - SpecialFunctions.LogGamma(a));
        return half < a + 1 ? 1 - front * Series(a, half) : front * Fraction(a, half);
    }

    /// <summary>
    /// Compares two samples in bins: the sum over bins of (sqrt(m/n) r - sqrt(n/m) s)^2 / (r + s), n and m the sizes of the samples, r and s their counts, is
    /// chi-square with as many degrees of freedom as bins that have any, less one, if both come from one law (Pearson 1911).
    /// </summary>
    /// <returns>The probability of such a difference or a greater one given that they do; 1 where a sample is empty.</returns>
    public static double Homogeneity(ReadOnlySpan<long> first, ReadOnlySpan<long> second)
    {
        var (n, m, sum, bins) = (0L, 0L, 0.0, 0);
        foreach (var count in first)
            n += count;
        foreach (var count in second)
            m += count;
        if (n == 0 || m == 0)
            return 1;
        var ratio = Math.Sqrt((double)m / n);
        for (var bin = 0; bin < first.Length; bin++)
            if (first[bin] + second[bin] is > 0 and var both)
            {
                var difference = ratio * first[bin] - second[bin] / ratio;
                sum += difference * difference / both;
                bins++;
            }
        return UpperTail(sum, bins - 1);
    }

    private static double Series(double a, double x)
    {
        var (term, sum) = (1 / a, 1 / a);
        for (var n = 1; n < Most && term > Enough * sum; n++)
            sum += term *= x / (a + n);
        return sum;
    }

    // Lentz's method.
    private static double Fraction(double a, double x)
    {
        const double Tiny = 1e-300;
        var b = x + 1 - a;
        var (c, d) = (1 / Tiny, 1 / b);
        var value = d;
        for (var i = 1; i < Most; i++)
        {
            var numerator = -i * (i - a);
            b += 2;
            d = numerator * d + b is var under && Math.Abs(under) < Tiny ? 1 / Tiny : 1 / under;
            c = b + numerator / c;
            if (Math.Abs(c) < Tiny)
                c = Tiny;
            value *= d * c;
            if (Math.Abs(d * c - 1) < Enough)
                break;
        }
        return value;
    }
}
