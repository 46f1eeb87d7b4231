using System.Text;
using Isthmus.Reporting.Drawing;
using Isthmus.Studio.Components;
using Isthmus.Studio.Tables;

namespace Isthmus.Studio.Pages.Measure;

/// <summary>The picture of a pair of columns: scatter, box plot or mosaic. Safe to use from several threads.</summary>
internal static class PairPicture
{
    private const double Width = 440,
        Left = 120,
        Row = 30,
        MosaicHeight = 260;
    private const int MostOutliers = 40;

    /// <summary>Draws the picture.</summary>
    public static Html Draw(PairView view) =>
        view.Form switch
        {
            PairForm.Scatter => Scatter(view),
            PairForm.Boxes => Boxes(view),
            _ => Mosaic(view),
        };

    /// <summary>Explanation in a sentence or two.</summary>
    public static string Words(PairView view) =>
        view.Form switch
        {
            PairForm.Scatter => view.Points().Count is var shown && shown < view.Rows
                ? $"{NumberText.Of(shown)} of {NumberText.Of(view.Rows)} rows at random (seed 1)."
                : $"{Counted.Of(view.Rows, "row")}, a point each.",
            PairForm.Boxes =>
                $"{Counted.Of(view.Rows, "row")}. Boxes hold the middle half of the rows, their lines are medians; whiskers reach the last row within "
                    + "1.5 times the box, and rows beyond are dots.",
            _ =>
                $"{Counted.Of(view.Rows, "row")}. Widths are shares of {view.X.Name}, heights shares of {view.Y.Name} within each. Blue: more rows than "
                    + "without dependence, orange: fewer, the deeper the more standard deviations (Pearson residual).",
        };

    /// <summary>Numbers of the picture as comma-separated values.</summary>
    public static string Csv(PairView view)
    {
        var text = new StringBuilder();
        switch (view.Form)
        {
            case PairForm.Scatter:
                text.Append(CsvText.Line(view.X.Name, view.Y.Name));
                foreach (var (x, y) in view.Points())
                    text.Append(CsvText.Line(x, y));
                break;
            case PairForm.Boxes:
                text.Append(CsvText.Line(view.X.Name, "rows", "quartile 1", "median", "quartile 3"));
                foreach (var (category, values) in view.Groups().Index())
                    text.Append(
                        values.Length == 0
                            ? CsvText.Line(view.X.Categories[category], 0, "", "", "")
                            : CsvText.Line([
                                view.X.Categories[category],
                                values.Length,
                                .. ((double[])[0.25, 0.5, 0.75]).Select(share => (object)PairView.Quantile(values, share)),
                            ])
                    );
                break;
            default:
                var counts = view.Counts();
                text.Append(CsvText.Line(view.X.Name, view.Y.Name, "rows"));
                foreach (var (x, one) in view.X.Categories.Index())
                    foreach (var (y, other) in view.Y.Categories.Index())
                        text.Append(CsvText.Line(one, other, counts[x, y]));
                break;
        }
        return text.ToString();
    }

    private static Html Scatter(PairView view)
    {
        var points = view.Points();
        ChartAxis Of(PairView.Axis axis, Func<(double X, double Y), double> value) =>
            new(Short(axis.Name, 40), points.Select(value), padded: true, ticks: 5) { Format = axis.IsDate ? axis.Words : null };
        return new SvgChart($"{view.X.Name} and {view.Y.Name}", Of(view.X, point => point.X), Of(view.Y, point => point.Y), 280, Width)
            .Marks(points, "s0 pale", size: points.Count > 500 ? 1.4 : 2)
            .Draw();
    }

    private static Html Boxes(PairView view)
    {
        var groups = view.Groups();
        var axis = new ChartAxis(Short(view.Y.Name, 40), groups.SelectMany(group => group), padded: true, ticks: 5);
        var bottom = 6 + Row * groups.Count;
        double X(double value) => Left + axis.Place(value) * (Width - Left - 14);
        return $"""
            <svg viewBox="0 0 {Width} {bottom + 40}" role="img" aria-label="{view.Y.Name} by {view.X.Name}">
            {axis.Ticks.Select(tick =>
                (Html)$"""<path class="grid" d="M{X(tick)} 4V{bottom}"/><text class="tick mid" x="{X(tick)}" y="{bottom + 16}">{view.Y.Words(tick)}</text>"""
            )}
            <text class="label mid" x="{(Left + Width) / 2}" y="{bottom + 34}">{axis.Label}</text>
            {groups.Select((values, place) => Box(view, values, place, X))}
            </svg>
            """;
    }

