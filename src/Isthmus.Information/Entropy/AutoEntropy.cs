using System.Globalization;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// Entropy by the estimator that fits the data, nats: symbols by Miller-Madow where each was seen often and by Chao-Wang-Jost
/// where many were seen once; numbers by Kozachenko-Leonenko, a differential entropy relative to their unit.
/// </summary>
/// <remarks>
/// Numbers of which more than k rows are equal have no density, and their values are counted as symbols, with a warning.
/// Columns of numbers are divided by their standard deviations s first and sum ln s is added, which is exact, so that unlike
/// units do not spoil the max-norm.
/// </remarks>
public static class AutoEntropy
{
    /// <summary>Returns the entropy of a variable of symbols, or the differential entropy of a variable of numbers, nats.</summary>
    /// <exception cref="ArgumentException">Symbols and numbers together; k not in 1 .. N - 1; a constant column of numbers.</exception>
    public static ChosenEstimate Estimate(Variable variable, NeighbourOptions? options = null)
    {
        if (variable.IsDiscrete)
            return OfSymbols(variable.Symbols().Counts());
        if (!variable.IsContinuous)
            throw new ArgumentException("Symbols and numbers together have no entropy of one kind; measure them apart, or count the numbers as symbols.");
        var most = variable.Symbols().Counts().Max();
        if (most > (options ?? NeighbourOptions.Default).K)
        {
            var counted = OfSymbols(variable.Symbols().Counts());
            return counted with
            {
                Warnings =
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Numbers of which {most:N0} rows are equal have no density: their values were counted as symbols."
                    ),
                    .. counted.Warnings,
                ],
            };
        }
        return new(
            Differential(variable.Numbers(), options),
            "kl",
            "numbers without heavy ties: nearest neighbours (Kozachenko-Leonenko)",
            [.. EntropyWarnings.OfDimension(variable.Dimensions)]
        );
    }

    /// <summary>Returns the entropy of a histogram, nats.</summary>
    public static ChosenEstimate OfSymbols(long[] counts)
    {
        var profile = new CountProfile(counts);
        var isSeenOften = profile.SymbolsSeen(1) * 10 <= profile.Total;
        DiscreteEntropyEstimator estimator = isSeenOften ? new MillerMadowEntropy() : new ChaoWangJostEntropy();
        var observed = string.Create(CultureInfo.InvariantCulture, $"{profile.Observed:N0} symbols in {profile.Total:N0} rows");
        var once = string.Create(CultureInfo.InvariantCulture, $"{profile.SymbolsSeen(1):N0} of them once");
        return new(
            estimator.Measure(profile),
            estimator.Name,
            isSeenOften
                ? $"{observed}, few seen only once: the plug-in with its first-order bias taken off"
                : $"{observed}, {once}: an estimator that counts on symbols not seen yet",
            [.. EntropyWarnings.OfSymbols(profile)]
        );
    }

    private static Estimate Differential(Points points, NeighbourOptions? options)
    {
        var deviations = CorrelationMatrix.Deviations(points);
        if (deviations.Contains(0))
            throw new ArgumentException("A constant column has no density: its differential entropy is -infinite. Drop it, or count its values as symbols.");
        var scaled = Points.FromColumns([.. deviations.Select((deviation, c) => Array.ConvertAll(points[c].ToArray(), value => value / deviation))]);
        var estimate = KozachenkoLeonenkoEntropy.Estimate(scaled, options);
        return estimate with { Value = estimate.Value + deviations.Sum(Math.Log) };
    }
}
