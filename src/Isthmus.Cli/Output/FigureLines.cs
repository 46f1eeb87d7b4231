using Isthmus.Evaluation;
using Isthmus.Information;
using Isthmus.Models.Primitives;

namespace Isthmus.Cli.Output;

/// <summary>An evaluation for people: a figure a line, its standard error and unit behind it.</summary>
internal static class FigureLines
{
    // Without their units: which of two is shown, --nats says.
    private static readonly string[] Headlines =
    [
        "distortion",
        "accuracy",
        "label_information",
        "penalty",
        "rate",
        "information_lower",
        "information_upper",
        "elbo",
        "per_dim",
        "per_interaction",
        "differential_per_dim",
        "nll",
        "nll_per_dim",
        "reconstruction_mse",
        "reconstruction_psnr_db",
        "variance_explained",
        "noisy_psnr_db",
        "denoised_psnr_db",
        "noisy_mse",
        "denoised_mse",
        "perplexity",
        "completion_perplexity",
        "npmi",
        "c_v",
        "topic_diversity",
        "active_units",
        "active_unit_share",
        "units_on_per_record",
        "codebook_used_share",
        "codebook_perplexity",
        "linear_probe_accuracy",
        "knn5_accuracy",
        "mig",
    ];

    /// <summary>Returns the results of probes for data with several labels, all labels in a line.</summary>
    public static IEnumerable<string> Probes(EvaluationReport evaluation)
    {
        if (evaluation.Probes.Count < 2)
            yield break;
        string Line(string title, Func<LabelProbe, Figure> accuracy) =>
            $"  {title}: {string.Join(", ", evaluation.Probes.Values.Select(probe => $"{probe.Label} {NumberText.Percent(accuracy(probe).Value)}"))}";
        yield return Line("Linear probe", probe => probe.LinearAccuracy);
        yield return Line("5 nearest neighbours", probe => probe.NearestNeighbourAccuracy);
    }

    /// <summary>Returns the rate of each unit in descending order, if the rate is a sum over units.</summary>
    public static IEnumerable<string> Units(EvaluationReport evaluation, InformationUnit unit)
    {
        if (evaluation.UnitRatesNats is not { } rates || evaluation.Rate is null)
            yield break;
        var shown = rates.Index().OrderByDescending(own => own.Item).Where(own => own.Item >= 0.005).ToArray();
        var each = shown.Select(own => $"{own.Index}: {NumberText.Fixed(unit.Of(own.Item), 2)}");
        var rest = shown.Length < rates.Count ? $"{(shown.Length > 0 ? "; " : "")}{rates.Count - shown.Length} below 0.01" : "";
        yield return $"  KL by unit, {unit.Name}: {string.Join(", ", each)}{rest}";
    }

    /// <summary>Returns the table of a recommender and the baselines, one line each, a metric a column.</summary>
    public static IEnumerable<string> Rankings(EvaluationReport evaluation)
    {
        if (evaluation.Rankings.Count == 0)
            yield break;
        var keys = evaluation.Rankings[0].Figures.Select(figure => figure.Key).ToArray();
        string[][] rows =
        [
            ["", .. keys],
            .. evaluation.Rankings.Select(ranking =>
                (string[])[ranking.Name, .. keys.Select(key => ranking[key] is { } figure ? NumberText.Of(figure.Value, figure.StandardError) : "")]
            ),
        ];
        foreach (var row in rows)
            yield return "  " + string.Join("  ", row.Select((cell, column) => cell.PadRight(rows.Max(other => other[column].Length)))).TrimEnd();
    }

    /// <summary>Returns all results, or only the main ones, information in one unit.</summary>
    public static IEnumerable<string> Of(EvaluationReport evaluation, InformationUnit unit, bool headlinesOnly = false)
    {
        // What stands in the table of recommenders need not stand above it.
        var shown = evaluation
            .Figures.Where(figure =>
                (!headlinesOnly || Headlines.Contains(Stem(figure.Key))) && !evaluation.Rankings.Any(ranking => ranking[figure.Key] is not null)
            )
            // Of a figure that is there in both units, the one asked for.
            .GroupBy(figure => Stem(figure.Key))
            .Select(both => In(both.FirstOrDefault(figure => figure.Unit.StartsWith(unit.Name, StringComparison.Ordinal)) ?? both.First(), unit))
            .ToArray();
        var width = shown.Max(figure => figure.Title.Length);
        return shown.Select(figure => $"  {figure.Title.PadRight(width)}  {Value(figure, evaluation)}");
    }

    /// <summary>A figure's name without its unit.</summary>
    private static string Stem(string key) => string.Join('_', key.Split('_').Where(part => part is not ("nats" or "bits")));

    /// <summary>Converts a result in nats or bits to the unit; others stay.</summary>
    public static Figure In(Figure figure, InformationUnit unit)
    {
        var other = unit.IsNats ? "bits" : "nats";
        if (!figure.Unit.StartsWith(other, StringComparison.Ordinal))
            return figure;
        var factor = unit.IsNats ? 1 / InformationUnits.NatsToBits(1) : InformationUnits.NatsToBits(1);
        return figure with
        {
            Title = unit.IsNats ? figure.Title.Replace("log2", "ln").Replace("log₂", "ln") : figure.Title.Replace("-ln p", "-log₂ p"),
            Unit = unit.Name + figure.Unit[other.Length..],
            Value = figure.Value * factor,
            StandardError = figure.StandardError * factor,
        };
    }

    private static string Value(Figure figure, EvaluationReport evaluation) =>
        figure switch
        {
            { Key: "active_units" } => $"{NumberText.Of(figure.Value)} of {evaluation.Activity.Active.Count}",
            { Unit: "", Value: >= 0 and <= 1 } when figure.Key.Contains("accuracy") || figure.Key.EndsWith("share") =>
                $"{NumberText.Of(100 * figure.Value, 100 * figure.StandardError)} %",
            _ => $"{NumberText.Of(figure.Value, figure.StandardError)} {figure.Unit}".TrimEnd(),
        };
}
