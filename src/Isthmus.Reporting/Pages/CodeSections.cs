using System.Globalization;
using Isthmus.Information;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>Sections on the code itself: the places of test records in it, and the information of each unit.</summary>
internal static class CodeSections
{
    public static Html Of(ReportContent content) => content.Evaluation.Activity.Active.Count == 0 ? (Html)$"" : $"{CodeMaps.Of(content)}{Units(content)}";

    private static Html Units(ReportContent content)
    {
        var activity = content.Evaluation.Activity;
        var rates = content.IsVariational ? content.Evaluation.UnitRatesNats?.Select(InformationUnits.NatsToBits).ToArray() : null;
        var order = Enumerable
            .Range(0, activity.Active.Count)
            .OrderByDescending(unit => rates?[unit] ?? activity.Variances[unit])
            .ThenBy(unit => unit)
            .ToArray();
        List<Html> panels = [];
        if (rates is not null)
            panels.Add(Sorted(content, order, rates, "KL from the prior, bits"));
        if (activity.FiringRates is { } firing)
            panels.Add(Histogram([.. firing.Select(rate => 100.0 * rate)], $"on for this fraction of test {content.Kind.Record}s, %", "units"));
        else
            panels.Add(Variances(content, order));
        var dead = activity.Active.Count - activity.Count;
        return $"""
            <section id="units"><h2>{(rates is not null ? "What each unit costs" : "What each unit does")}</h2>
            <p>{NumberText.Of(activity.Count)} of {NumberText.Of(activity.Active.Count)} units ({NumberText.Percent(
                activity.Count / (double)activity.Active.Count
            )}) are {(activity.FiringRates is null ? "active" : "alive")}: {activity.Rule}. {(
                dead == 0 ? "None is idle." : $"{NumberText.Of(dead)} {(dead == 1 ? "is" : "are")} idle."
            )}{(rates is not null ? $" Together they cost {NumberText.Of(rates.Sum())} bits." : "")}</p>
            {(
                activity.FiringRates is null
                    ? (Html)(
                        $"""<div class="legend"><span>{ClassColours.Swatch("on")}active</span>"""
                            + $"""{(dead > 0 ? (Html)$"<span>{ClassColours.Swatch("off")}idle</span>" : null)}</div>"""
                    )
                    : null
            )}
            <div class="panels">{panels}</div></section>
            """;
    }

    private static Html Sorted(ReportContent content, int[] order, double[] values, string label)
    {
        (double From, double To, double Value)[] bars = [.. order.Select((unit, place) => (place + 0.0, place + 1.0, values[unit]))];
        var active = content.Evaluation.Activity.Active;
        var units = new ChartAxis("units, from most to least", [0, order.Length], whole: true, tight: true);
        return $"""<figure>{new SvgChart($"{label}, unit by unit", units, new(label, [0, .. values]))
            .Bars(bars.Where((_, place) => active[order[place]]), "on").Bars(bars.Where((_, place) => !active[order[place]]), "off").Draw()}</figure>""";
    }

    private static Html Variances(ReportContent content, int[] order)
    {
        var activity = content.Evaluation.Activity;
        var threshold = content.IsVariational ? 0.01 : 0.01 * activity.Variances.Max();
        // Below a millionth of the largest nothing is told apart; a logarithm needs a floor.
        var floor = Math.Max(1e-12, 1e-6 * activity.Variances.Max());
        double Level(double variance) => Math.Log10(Math.Max(variance, floor));
        (double X, double Y)[] points = [.. order.Select((unit, place) => (place + 0.5, Level(activity.Variances[unit])))];
        var axis = new ChartAxis(
            content.IsVariational ? "Variance of the posterior mean (log scale)" : "Variance of the code (log scale)",
            [.. points.Select(point => point.Y), Level(threshold)],
            whole: true
        )
        {
            Format = power => power is >= -3 and <= 4 ? NumberText.Of(Math.Pow(10, power), 1) : $"1e{NumberText.Fixed(power, 0)}",
        };
        var label = content.IsVariational ? "units, in the same order" : "units, from most to least";
        var units = new ChartAxis(label, [0, order.Length], whole: true, tight: true);
        return $"""<figure>{new SvgChart("Variance of each unit over the test records", units, axis)
            .Threshold(Level(threshold), $"active above {threshold.ToString("G2", CultureInfo.InvariantCulture)}")
            .Marks(points.Where((_, place) => activity.Active[order[place]]), "on", 0, 2.5)
            .Marks(points.Where((_, place) => !activity.Active[order[place]]), "off", 0, 2.5).Draw()}</figure>""";
    }

    private static Html Histogram(double[] values, string label, string unit)
    {
        var axis = new ChartAxis(label, [0, .. values]);
        var width = (axis.Most - axis.Least) / 25;
        int[] counts = new int[25];
        foreach (var value in values.Where(double.IsFinite))
            counts[Math.Clamp((int)((value - axis.Least) / width), 0, 24)]++;
        return $"""<figure>{new SvgChart($"Histogram: {label}", axis, new(unit, [0, .. counts.Select(count => (double)count)], whole: true))
            .Bars(counts.Select((count, bin) => (axis.Least + bin * width, axis.Least + (bin + 1) * width, (double)count)), "on").Draw()}</figure>""";
    }
}
