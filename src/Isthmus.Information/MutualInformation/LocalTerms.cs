using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// The mean of local terms and its standard error, sd / sqrt(N): the terms are taken as independent. For nearest-neighbour
/// entropies this is the efficient variance as k grows (Berrett, Samworth and Yuan 2019); it does not cover bias, and
/// neighbours share points, so it is approximate at small k.
/// </summary>
public static class LocalTerms
{
    /// <summary>Mean and standard error; summed in order, so the same on every run.</summary>
    public static Estimate Mean(ReadOnlySpan<double> terms)
    {
        var moments = new RunningMoments();
        foreach (var term in terms)
            moments.Add(term);
        return moments.Estimate;
    }
}
