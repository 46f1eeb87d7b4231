using System.Globalization;
using Isthmus.Information;
using Isthmus.Measures;
using Isthmus.Reporting.Pages;

namespace Isthmus.Cli.Output;

/// <summary>Measured figures for people, in one unit, and for programs, in both.</summary>
/// <param name="unit">Unit for people.</param>
/// <param name="level">Confidence level of intervals.</param>
internal sealed class MeasureLines(InformationUnit unit, double level)
{
    /// <summary>Name of the unit for people.</summary>
    public string Unit => unit.Name;

    private double Factor => unit.Of(1);

    /// <summary>A figure in the unit, with its standard error.</summary>
    public string Text(Estimate nats) => (nats * Factor) is var estimate ? NumberText.Of(estimate.Value, estimate.StandardError) : "";

    /// <summary>A figure in the unit as it is shown, with its standard error.</summary>
    public string Text(MeasuredFigure figure) => Text(figure.Shown);

    /// <summary>The estimator of a figure, marked where something speaks against it.</summary>
    public static string Estimator(MeasuredFigure figure) => figure.Chosen.Estimator + (figure.Chosen.Warnings.Count > 0 ? " (!)" : "");

    /// <summary>A number of nats in the unit; null where there is none.</summary>
    public double? Number(double nats) => double.IsFinite(nats) ? nats * Factor : null;

    /// <summary>A number of nats in both units, for JSON.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> BothUnits(string key, double nats) =>
        [
            new($"{key}_bits", double.IsFinite(nats) ? InformationUnits.NatsToBits(nats) : null),
            new($"{key}_nats", double.IsFinite(nats) ? nats : null),
        ];

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
            yield return $"  p-value    {NumberText.Of(p, 3)} of independence ({figure.Permutations} permutations, seed {seed})";
        yield return $"  estimator  {figure.Chosen.Estimator}{(figure.Chosen.Reason.Length > 0 ? $" ({figure.Chosen.Reason})" : "")}";
        var leftOut = figure.LeftOut > 0 ? $", {NumberText.Of(figure.LeftOut)} more left out for missing values" : "";
        yield return $"  rows       {NumberText.Of(figure.Rows)}{leftOut}";
        if (figure.IsDifferential)
            yield return "  note       a differential entropy: relative to the unit of the columns, may be negative";
        foreach (var warning in figure.Chosen.Warnings)
            yield return $"  warning    {warning}";
    }

    /// <summary>A figure's keys.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Json(string measure, MeasuredFigure figure)
    {
        var (lower, upper) = figure.Interval(level);
        return
        [
            .. BothUnits(measure, figure.Shown.Value),
            .. figure.IsInformation ? BothUnits($"{measure}_uncut", figure.Chosen.Estimate.Value) : [],
            .. BothUnits("standard_error", figure.Chosen.Estimate.StandardError),
            .. BothUnits("interval_lower", lower),
            .. BothUnits("interval_upper", upper),
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
