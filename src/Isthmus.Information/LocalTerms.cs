using Isthmus.Information.Numerics;

namespace Isthmus.Information;

/// <summary>
/// The mean of local terms and its standard error, sd / sqrt(N): the terms are taken as independent. For nearest-neighbour
/// entropies this is the efficient variance as k grows (Berrett, Samworth and Yuan 2019); it does not cover bias, and
/// neighbours share points, so it is approximate at small k.
/// </summary>
public static class LocalTerms
{
    /// <summary>Returns the mean and its standard error; summed in order, so the same on every run.</summary>
    public static Estimate Mean(ReadOnlySpan<double> terms)
    {
        var moments = new RunningMoments();
        foreach (var term in terms)
            moments.Add(term);
        return moments.Estimate;
    }

    /// <summary>
    /// Mean of sums of counts about k-th neighbours, variance (sd^2 + psi'(k)) / N: terms whose neighbours are shared vary together, and sd alone is 20 to 40 %
    /// low at k = 3. psi'(k), the variance of the logarithm of a k-th neighbour's mass, is an allowance chosen by measurement (docs/measures/which-one.md has
    /// its coverage), not derived.
    /// </summary>
    internal static Estimate Mean(ReadOnlySpan<double> terms, int k)
    {
        var mean = Mean(terms);
        return mean with { StandardError = Math.Sqrt(mean.StandardError * mean.StandardError + SpecialFunctions.Trigamma(k) / terms.Length) };
    }

    /// <summary>Mean of terms of successive times: variance of the mean with Bartlett-weighted autocovariances (Newey and West 1987).</summary>
    internal static Estimate MeanOfSeries(ReadOnlySpan<double> terms, int k)
    {
        var (n, mean) = (terms.Length, Mean(terms).Value);
        var lags = Math.Min(n - 1, (int)(4 * Math.Pow(n / 100.0, 2.0 / 9)));
        var variance = SpecialFunctions.Trigamma(k);
        for (var lag = 0; lag <= lags; lag++)
        {
            var covariance = 0.0;
            for (var i = lag; i < n; i++)
                covariance += (terms[i] - mean) * (terms[i - lag] - mean);
            variance += (lag == 0 ? 1 : 2 * (1 - lag / (lags + 1.0))) * covariance / n;
        }
        return new(mean, Math.Sqrt(variance / n));
    }
}