    private static Html Box(PairView view, double[] values, int place, Func<double, double> x)
    {
        var y = 6 + Row * (place + 0.5);
        Html name = $"""<text class="end" x="{Left - 8}" y="{y + 4}">{Short(view.X.Categories[place], 18)}</text>""";
        if (values.Length == 0)
            return name;
        var (low, middle, high) = (PairView.Quantile(values, 0.25), PairView.Quantile(values, 0.5), PairView.Quantile(values, 0.75));
        var reach = 1.5 * (high - low);
        var (from, to) = (values.First(value => value >= low - reach), values.Last(value => value <= high + reach));
        double[] beyond = [.. values.Where(value => value < from).Take(MostOutliers), .. values.Where(value => value > to).TakeLast(MostOutliers)];
        return $"""
            <g class="box"><title>{view.X.Categories[place]}: median {view.Y.Words(middle)}, middle half {view.Y.Words(low)} to {view.Y.Words(
                high
            )}, {Counted.Of(values.Length, "row")}</title>{name}<path class="whisker" d="M{x(from)} {y}H{x(low)}M{x(high)} {y}H{x(to)}"/>
            <rect x="{x(low)}" y="{y - 9}" width="{Math.Max(1, x(high) - x(low))}" height="18"/><path class="median" d="M{x(middle)} {y - 9}V{y + 9}"/>
            {beyond.Select(value => (Html)$"""<circle cx="{x(value)}" cy="{y}" r="1.7"/>""")}</g>
            """;
    }

    private static Html Mosaic(PairView view)
    {
        var counts = view.Counts();
        var (across, down) = (view.X.Categories.Count, view.Y.Categories.Count);
        var columns = Enumerable.Range(0, across).Select(x => Enumerable.Range(0, down).Sum(y => counts[x, y])).ToArray();
        var rows = Enumerable.Range(0, down).Select(y => Enumerable.Range(0, across).Sum(x => counts[x, y])).ToArray();
        var tiles = new List<Html>();
        var (at, scale) = (Left, (Width - Left - 14) / view.Rows);
        for (var x = 0; x < across; at += columns[x] * scale, x++)
        {
            var (top, wide) = (6.0, columns[x] * scale);
            for (var y = 0; y < down; y++)
            {
                var high = columns[x] == 0 ? 0 : MosaicHeight * counts[x, y] / columns[x];
                var expected = columns[x] * (double)rows[y] / view.Rows;
                var names = $"{view.X.Categories[x]}, {view.Y.Categories[y]}";
                var residual = expected > 0 ? (counts[x, y] - expected) / Math.Sqrt(expected) : 0;
                var told =
                    $"{Counted.Of(counts[x, y], "row")}, {NumberText.Of(expected, 3)} without dependence, "
                    + $"{NumberText.Of(residual, 2)} standard deviations";
                tiles.Add(
                    $"""<rect class="{(residual >= 0 ? "more" : "fewer")}" x="{at}" y="{top}" width="{Math.Max(0.5, wide - 1.5)}" height="{Math.Max(
                        0.5,
                        high - 1.5
                    )}" fill-opacity="{NumberText.Fixed(0.12 + 0.68 * Math.Min(1, Math.Abs(residual) / 5), 2)}"><title>{names}: {told}</title></rect>"""
                );
                // The first column has the names of the rows.
                if (x == 0 && high >= 11)
                    tiles.Add($"""<text class="end" x="{Left - 8}" y="{top + high / 2 + 4}">{Short(view.Y.Categories[y], 18)}</text>""");
                top += high;
            }
            if (wide >= 12)
                tiles.Add(
                    $"""<text class="end" transform="translate({at + wide / 2 + 4} {MosaicHeight + 16}) rotate(-35)">{Short(view.X.Categories[x], 16)}</text>"""
                );
        }
        return $"""
            <svg class="mosaic" viewBox="0 0 {Width} {MosaicHeight + 90}" role="img" aria-label="Shares of {view.Y.Name} by {view.X.Name}">
            {tiles}</svg>
            """;
    }

    private static string Short(string name, int most) => name.Length > most ? $"{name[..(most - 1)]}…" : name;
}
