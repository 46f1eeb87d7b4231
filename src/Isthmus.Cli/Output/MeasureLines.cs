using System.Globalization;
using Isthmus.Information;
using Isthmus.Measures;
using Isthmus.Reporting.Pages;

namespace Isthmus.Cli.Output;

/// <summary>Measured figures for people and for programs, in nats or in bits.</summary>
/// <param name="isBits">Whether in bits.</param>
/// <param name="level">Of intervals.</param>
internal sealed class MeasureLines(bool isBits, double level)
{
    /// <summary>The unit's name, which ends the keys of figures.</summary>
    public string Unit => isBits ? "bits" : "nats";

    private double Factor => isBits ? InformationUnits.BitsPerNat : 1;

    /// <summary>A figure in the unit, with its standard error.</summary>
    public string Text(Estimate nats) => (nats * Factor) is var estimate ? NumberText.Of(estimate.Value, estimate.StandardError) : "";

    /// <summary>A figure in the unit as it is shown, with its standard error.</summary>
    public string Text(MeasuredFigure figure) => Text(figure.Shown);

    /// <summary>The estimator of a figure, marked where something speaks against it.</summary>
    public static string Estimator(MeasuredFigure figure) => figure.Chosen.Estimator + (figure.Chosen.Warnings.Count > 0 ? " (!)" : "");

    /// <summary>A number of nats in the unit, for JSON; null where there is none.</summary>
    public double? Number(double nats) => double.IsFinite(nats) ? nats * Factor : null;

    /// <summary>A figure on its own: value, interval, test, estimator, rows, warnings.</summary>
    public IEnumerable<string> Of(string what, MeasuredFigure figure, int seed)
    {
        var interval = figure.Interval(level);
        var spread =
            double.IsFinite(interval.Lower) && interval.Lower < interval.Upper
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"; {100 * level:0.##} % interval {NumberText.Of(interval.Lower * Factor)} to {NumberText.Of(interval.Upper * Factor)}"
                )
                : "";
        yield return $"{what} = {Text(figure)} {Unit}{spread}";
        if (figure.PValue is { } p)
            yield return $"  p-value    {NumberText.Of(p, 3)} of no information ({figure.Permutations} permutations, seed {seed})";
        yield return $"  estimator  {figure.Chosen.Estimator}{(figure.Chosen.Reason.Length > 0 ? $" ({figure.Chosen.Reason})" : "")}";
        yield return $"  rows       {NumberText.Of(figure.Rows)}{(figure.LeftOut > 0 ? $", {NumberText.Of(figure.LeftOut)} more left out for missing cells" : "")}";
        if (figure.IsDifferential)
            yield return "  note       a differential entropy: relative to the unit of the columns, and it may be below 0";
        foreach (var warning in figure.Chosen.Warnings)
            yield return $"  warning    {warning}";
    }

    /// <summary>A figure's keys.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Json(string measure, MeasuredFigure figure)
    {
        var (lower, upper) = figure.Interval(level);
        return
        [
            new($"{measure}_{Unit}", Number(figure.Shown.Value)),
            .. figure.IsInformation ? [new($"{measure}_uncut_{Unit}", Number(figure.Chosen.Estimate.Value))] : Array.Empty<KeyValuePair<string, object?>>(),
            new($"standard_error_{Unit}", Number(figure.Chosen.Estimate.StandardError)),
            new($"interval_lower_{Unit}", Number(lower)),
            new($"interval_upper_{Unit}", Number(upper)),
            new("interval_level", level),
            new("p_value", figure.PValue),
            new("permutations", figure.Permutations),
            new("estimator", figure.Chosen.Estimator),
            new("reason", figure.Chosen.Reason),
            new("rows", figure.Rows),
            new("rows_left_out", figure.LeftOut),
            new("warnings", figure.Chosen.Warnings),
        ];
    }

    /// <summary>An entropy's keys; a differential one has a name of its own.</summary>
    public IEnumerable<KeyValuePair<string, object?>> EntropyJson(MeasuredFigure figure, bool isConditional = false) =>
        Json(
                isConditional ? "conditional_entropy"
                    : figure.IsDifferential ? "differential_entropy"
                    : "entropy",
                figure
            )
            .Where(pair => pair.Key is not ("p_value" or "permutations"));

    /// <summary>Warnings of many figures, the same ones counted.</summary>
    public static IEnumerable<string> Warnings(IEnumerable<MeasuredFigure> figures)
    {
        var warnings = figures.SelectMany(figure => figure.Chosen.Warnings).CountBy(InformationPage.Kind).OrderByDescending(warning => warning.Value);
        return warnings.Select(warning => $"  warning of {warning.Value} figure{(warning.Value == 1 ? "" : "s")} marked (!): {warning.Key}");
    }

    /// <summary>Cells in columns as wide as they need; the first is set left, the others right.</summary>
    public static IEnumerable<string> Aligned(IReadOnlyList<string[]> rows, int left = 1)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(row => row[c].Length))];
        return rows.Select(row =>
            "  " + string.Join("  ", row.Select((cell, c) => c < left || c == row.Length - 1 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd()
        );
    }
}
