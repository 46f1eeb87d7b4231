using Isthmus.Models.Primitives;

namespace Isthmus.Reporting.Pages;

/// <summary>The unit of a figure in words, that of figures without one included.</summary>
internal static class FigureUnit
{
    private static readonly string[] Units = ["latent_units", "active_units", "units_dead_in_training", "units_on_per_record"];

    private static readonly string[] Shares = ["variance_explained", "topic_diversity", "coverage", "sample_precision", "sample_recall", "sample_coverage"];

    /// <summary>"bits", "units", "0 to 1", or "no unit" of scores.</summary>
    public static string Of(Figure figure) =>
        figure switch
        {
            { Unit.Length: > 0 } => figure.Unit,
            { Key: var key } when Units.Contains(key) => "units",
            { Key: "codebook_perplexity" } => "vectors",
            { Key: var key }
                when Shares.Contains(key) || key.Contains("share") || key.Contains("accuracy") || key.StartsWith("recall_") || key.StartsWith("hit_rate_") =>
                "0 to 1",
            _ => "no unit",
        };
}
