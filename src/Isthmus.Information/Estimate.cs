namespace Isthmus.Information;

/// <summary>A figure and how sure it is.</summary>
/// <param name="Value">The figure.</param>
/// <param name="StandardError">The standard deviation that it would have over repetitions; NaN where one observation cannot tell.</param>
public readonly record struct Estimate(double Value, double StandardError)
{
    /// <summary>
    /// The ends of a normal interval, value -+ z standard errors, z the quantile that leaves (1 - level) / 2 on each side; NaN where
    /// there is no standard error. It knows spread, not bias: each estimator's page says how often it covers.
    /// </summary>
    /// <param name="level">How often it should hold the truth; default 0.9, z = 1.645.</param>
    /// <exception cref="ArgumentException">A level not between 0 and 1.</exception>
    public (double Lower, double Upper) Interval(double level = 0.9)
    {
        if (!(level > 0 && level < 1))
            throw new ArgumentException($"An interval needs a level between 0 and 1; it is {level}.");
        var reach = Numerics.RankGaussian.Quantile((1 + level) / 2) * StandardError;
        return (Value - reach, Value + reach);
    }

    /// <summary>The figure in another unit.</summary>
    public static Estimate operator *(Estimate estimate, double factor) => new(estimate.Value * factor, estimate.StandardError * Math.Abs(factor));

    /// <summary>The figure with its sign turned.</summary>
    public static Estimate operator -(Estimate estimate) => estimate with { Value = -estimate.Value };

    /// <summary>
    /// The estimate of a quantity that cannot be negative (an information, a divergence): 0 where chance took it below, with the same
    /// standard error. Everything that is shown of such a quantity, in text, on a page or as JSON, goes through here.
    /// </summary>
    // A method: a property of its own type would print, and write as JSON, without end.
    public Estimate AtLeastZero() => Value < 0 ? this with { Value = 0 } : this;

    /// <summary>A share of successes p of n trials, standard error sqrt(p (1 - p) / n).</summary>
    public static Estimate Share(long successes, long trials)
    {
        var share = successes / (double)trials;
        return new(share, Math.Sqrt(share * (1 - share) / trials));
    }
}
