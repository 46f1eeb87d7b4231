using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// Differential entropy by nearest neighbours, nats: h = psi(N) - psi(k) + d mean ln(2 eps_i), eps_i the max-norm distance
/// to the k-th neighbour (Kozachenko and Leonenko 1987; k neighbours by Goria et al. 2005).
/// </summary>
/// <remarks>
/// Biased high in many dimensions and where the density has edges or heavy tails. Cost about N log N in few dimensions,
/// d N^2 in many. A distribution with atoms has no density: more than k equal rows are an error. Standard error:
/// <see cref="LocalTerms"/>, with an allowance of psi'(k) / N.
/// </remarks>
public static class KozachenkoLeonenkoEntropy
{
    /// <summary>Returns the differential entropy, nats; may be negative. Only <see cref="Margins.AsGiven"/> is meaningful here.</summary>
    /// <exception cref="ArgumentException">k not in 1 .. N - 1, more than k equal rows, or ranked margins.</exception>
    public static Estimate Estimate(Points points, NeighbourOptions? options = null)
    {
        options ??= NeighbourOptions.Default;
        options.Check("Kozachenko-Leonenko entropy", points.Count);
        if (options.Margins != Margins.AsGiven)
            throw new ArgumentException(
                "Kozachenko-Leonenko entropy needs margins as given: ranks change a differential entropy, they leave only mutual information."
            );
        var distances = new NeighbourSearch(points, options).KthDistances(options.K);
        var constant = SpecialFunctions.Digamma(points.Count) - SpecialFunctions.Digamma(options.K);
        var local = new double[distances.Length];
        for (var i = 0; i < local.Length; i++)
        {
            local[i] =
                distances[i] > 0
                    ? constant + points.Dimensions * Math.Log(2 * distances[i])
                    : throw new ArgumentException(
                        $"Kozachenko-Leonenko entropy needs at most k = {options.K} equal rows; row {i} has at least as many duplicates, so there is no "
                            + $"density. Count symbols instead, or take a larger k."
                    );
        }
        return LocalTerms.Mean(local, options.K);
    }
}
