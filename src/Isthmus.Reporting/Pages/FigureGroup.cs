using Isthmus.Models.Primitives;

namespace Isthmus.Reporting.Pages;

/// <summary>Figures that answer the same question.</summary>
/// <param name="Title">The question, in a word or two.</param>
/// <param name="Figures">Its figures in the order of the evaluation.</param>
internal sealed record FigureGroup(string Title, IReadOnlyList<Figure> Figures)
{
    private const string Others = "Others";

    // The first group with a part of the key has the figure.
    private static readonly (string Title, string[] Parts)[] Known =
    [
        ("Samples", ["sample_"]),
        ("Recommendations", ["ndcg", "recall_", "hit_rate", "held_out", "map_", "coverage", "novelty", "popularity", "interaction"]),
        ("Topics and words", ["npmi", "c_v", "topic_", "perplexity", "trigram", "completion", "bleu", "distinct", "character"]),
        ("Labels", ["accuracy", "probe", "label", "mig", "sap", "dci_", "modularity", "knn", "factor_vae"]),
        ("Information in the code", ["information", "aggregated_kl", "total_correlation"]),
        ("Units of the code", ["units", "unit_share", "codebook", "latent"]),
        ("Reconstructions", ["reconstruction", "denoised", "noisy", "variance_explained", "psnr", "mse"]),
        ("Cost of a record", ["distortion", "rate", "elbo", "nll", "penalty", "bits_per", "nats_per", "effective_sample", "train_gap"]),
    ];

    /// <summary>Returns the groups, the cost of a record first.</summary>
    public static IReadOnlyList<FigureGroup> Of(IReadOnlyList<Figure> figures) =>
        [
            .. Known
                .Select(known => known.Title)
                .Reverse()
                .Append(Others)
                .Select(title => new FigureGroup(title, [.. figures.Where(figure => TitleOf(figure.Key) == title)]))
                .Where(group => group.Figures.Count > 0),
        ];

    private static string TitleOf(string key) =>
        key.StartsWith("effective_sample", StringComparison.Ordinal)
            ? Known[^1].Title
            : Known.FirstOrDefault(known => known.Parts.Any(key.Contains)).Title ?? Others;
}
