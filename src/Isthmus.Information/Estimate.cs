namespace Isthmus.Information;

/// <summary>An estimate with its standard error.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">Standard deviation of the estimate over repetitions; NaN from a single observation.</param>
public readonly record struct Estimate(double Value, double StandardError)
{
    /// <summary>
    /// Returns the normal confidence interval, value -+ z standard errors, z the quantile that leaves (1 - level) / 2 on each side; NaN if there is no standard
    /// error. It covers spread, not bias: each estimator's page gives its coverage.
    /// </summary>
    /// <param name="level">Confidence level between 0 and 1. Default 0.9, z = 1.645.</param>
    /// <exception cref="ArgumentException">A level not between 0 and 1.</exception>
    public (double Lower, double Upper) Interval(double level = 0.9)
    {
        if (!(level > 0 && level < 1))
            throw new ArgumentException($"An interval needs a level between 0 and 1; it is {level}.");
        var reach = Numerics.RankGaussian.Quantile((1 + level) / 2) * StandardError;
        return (Value - reach, Value + reach);
    }

    /// <summary>Scales the estimate, to change its unit.</summary>
    public static Estimate operator *(Estimate estimate, double factor) => new(estimate.Value * factor, estimate.StandardError * Math.Abs(factor));

    /// <summary>Changes the sign of the estimate.</summary>
    public static Estimate operator -(Estimate estimate) => estimate with { Value = -estimate.Value };

    /// <summary>
    /// Returns the estimate of a quantity that cannot be negative (an information, a divergence): values below 0, which are due to chance, become 0, with the
    /// same standard error. Every display of such a quantity, in text, on a page or as JSON, uses this value.
    /// </summary>
    // A method: a property of its own type would print, and write as JSON, without end.
    public Estimate AtLeastZero() => Value < 0 ? this with { Value = 0 } : this;

    /// <summary>Returns the proportion p of successes in n trials, with standard error sqrt(p (1 - p) / n).</summary>
    public static Estimate Share(long successes, long trials)
    {
        var share = successes / (double)trials;
        return new(share, Math.Sqrt(share * (1 - share) / trials));
    }
}
