using Isthmus.Information;
using Isthmus.Measures;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Studio.Pages.Measure;

/// <summary>Columns as bars of their information about a target, with 90 % intervals; grey without significant dependence. Stateless.</summary>
internal static class RankingBars
{
    private const double Width = 560,
        Left = 150,
        Right = 70,
        Row = 24;

    /// <summary>Draws the bars; each can be picked by its place.</summary>
    /// <param name="target">Name of the target.</param>
    /// <param name="ranked">Columns in their order.</param>
    /// <param name="isNats">True for nats; bits otherwise.</param>
    public static Html Draw(string target, IReadOnlyList<RankedColumn> ranked, bool isNats)
    {
        double In(double nats) => isNats ? nats : InformationUnits.NatsToBits(nats);
        double Upper(MeasuredFigure figure) => figure.Interval(0.9).Upper is var upper && double.IsFinite(upper) ? upper : figure.Shown.Value;
        var unit = isNats ? "nats" : "bits";
        var axis = new ChartAxis(
            $"information about {target}, {unit}",
            ranked.Select(column => column.Information).OfType<MeasuredFigure>().Select(figure => In(Upper(figure))).Append(0),
            ticks: 5
        );
        double X(double value) => Left + axis.Place(Math.Max(value, axis.Least)) * (Width - Left - Right);
        var bottom = 4 + Row * ranked.Count;
        return $"""
            <svg class="bars" viewBox="0 0 {Width} {bottom + 40}" role="img" aria-label="Information of {ranked.Count} columns about {target}, in {unit}">
            {axis.Ticks.Select(tick =>
                (Html)$"""<path class="grid" d="M{X(tick)} 2V{bottom}"/><text class="tick mid" x="{X(tick)}" y="{bottom + 16}">{axis.TickText(tick)}</text>"""
            )}
            <text class="label mid" x="{(Left + Width - Right) / 2}" y="{bottom + 34}">{axis.Label}</text>
            {ranked.Select((column, place) => Bar(column, place))}
            </svg>
            """;

        Html Bar(RankedColumn column, int place)
        {
            var y = 4 + Row * (place + 0.5);
            var words = column.Column.Name is { Length: > 21 } longer ? $"{longer[..20]}…" : column.Column.Name;
            Html name = $"""<text class="end" x="{Left - 8}" y="{y + 4}">{words}</text>""";
            if (column.Information is not { } figure)
                return $"""<g data-pick="{place}"><title>{column.Problem?.ToString()}</title>{name}<text x="{Left + 4}" y="{y + 4}">not measured</text></g>""";
            var (value, (lower, upper)) = (In(figure.Shown.Value), figure.Interval(0.9));
            var p = column.AdjustedPValue is { } adjusted ? $", p {NumberText.Of(adjusted, 2)}" : "";
            return $"""
                <g data-pick="{place}" class="{(column.IsFound ? "found" : "grey")}"><title>{column.Column.Name}: {NumberText.Of(value, 3)} {unit}{p}</title>
                <rect class="row" x="0" y="{y - Row / 2}" width="{Width}" height="{Row}"/>{name}
                <rect class="bar-of" x="{X(0)}" y="{y - 8}" width="{Math.Max(1, X(value) - X(0))}" height="16"/>{(
                    double.IsFinite(lower) ? (Html)$"""<path class="whisker" d="M{X(In(lower))} {y}H{X(In(upper))}"/>""" : null
                )}<text x="{X(In(Upper(figure))) + 6}" y="{y + 4}">{NumberText.Of(value, 2)}</text></g>
                """;
        }
    }
}
