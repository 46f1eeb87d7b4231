using System.Globalization;
using Isthmus.Information;

namespace Isthmus.Reporting;

/// <summary>The code itself: where the test records lie in it, and what each unit carries.</summary>
internal static class CodeSections
{
    // More classes than this cannot be told apart; the rest share one grey.
    private const int MostClasses = 3 * ReportStyle.Colours;

    public static Html Of(ReportContent content) => $"{Map(content)}{Units(content)}";

    private static Html Map(ReportContent content)
    {
        var map = content.Map;
        var chart = new SvgChart($"Codes of {map.Points.Count} test records", new(map.Horizontal, map.Points.Select(point => point.X), padded: true), new(map.Vertical, map.Points.Select(point => point.Y), padded: true), height: 320);
        var noun = ReportWords.Record(content);
        List<Html> legend = [];
        var areNamed = false;
        if (map.Label is { } label)
        {
            var classes = Enumerable.Range(0, label.Classes.Count).Where(label.Values.Contains).ToArray();
            // In four rounds, so that no class lies wholly over another.
            for (var round = 0; round < 4; round++)
                foreach (var kind in classes)
                    chart.Marks(map.Points.Where((_, i) => i % 4 == round && label.Values[i] == kind), Style(kind), kind, map.Points.Count < 600 ? 2.4 : 1.9);
            legend.AddRange(classes.Where(kind => kind < MostClasses).Select(kind => (Html)$"<span>{Swatch(Style(kind), kind)}{label.Classes[kind]}</span>"));
            if (classes.Any(kind => kind >= MostClasses))
                legend.Add($"<span>{Swatch("off", 0)}others</span>");
            areNamed = NameClasses(chart, map, label, classes);
        }
        else
            chart.Marks(map.Points, "s0");
        return $"""
            <section id="map"><h2>The map of codes</h2>
            <div class="beside"><figure>{chart.Draw()}</figure>
            <div><p>Each mark is the code of one of {NumberText.Of(map.Points.Count)} test {noun}s{(map.VarianceShown < 1 ? $", on the plane of the codes' two greatest variances, which shows {NumberText.Percent(map.VarianceShown)} of all their variance. {noun[..1].ToUpperInvariant()}{noun[1..]}s that are near here may be far apart in the code" : "")}.</p>
            {(map.Label is { } coloured ? (Html)$"<p>Coloured by <b>{coloured.Name}</b>, which the model was not told{(areNamed ? "; words stand at the classes' medians" : "")}.</p><div class=\"legend\">{legend}</div>" : null)}</div></div></section>
            """;
    }

    /// <summary>Writes each class's name at its median, if the medians are far enough apart for words.</summary>
    private static bool NameClasses(SvgChart chart, LatentMap map, Data.LabelColumn label, int[] classes)
    {
        if (classes.Length > 12)
            return false;
        var spread = (X: map.Points.Max(point => point.X) - map.Points.Min(point => point.X), Y: map.Points.Max(point => point.Y) - map.Points.Min(point => point.Y));
        (double X, double Y)[] medians = [.. classes.Select(kind => map.Points.Where((_, i) => label.Values[i] == kind).ToArray()).Select(points => (Median(points.Select(point => point.X)), Median(points.Select(point => point.Y))))];
        var letters = classes.Max(kind => label.Classes[kind].Length);
        for (var i = 0; i < medians.Length; i++)
            for (var j = 0; j < i; j++)
                if (Math.Abs(medians[i].X - medians[j].X) < 0.026 * letters * spread.X && Math.Abs(medians[i].Y - medians[j].Y) < 0.05 * spread.Y)
                    return false;
        foreach (var (kind, median) in classes.Zip(medians))
            chart.Words(median.X, median.Y, label.Classes[kind]);
        return true;
    }

    private static string Style(int kind) => kind < MostClasses ? $"s{kind % ReportStyle.Colours}" : "off";

    private static Html Units(ReportContent content)
    {
        var activity = content.Evaluation.Activity;
        var rates = content.IsVariational ? content.Evaluation.UnitRatesNats?.Select(InformationUnits.NatsToBits).ToArray() : null;
        var order = Enumerable.Range(0, activity.Active.Count).OrderByDescending(unit => rates?[unit] ?? activity.Variances[unit]).ThenBy(unit => unit).ToArray();
        List<Html> panels = [];
        if (rates is not null)
            panels.Add(Sorted(content, order, rates, "KL from the prior, bits"));
        if (activity.FiringRates is { } firing)
            panels.Add(Histogram([.. firing.Select(rate => 100.0 * rate)], $"on for this share of test {ReportWords.Record(content)}s, %", "units"));
        else
            panels.Add(Variances(content, order));
        var dead = activity.Active.Count - activity.Count;
        return $"""
            <section id="units"><h2>What each unit carries</h2>
            <p>{NumberText.Of(activity.Count)} of {NumberText.Of(activity.Active.Count)} units ({NumberText.Percent(activity.Count / (double)activity.Active.Count)}) are {(activity.FiringRates is null ? "active" : "alive")}: {activity.Rule}. {(dead == 0 ? "None is idle." : $"{NumberText.Of(dead)} {(dead == 1 ? "is" : "are")} idle.")}{(rates is not null ? $" The units' rates add up to {NumberText.Of(rates.Sum())} bits." : "")}</p>
            {(activity.FiringRates is null ? (Html)$"""<div class="legend"><span>{Swatch("on")}active</span>{(dead > 0 ? (Html)$"<span>{Swatch("off")}idle</span>" : null)}</div>""" : null)}
            <div class="panels">{panels}</div></section>
            """;
    }

    private static Html Sorted(ReportContent content, int[] order, double[] values, string label)
    {
        (double From, double To, double Value)[] bars = [.. order.Select((unit, place) => (place + 0.0, place + 1.0, values[unit]))];
        var active = content.Evaluation.Activity.Active;
        return $"""<figure>{new SvgChart($"{label}, unit by unit", new("units, from most to least", [0, order.Length], whole: true, tight: true), new(label, [0, .. values]))
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
        var axis = new ChartAxis(content.IsVariational ? "Variance of the posterior mean (log scale)" : "Variance of the code (log scale)", [.. points.Select(point => point.Y), Level(threshold)], whole: true)
        { Format = power => power is >= -3 and <= 4 ? NumberText.Of(Math.Pow(10, power), 1) : $"1e{NumberText.Fixed(power, 0)}" };
        return $"""<figure>{new SvgChart("Variance of each unit over the test records", new(content.IsVariational ? "units, in the same order" : "units, from most to least", [0, order.Length], whole: true, tight: true), axis)
            .Threshold(Level(threshold), $"active above {threshold.ToString("G2", CultureInfo.InvariantCulture)}")
            .Marks(points.Where((_, place) => activity.Active[order[place]]), "on", 0, 2.5).Marks(points.Where((_, place) => !activity.Active[order[place]]), "off", 0, 2.5).Draw()}</figure>""";
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

    private static Html Swatch(string style, int glyph = 0) => $"""<svg class="swatch" viewBox="-5 -5 10 10" aria-hidden="true"><path class="{style}" d="M0 0{SvgChart.Glyph(glyph, 4)}"/></svg>""";

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Where(double.IsFinite).Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }
}
