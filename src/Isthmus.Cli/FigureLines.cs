using Isthmus.Evaluation;
using Isthmus.Information;
using Isthmus.Reporting;

namespace Isthmus.Cli;

/// <summary>An evaluation for people: a figure a line, its standard error and unit behind it.</summary>
internal static class FigureLines
{
    private static readonly string[] Headlines =
    [
        "distortion_nats", "accuracy", "label_information_bits", "penalty_nats", "rate_bits", "elbo_nats", "elbo_bits", "bits_per_dim", "bits_per_interaction", "differential_bits_per_dim", "nll_nats", "nll_bits_per_dim",
        "reconstruction_mse", "reconstruction_psnr_db", "variance_explained", "noisy_psnr_db", "denoised_psnr_db", "noisy_mse", "denoised_mse",
        "perplexity", "completion_perplexity", "npmi", "c_v", "topic_diversity", "active_units", "active_unit_share", "units_on_per_record", "codebook_used_share", "codebook_perplexity", "linear_probe_accuracy", "knn5_accuracy", "mig",
    ];

    /// <summary>Of data with several labels: what a probe reads from the code, all labels in a line.</summary>
    public static IEnumerable<string> Probes(Evaluation.Evaluation evaluation)
    {
        foreach (var (prefix, title) in new[] { ("linear_probe_accuracy_", "Linear probe"), ("knn5_accuracy_", "5 nearest neighbours") })
            if (evaluation.Figures.Where(figure => figure.Key.StartsWith(prefix)).ToArray() is { Length: > 0 } probes)
                yield return $"  {title}: {string.Join(", ", probes.Select(probe => $"{probe.Key[prefix.Length..]} {NumberText.Percent(probe.Value)}"))}";
    }

    /// <summary>What each unit charges, the dearest first, where the rate is a sum over units.</summary>
    public static IEnumerable<string> Units(Evaluation.Evaluation evaluation)
    {
        if (evaluation.UnitRatesNats is not { } rates || evaluation["rate_nats"] is null)
            yield break;
        var shown = rates.Index().OrderByDescending(unit => unit.Item).Where(unit => unit.Item >= 0.005).ToArray();
        yield return $"  KL by unit, bits: {string.Join(", ", shown.Select(unit => $"{unit.Index}: {NumberText.Fixed(InformationUnits.NatsToBits(unit.Item), 2)}"))}{(shown.Length < rates.Count ? $"{(shown.Length > 0 ? "; " : "")}{rates.Count - shown.Length} below 0.01" : "")}";
    }

    /// <summary>Of a recommender: one line each for itself and the baselines, a figure a column.</summary>
    public static IEnumerable<string> Rankings(Evaluation.Evaluation evaluation)
    {
        if (evaluation.Rankings.Count == 0)
            yield break;
        var keys = evaluation.Rankings[0].Figures.Select(figure => figure.Key).ToArray();
        string[][] rows =
        [
            ["", .. keys],
            .. evaluation.Rankings.Select(ranking => (string[])[ranking.Recommender, .. keys.Select(key => ranking[key] is { } figure ? NumberText.Of(figure.Value, figure.StandardError) : "")]),
        ];
        foreach (var row in rows)
            yield return "  " + string.Join("  ", row.Select((cell, column) => cell.PadRight(rows.Max(other => other[column].Length)))).TrimEnd();
    }

    /// <summary>All figures, or only those that a first look needs.</summary>
    public static IEnumerable<string> Of(Evaluation.Evaluation evaluation, bool headlinesOnly = false)
    {
        // What stands in the table of recommenders need not stand above it.
        var shown = evaluation.Figures.Where(figure => (!headlinesOnly || Headlines.Contains(figure.Key)) && !evaluation.Rankings.Any(ranking => ranking[figure.Key] is not null)).ToArray();
        var width = shown.Max(figure => figure.Title.Length);
        return shown.Select(figure => $"  {figure.Title.PadRight(width)}  {Value(figure, evaluation)}");
    }

    private static string Value(Figure figure, Evaluation.Evaluation evaluation) => figure switch
    {
        { Key: "active_units" } => $"{NumberText.Of(figure.Value)} of {evaluation.Activity.Active.Count}",
        { Unit: "", Value: >= 0 and <= 1 } when figure.Key.Contains("accuracy") || figure.Key.EndsWith("share") =>
            $"{NumberText.Of(100 * figure.Value, 100 * figure.StandardError)} %",
        _ => $"{NumberText.Of(figure.Value, figure.StandardError)} {figure.Unit}".TrimEnd(),
    };
}
