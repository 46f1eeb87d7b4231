using Isthmus.Evaluation.Disentanglement;
using Isthmus.Evaluation.Samples;
using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>
/// The figures of a model on test records, each a member with its value, unit and standard error. A member is null where the model or the data have no such
/// figure; its description says when. Immutable, and safe to read from several threads.
/// </summary>
/// <remarks>
/// A kind of record from another assembly adds figures of its own to <see cref="Figures"/> (<see cref="RecordFigures"/>); they are in <see cref="Values"/>
/// and in JSON as all others, and an extension method there gives them names:
/// <code>
/// public static Figure? SegmentalSnr(this EvaluationFigures figures) => figures["segmental_snr_db"];
/// </code>
/// </remarks>
/// <param name="Figures">All figures, in the order to show them.</param>
public record EvaluationFigures(IReadOnlyList<Figure> Figures)
{
    /// <summary>-ln p(x|z), mean over the records, one draw z of each record's code (a code without noise as it is). Every model has it.</summary>
    public InformationFigure Distortion => InformationFigure.Of(Figures.Get("distortion_nats"), null)!;

    /// <summary>
    /// Rate, the cost of the code, KL(q(z|x) || p(z)), mean over the records. Null for models without a prior; the information that a code carries is at most
    /// <see cref="InformationFigures.UpperBound"/>.
    /// </summary>
    public InformationFigure? Rate => Figures.Information("rate");

    /// <summary>Penalty of a bottleneck without a prior (sparsity, contraction), nats; null for models with a prior, or if it is 0.</summary>
    public InformationFigure? Penalty => Figures.Information("penalty");

    /// <summary>
    /// E_q[ln p(x|z)] - KL(q(z|x) || p(z)) = -(distortion + rate), a lower bound on ln p(x), mean over the records; null for models without a prior.
    /// </summary>
    public InformationFigure? Elbo => Figures.Information("elbo");

    /// <summary>
    /// -ln p(x) by importance sampling with <see cref="EvaluationOptions.ImportanceSamples"/> draws, -E ln (1/K) sum_k p(x, z_k) / q(z_k|x): at least the true
    /// value in mean, and at most -ELBO (Burda et al. 2016). Null for models without a prior, of labels, and of recommenders, and where 0 samples were asked
    /// for.
    /// </summary>
    public InformationFigure? NegativeLogLikelihood => Figures.Information("nll");

    /// <summary>
    /// -ELBO over the numbers of a record, bits, where the likelihood is a probability (binary and 8-bit pixels): what a coder spends on each. Null for models
    /// without a prior, for densities (<see cref="DifferentialBitsPerDimension"/>), recommenders (<see cref="BitsPerInteraction"/>) and documents
    /// (<see cref="TopicFigures.PerWord"/>).
    /// </summary>
    public Figure? BitsPerDimension => Figures.Find("bits_per_dim");

    /// <summary>
    /// -ELBO over the numbers of a record, bits, where the likelihood is a density: relative to the unit of x, may be negative, and no code length. Null
    /// otherwise.
    /// </summary>
    public Figure? DifferentialBitsPerDimension => Figures.Find("differential_bits_per_dim");

    /// <summary>-ELBO over the mean number of interactions of a user, bits; null but for recommenders with a prior.</summary>
    public Figure? BitsPerInteraction => Figures.Find("bits_per_interaction");

    /// <summary>
    /// Test loss less training loss (distortion + rate or penalty), one draw of the code; at most 2,000 training records. Null for recommenders and where the
    /// training records are not given.
    /// </summary>
    public InformationFigure? GeneralisationGap => Figures.Information("train_gap");

    /// <summary>Quality of the likelihood's estimate, the likelihood a dimension, and annealed importance sampling.</summary>
    public LikelihoodFigures Likelihood => new(Figures);

    /// <summary>Information of the code about the record: bounds on I(X;Z), and the distribution of all codes together.</summary>
    public InformationFigures Information => new(Figures);

    /// <summary>Errors of reconstructions.</summary>
    public ReconstructionFigures Reconstruction => new(Figures);

    /// <summary>Errors of denoised records; null for models without a corruption, and for rows, histories and documents.</summary>
    public DenoisingFigures? Denoising => Figures.Find("denoised_mse") is null ? null : new(Figures);

    /// <summary>Accuracy of predicted labels; null for models of records.</summary>
    public ClassificationFigures? Classification => Figures.Find("accuracy") is null ? null : new(Figures);

    /// <summary>Units of the code: how many there are, and how many are used.</summary>
    public CodeFigures Code => new(Figures);

