using Isthmus.Data.Records;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Evaluation.Disentanglement;

/// <summary>The measures of disentanglement, where the factors that made the records are known.</summary>
internal static class DisentanglementFigures
{
    // Trees and discriminants are fitted on so many records at most, as many as the literature takes.
    private const int MostFitted = 10_000;

    /// <summary>All of them; nothing where fewer than two factors are known.</summary>
    /// <param name="fitted">Codes of training records, N x L, that trees, discriminants and votes are fitted on.</param>
    /// <param name="fittedFactors">Their factors.</param>
    /// <param name="reported">Codes of the records reported on.</param>
    /// <param name="reportedFactors">Their factors.</param>
    /// <param name="active">Units that carry something.</param>
    /// <param name="seed">Of samples and votes.</param>
    /// <param name="warn">Told what was left out.</param>
    public static IEnumerable<Figure> Of(
        Tensor fitted,
        IReadOnlyList<LabelColumn> fittedFactors,
        Tensor reported,
        IReadOnlyList<LabelColumn> reportedFactors,
        IReadOnlyList<bool> active,
        int seed,
        Action<string> warn
    )
    {
        if (reportedFactors.Count < 2)
            yield break;
        int[] kept = [.. Enumerable.Range(0, reportedFactors.Count).Where(factor => Varies(reportedFactors[factor]) && Varies(fittedFactors[factor]))];
        foreach (var factor in Enumerable.Range(0, reportedFactors.Count).Except(kept))
            warn(
                $"Factor '{reportedFactors[factor].Name}' has one level in the records at hand, and nothing can be known of it: measures of disentanglement "
                    + $"leave it out."
            );
        if (kept.Length < 2 || !active.Contains(true))
        {
            warn(
                $"Measures of disentanglement need two factors that vary and a unit that is active; there {(kept.Length == 1 ? "is" : "are")} {kept.Length} "
                    + $"and {active.Count(a => a)}."
            );
            yield break;
        }
        IReadOnlyList<LabelColumn> Kept(IReadOnlyList<LabelColumn> factors) => [.. kept.Select(factor => factors[factor])];
        var (all, train) = (FactoredCodes.Of(reported, Kept(reportedFactors)), FactoredCodes.Of(fitted, Kept(fittedFactors)));
        if (train.Count > MostFitted)
            train = train.Select([.. Enumerable.Range(0, MostFitted)]);
        FactoredCodes Active(FactoredCodes codes) => codes with { Units = [.. codes.Units.Where((_, unit) => active[unit])] };
        yield return new("mig", "Disentanglement, MIG", "", all.Measure(MutualInformationGap.Of));
        yield return new("sap", "Disentanglement, SAP", "", all.Measure(codes => SeparatedAttributePredictability.Of(train, codes)));
        var dci = DisentanglementCompletenessInformativeness.Of(train, all, seed);
        yield return new("dci_disentanglement", "Disentanglement, DCI disentanglement", "", dci.Disentanglement);
        yield return new("dci_completeness", "Disentanglement, DCI completeness", "", dci.Completeness);
        yield return new("dci_informativeness", "Disentanglement, DCI informativeness", "", dci.Informativeness);
        yield return new("factor_vae_score", "Disentanglement, FactorVAE score", "", FactorVaeScore.Of(Active(train), Active(all), seed));
        yield return new("modularity", "Disentanglement, modularity", "", Active(all).Measure(Modularity.Of));
    }

    private static bool Varies(LabelColumn factor) => factor.Values.Any(value => value != factor.Values[0]);
}
