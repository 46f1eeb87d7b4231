using Isthmus.Information.Entropy;

namespace Isthmus.Evaluation.Disentanglement;

/// <summary>
/// MIG (Chen et al. 2018): for each factor the information of the unit that knows most of it less that of the next, over the factor's
/// entropy; the mean over factors. 1 where each factor has a unit to itself that knows all of it, 0 where two units always know as much.
/// </summary>
internal static class MutualInformationGap
{
    /// <summary>Returns MIG, in [0, 1]; every factor must have two levels or more in the records.</summary>
    public static double Of(FactoredCodes codes)
    {
        var information = codes.Information();
        return Enumerable
            .Range(0, codes.Factors.Count)
            .Average(factor =>
            {
                double[] best = [.. Enumerable.Range(0, codes.Units.Count).Select(unit => information[unit, factor]).OrderDescending().Take(2), 0];
                return (best[0] - best[1]) / PlugInEntropy.FromSymbols(codes.Factors[factor].Values, codes.Factors[factor].Classes.Count);
            });
    }
}
