using Isthmus.Data.Records;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Evaluation.Disentanglement;

/// <summary>
/// Measures of disentanglement, where the factors that made the records are known: does each unit of the code stand for one factor? All lie in [0, 1].
/// </summary>
public sealed class DisentanglementFigures
{
    private readonly IReadOnlyList<Figure> _figures;

    internal DisentanglementFigures(IReadOnlyList<Figure> figures) => _figures = figures;

    /// <summary>
    /// Mutual information gap: for each factor the information of the unit that knows most of it less that of the next, over the factor's entropy; mean over
    /// factors (Chen et al. 2018).
    /// </summary>
    public Figure Mig => _figures.Get("mig");

    /// <summary>
    /// Separated attribute predictability: for each factor the accuracy of the unit that predicts it best less that of the next; mean over factors (Kumar et
    /// al.
    /// 2018).
    /// </summary>
    public Figure Sap => _figures.Get("sap");

    /// <summary>
    /// DCI disentanglement: does a unit matter for one factor only? 1 - entropy of its importances over ln K, weighted (Eastwood and Williams 2018).
    /// </summary>
    public Figure DciDisentanglement => _figures.Get("dci_disentanglement");

    /// <summary>DCI completeness: does one unit only matter for a factor? 1 - entropy of the factor's importances over ln L, mean over factors.</summary>
    public Figure DciCompleteness => _figures.Get("dci_completeness");

    /// <summary>DCI informativeness: accuracy of the factors predicted from all units by bagged trees, mean over factors.</summary>
    public Figure DciInformativeness => _figures.Get("dci_informativeness");

    /// <summary>
    /// FactorVAE score: accuracy of predicting the factor from the unit that varies least among records with an equal level of it; 1/K at random (Kim and Mnih
    /// 2018).
    /// </summary>
    public Figure FactorVaeScore => _figures.Get("factor_vae_score");

    /// <summary>Modularity: does a unit depend on one factor only? (Ridgeway and Mozer 2018.)</summary>
    public Figure Modularity => _figures.Get("modularity");

    // Trees and discriminants are fitted on so many records at most, as many as the literature takes.
    private const int MostFitted = 10_000;

    /// <summary>Computes all measures; empty if fewer than two factors are known.</summary>
    /// <param name="fitted">Codes of training records, N x L, that trees, discriminants and votes are fitted on.</param>
    /// <param name="fittedFactors">Their factors.</param>
    /// <param name="reported">Codes of the records reported on.</param>
    /// <param name="reportedFactors">Their factors.</param>
    /// <param name="active">Units that carry something.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="warn">Receiver of notes on measures left out.</param>
    internal static IEnumerable<Figure> Of(
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
            warn($"Factor '{reportedFactors[factor].Name}' has one value in these records: measures of disentanglement " + $"leave it out.");
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
        yield return new(
            "factor_vae_score",
            "Disentanglement, FactorVAE score",
            "",
            Evaluation.Disentanglement.FactorVaeScore.Of(Active(train), Active(all), seed)
        );
        yield return new("modularity", "Disentanglement, modularity", "", Active(all).Measure(Evaluation.Disentanglement.Modularity.Of));
    }

    private static bool Varies(LabelColumn factor) => factor.Values.Any(value => value != factor.Values[0]);
}
