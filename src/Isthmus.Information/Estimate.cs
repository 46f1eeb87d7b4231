namespace Isthmus.Information;

/// <summary>A figure and how sure it is.</summary>
/// <param name="Value">The figure.</param>
/// <param name="StandardError">The standard deviation that it would have over repetitions; NaN where one observation cannot tell.</param>
public readonly record struct Estimate(double Value, double StandardError)
{
    /// <summary>The figure in another unit.</summary>
    public static Estimate operator *(Estimate estimate, double factor) => new(estimate.Value * factor, estimate.StandardError * Math.Abs(factor));

    /// <summary>The figure with its sign turned.</summary>
    public static Estimate operator -(Estimate estimate) => estimate with { Value = -estimate.Value };

    /// <summary>A share of successes p of n trials, standard error sqrt(p (1 - p) / n).</summary>
    public static Estimate Share(long successes, long trials)
    {
        var share = successes / (double)trials;
        return new(share, Math.Sqrt(share * (1 - share) / trials));
    }
}
