using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X;Y) under a Gaussian copula, nats: each column to normal scores of its ranks, then <see cref="GaussianMutualInformation"/>
/// (Ince et al. 2017).
/// </summary>
/// <remarks>
/// Exact where increasing maps of the columns make them jointly normal, whatever the margins; otherwise it sees monotone
/// dependence only and is usually low. Ties share a mean rank. Standard error as for normal data. Cost N log N d + N d^2.
/// </remarks>
public static class GaussianCopulaMutualInformation
{
    /// <summary>Returns the mutual information, nats; may be slightly below 0.</summary>
    /// <exception cref="ArgumentException">As <see cref="GaussianMutualInformation.Estimate"/>.</exception>
    public static Estimate Estimate(Points x, Points y) => GaussianMutualInformation.Estimate(RankGaussian.Transform(x), RankGaussian.Transform(y));
}
