namespace Isthmus.Evaluation.Disentanglement;

/// <summary>
/// Modularity (Ridgeway and Mozer 2018): 1 - sum over a unit's other factors of (m / m_best)^2 / (K - 1), m its information about each of
/// K factors; the mean over units. 1 if a unit depends on one factor only, however weakly, and however many units do so.
/// </summary>
internal static class Modularity
{
    /// <summary>Returns modularity in [0, 1] of active units; one without information counts as 0. With one factor it is 1.</summary>
    public static double Of(FactoredCodes codes)
    {
        var information = codes.Information();
        var factors = Enumerable.Range(0, codes.Factors.Count);
        return Enumerable
            .Range(0, codes.Units.Count)
            .Average(unit =>
            {
                var best = factors.Max(factor => information[unit, factor]);
                var others = factors.Sum(factor => information[unit, factor] / best is var share ? share * share : 0) - 1;
                return best <= 0 ? 0
                    : codes.Factors.Count == 1 ? 1
                    : 1 - others / (codes.Factors.Count - 1);
            });
    }
}
