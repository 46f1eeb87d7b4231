using Isthmus.Information.Numerics;

namespace Isthmus.Information.Divergence;

/// <summary>
/// KL(P || Q) from samples of both, nats: d mean ln(nu_i / rho_i) + ln(M / (N - 1)), rho_i the distance from the i-th of N points of
/// P to its k-th neighbour among them, nu_i to its k-th among M points of Q (Wang, Kulkarni and Verdu 2009), in max-norm.
/// </summary>
/// <remarks>
/// Low where P has mass that the sample of Q does not reach; may be below 0. Rows without a density (more than k equal
/// ones, or k of Q on a point of P) are an error. Standard error: sqrt((sd^2 + psi'(k)) / N + (R - 1 + psi'(k)) / M), sd that of the
/// local terms (<see cref="LocalTerms"/>), R = E_p[p/q] by the same distances: Q's sample has variance Var_q(p/q) / M.
/// Cost about N log M in few dimensions, d N (N + M) in many.
/// </remarks>
public static class NearestNeighbourDivergence
{
    /// <summary>Returns the divergence, nats.</summary>
    /// <exception cref="ArgumentException">Unequal numbers of columns, k not in 1 .. N - 1 or above M, duplicates beyond k, or ranked margins.</exception>
    public static Estimate Estimate(Points p, Points q, NeighbourOptions? options = null)
    {
        options ??= NeighbourOptions.Default;
        if (p.Dimensions != q.Dimensions)
            throw new ArgumentException(
                $"A divergence needs samples of the same variables; the first has {p.Dimensions} columns and the second {q.Dimensions}."
            );
        options.Check("Nearest-neighbour divergence", p.Count);
        options.Check("Nearest-neighbour divergence", q.Count + 1);
        if (options.Margins != Margins.AsGiven)
            throw new ArgumentException("Nearest-neighbour divergence needs margins as given: ranks of each sample apart would make the two alike.");
        var (inP, inQ) = (new NeighbourSearch(p, options), new NeighbourSearch(q, options));
        var (rho, nu) = (inP.KthDistances(options.K), inQ.KthDistances(inP, options.K));
        var constant = Math.Log(q.Count / (p.Count - 1.0));
        var local = new double[rho.Length];
        for (var i = 0; i < local.Length; i++)
        {
            local[i] =
                rho[i] > 0 && nu[i] > 0
                    ? constant + p.Dimensions * (Math.Log(nu[i]) - Math.Log(rho[i]))
                    : throw new ArgumentException(
                        $"Nearest-neighbour divergence needs at most k = {options.K} equal rows; row {i} of the first sample has at least as many in the "
                            + $"{(rho[i] > 0 ? "second" : "first")}, so there is no density. Count symbols instead, or take a larger k."
                    );
        }
        var mean = LocalTerms.Mean(local, options.K);
        // (k - 1) / (N - 1) over P's ball has no bias for p, k / M over Q's little; at k = 1 nothing is known of p.
        var ratio = (options.K - 1.0) / options.K * local.Average(Math.Exp);
        var ofQ = (Math.Max(1, ratio) - 1 + SpecialFunctions.Trigamma(options.K)) / q.Count;
        return mean with { StandardError = Math.Sqrt(mean.StandardError * mean.StandardError + ofQ) };
    }
}
