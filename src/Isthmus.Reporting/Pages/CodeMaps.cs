using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>Maps of the test records in the code, coloured by their labels.</summary>
internal static class CodeMaps
{
    /// <summary>Returns one map, or a small one for each of several labels.</summary>
    public static Html Of(ReportContent content) => content.Maps is [var only] ? One(content, only) : Several(content);

    private static Html One(ReportContent content, LatentMap map)
    {
        var noun = content.Kind.Record;
        var colours = map.Label is { } label ? new ClassColours(label) : null;
        var chart = Chart(map, colours);
        var areNamed = colours is { IsQuantity: false } && NameClasses(chart, map, colours);
        return $"""
            <section id="map"><h2>The map of codes</h2>
            <div class="beside"><figure>{chart.Draw()}</figure>
            <div><p>Each mark is the code of one of {NumberText.Of(map.Points.Count)} test {noun}s{(
                map.VarianceShown < 1
                    ? $", in the plane of the first two principal components, which hold {NumberText.Percent(map.VarianceShown)} of the codes' variance: "
                        + $"{noun}s that are close here may be far apart in the code"
                    : ""
            )}.</p>
            {(
                map.Label is { } coloured
                    ? (Html)(
                        $"<p>Coloured by <b>{coloured.Name}</b>, which the model was not given{(areNamed ? "; names stand at the classes' medians" : "")}.</p>"
                            + $"{colours!.Legend()}"
                    )
                    : null
            )}</div></div></section>
            """;
    }

    private static Html Several(ReportContent content) =>
        $"""
            <section id="map"><h2>The map of codes</h2>
            <p>Each mark is the code of one of {NumberText.Of(
                content.Maps[0].Points.Count
            )} test {content.Kind.Record}s. Each map is coloured by one label, which the model was not given, and shows the two units that this label explains
            best: the fraction of a unit's variance that lies between the label's values, 100 % if the unit has one value for each.{(
                content.LabelsWithoutMap > 0 ? $" {content.LabelsWithoutMap} more {(content.LabelsWithoutMap == 1 ? "label has" : "labels have")} no map." : ""
            )}</p>
            <div class="panels maps">{content.Maps.Select(map => (map, colours: new ClassColours(map.Label!))).Select(pair =>
                (Html)$"<figure><figcaption><b>{pair.map.Label!.Name}</b></figcaption>{pair.colours.Legend()}{Chart(pair.map, pair.colours).Draw()}</figure>"
            )}</div></section>
            """;

    private static SvgChart Chart(LatentMap map, ClassColours? colours)
    {
        var chart = new SvgChart(
            $"Codes of {map.Points.Count} test records{(map.Label is null ? "" : $", coloured by {map.Label.Name}")}",
            new(map.Horizontal, map.Points.Select(point => point.X), padded: true),
            new(map.Vertical, map.Points.Select(point => point.Y), padded: true),
            height: 320
        );
        if (colours is null)
            return chart.Marks(map.Points, "s0");
        // In four rounds, so that no class lies wholly over another.
        for (var round = 0; round < 4; round++)
            foreach (var kind in colours.Present)
                chart.Marks(
                    map.Points.Where((_, i) => i % 4 == round && map.Label!.Values[i] == kind),
                    colours.Style(kind),
                    colours.Glyph(kind),
                    map.Points.Count < 600 ? 2.4 : 1.9
                );
        return chart;
    }

    /// <summary>Writes each class's name at its median, if the medians are far enough apart.</summary>
    private static bool NameClasses(SvgChart chart, LatentMap map, ClassColours colours)
    {
        var (label, classes) = (map.Label!, colours.Present);
        if (classes.Count is 0 or > 12)
            return false;
        var spread = (
            X: map.Points.Max(point => point.X) - map.Points.Min(point => point.X),
            Y: map.Points.Max(point => point.Y) - map.Points.Min(point => point.Y)
        );
        (double X, double Y)[] medians =
        [
            .. classes
                .Select(kind => map.Points.Where((_, i) => label.Values[i] == kind).ToArray())
                .Select(points => (Median(points.Select(point => point.X)), Median(points.Select(point => point.Y)))),
        ];
        var letters = classes.Max(kind => label.Classes[kind].Length);
        for (var i = 0; i < medians.Length; i++)
            for (var j = 0; j < i; j++)
                if (Math.Abs(medians[i].X - medians[j].X) < 0.026 * letters * spread.X && Math.Abs(medians[i].Y - medians[j].Y) < 0.05 * spread.Y)
                    return false;
        foreach (var (kind, median) in classes.Zip(medians))
            chart.Words(median.X, median.Y, label.Classes[kind]);
        return true;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Where(double.IsFinite).Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }
}