    /// <summary>Predictability of each label from the code, by the label's name; empty if test or training records have no labels.</summary>
    public IReadOnlyDictionary<string, LabelProbe> Probes => LabelProbe.All(Figures, Labels);

    /// <summary>Measures of disentanglement; null unless two factors are known and vary, and a unit is active.</summary>
    public DisentanglementFigures? Disentanglement => Figures.Find("mig") is null ? null : new(Figures);

    /// <summary>
    /// Similarity of samples to test pictures; null unless <see cref="EvaluationOptions.Samples"/> are asked for of a model of pictures with a prior.
    /// </summary>
    public SampleFigures? Samples => Figures.Find("sample_precision") is null ? null : new(Figures);

    /// <summary>Prediction of words and coherence of topics; null except for models of documents.</summary>
    public TopicFigures? Topics => TopicFigures.Of(Figures);

    /// <summary>Ranking of items; null except for recommenders.</summary>
    public RankingFigures? Ranking => Rankings.Count > 0 ? Rankings[0] : null;

    /// <summary>The recommender itself, then the baselines for the same users; empty but for recommenders.</summary>
    public IReadOnlyList<RankingFigures> Rankings { get; init; } = [];

    /// <summary>Names of the labels that were probed, in the data's order.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The figure of that key, or null: for tools, and for figures that a kind of record adds itself.</summary>
    public Figure? this[string key] => Figures.Find(key);

    /// <summary>
    /// Every value by its key, as <c>--json</c> and model files have it; standard errors as <c>key_standard_error</c>, those of baselines as
    /// <c>item_knn_key</c>.
    /// </summary>
    public IReadOnlyDictionary<string, double> Values =>
        Figures
            .Concat(Rankings.Skip(1).SelectMany(baseline => baseline.Figures.Select(figure => figure with { Key = $"{Prefix(baseline.Name)}{figure.Key}" })))
            .SelectMany(figure =>
                figure.StandardError is { } error
                    ? new[] { KeyValuePair.Create(figure.Key, figure.Value), KeyValuePair.Create($"{figure.Key}{StandardError}", error) }
                    : [KeyValuePair.Create(figure.Key, figure.Value)]
            )
            .ToDictionary();

    /// <summary>
    /// Figures from their values by key, such as <see cref="Models.TrainedModel.Metrics"/> of a saved model or an answer of <c>evaluate --json</c>.
    /// </summary>
    /// <param name="values">Values by key, as in <see cref="Values"/>. Titles are not among them: a figure is then called by its key.</param>
    public static EvaluationFigures Of(IReadOnlyDictionary<string, double> values)
    {
        Figure[] all =
        [
            .. values
                .Where(pair => !pair.Key.EndsWith(StandardError, StringComparison.Ordinal))
                .Select(pair => new Figure(
                    pair.Key,
                    pair.Key,
                    Unit(pair.Key),
                    pair.Value,
                    values.TryGetValue($"{pair.Key}{StandardError}", out var error) ? error : null
                )),
        ];
        string[] baselines = [.. all.Where(figure => figure.Key.EndsWith(Ranked, StringComparison.Ordinal)).Select(figure => figure.Key[..^Ranked.Length])];
        Figure[] own = [.. all.Where(figure => !baselines.Any(name => figure.Key.StartsWith(Prefix(name), StringComparison.Ordinal)))];
        return new(own)
        {
            Labels = LabelProbe.Names(own),
            Rankings = own.Find(Ranked[1..]) is null
                ? []
                :
                [
                    new("model", own),
                    .. baselines.Select(name => new RankingFigures(
                        name.Replace('_', '-'),
                        [
                            .. all.Where(figure => figure.Key.StartsWith(Prefix(name), StringComparison.Ordinal))
                                .Select(figure => figure with { Key = figure.Key[Prefix(name).Length..] }),
                        ]
                    )),
                ],
        };
    }

    /// <summary>A figure a line.</summary>
    public sealed override string ToString() => string.Join('\n', Figures.Select(figure => $"{figure.Title}: {figure}"));

    private const string StandardError = "_standard_error",
        Ranked = "_ndcg_100";

    private static string Prefix(string name) => $"{name.Replace('-', '_')}_";

    private static string Unit(string key) =>
        key.EndsWith("bits_per_dim", StringComparison.Ordinal) ? "bits/dim"
        : key.Split('_').FirstOrDefault(part => part is "nats" or "bits") is { } information ? information
        : key.EndsWith("_db", StringComparison.Ordinal) ? "dB"
        : "";
}
