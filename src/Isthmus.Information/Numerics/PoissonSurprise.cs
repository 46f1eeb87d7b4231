namespace Isthmus.Information.Numerics;

/// <summary>
/// G(m) = E[n ln n] for Poisson counts n of mean m: the mean contribution of a count to the plug-in estimates. The bias G(m) - m ln m rises from 0 to 1/2, the
/// bias of Miller and Madow, and exceeds it slightly on the way.
/// </summary>
internal static class PoissonSurprise
{
    private const int Largest = 64,
        Steps = 64;

    private static readonly double[] Means = [.. Enumerable.Range(0, Largest * Steps + 2).Select(step => Exact(step / (double)Steps))];

    /// <summary>Returns G(m), within 1e-4: by parabolas through a table, and by the series in 1 / m above 64.</summary>
    public static double Mean(double mean)
    {
        if (mean >= Largest)
            return mean * Math.Log(mean) + 0.5 + (1 + 1 / mean) / (12 * mean);
        var at = mean * Steps;
        var step = Math.Max(1, (int)(at + 0.5));
        var beyond = at - step;
        double before = Means[step - 1],
            here = Means[step],
            after = Means[step + 1];
        return here + beyond * ((after - before) / 2 + beyond * (after - 2 * here + before) / 2);
    }

    private static double Exact(double mean)
    {
        // p(n) by its recursion; beyond mean + 12 sd + 24 the terms are too small for a double.
        var (sum, probability) = (0.0, Math.Exp(-mean));
        for (var n = 1; n < mean + 12 * Math.Sqrt(mean) + 24; n++)
        {
            probability *= mean / n;
            sum += probability * n * Math.Log(n);
        }
        return sum;
    }
}
