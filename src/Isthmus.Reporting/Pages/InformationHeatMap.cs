using Isthmus.Information;
using Isthmus.Measures;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>
/// Heat map of the information of each pair of columns in one hue: the deeper, the stronger the dependence. Cells say their information, and on the diagonal
/// the column's own entropy. Safe to use from several threads.
/// </summary>
internal static class InformationHeatMap
{
    private const double Cell = 42,
        Label = 150,
        Head = 116,
        Deepest = 0.62,
        Tree = 90;
    private const int Readable = 24;

    /// <summary>Draws the map.</summary>
    /// <param name="information">The pairs.</param>
    /// <param name="order">Columns from the top; null for their own order.</param>
    /// <param name="tree">Clusters of columns at the right, as lines between points (height 0 to 1, place from the top in columns); null for none.</param>
    /// <param name="isNats">True for nats; bits otherwise.</param>
    /// <param name="canBePicked">True for cells with the two columns as <c>data-pick</c>.</param>
    public static Html Draw(
        PairwiseInformation information,
        IReadOnlyList<int>? order = null,
        IReadOnlyList<IReadOnlyList<(double Height, double Place)>>? tree = null,
        bool isNats = false,
        bool canBePicked = false
    )
    {
        var width = information.Columns.Count;
        order ??= [.. Enumerable.Range(0, width)];
        var placeOf = order.Index().ToDictionary(column => column.Item, column => column.Index);
        double across = Label + Cell * width + (tree is null ? 40 : Tree),
            down = Head + Cell * width + 4;
        var isReadable = width <= Readable;
        var unit = isNats ? "nats" : "bits";
        var focus = canBePicked ? (Html)$" tabindex=\"0\"" : null;
        return $"""
            <div class="scroll"{focus}><svg class="heat" style="min-width:{(int)(across * (isReadable ? 0.85 : 0.3))}px;max-width:{(int)(
                across * 1.2
            )}px" viewBox="0 0 {across} {down}" role="img" aria-label="Heat map of the information of each pair of columns, in {unit}">
            {Enumerable.Range(0, width).Select(i =>
                (Html)(
                    $"""<text class="end" x="{Label - 8}" y="{Head + Cell * (i + 0.5) + 4}">{Cut(Name(order[i]))}</text>"""
                        + $"""<text transform="translate({Label + Cell * (i + 0.5) + 4} {Head - 8}) rotate(-55)">"""
                        + $"""{Cut(Name(order[i]))}</text>"""
                )
            )}
            {order.Select((place, i) => OwnSquare(information.Columns[place], i))}
            {information.Pairs.SelectMany(pair =>
                new[] { PairSquare(pair, placeOf[pair.X], placeOf[pair.Y]), PairSquare(pair, placeOf[pair.Y], placeOf[pair.X]) }
            )}{(tree ?? []).Select(line =>
                (Html)(
                    $"""<polyline class="tree" points="{string.Join(' ', line.Select(point => FormattableString.Invariant(
                        $"{Label + Cell * width + 6 + (Tree - 12) * point.Height:0.#},{Head + Cell * (point.Place + 0.5):0.#}"
                    )))}"/>"""
                )
            )}
            </svg></div>
            """;

        string Name(int column) => information.Columns[column].Column.Name;

        Html OwnSquare(ColumnEntropy column, int place) =>
            Square(
                place,
                place,
                "own",
                0,
                column.Entropy is { } own ? (own.IsDifferential ? "h " : "") + Short(own) : "",
                $"{column.Column.Name}: {(column.Entropy is { } entropy ? $"entropy {Full(entropy)} {unit}" : column.Problem?.ToString())}",
                ""
            );

        Html PairSquare(ColumnPair pair, int row, int column)
        {
            var title =
                $"{Name(order[row])} and {Name(order[column])}: " + (pair.Information is { } figure ? $"{Full(figure)} {unit}" : pair.Problem?.ToString());
            var pick = canBePicked ? $"{pair.X} {pair.Y}" : "";
            if (pair.Information is null)
                return Square(row, column, "faint", 0, "–", title, pick);
            return !pair.IsFound
                ? Square(row, column, "faint", 0, isReadable ? "·" : "", title, pick)
                : Square(row, column, "", Deepest * pair.Strength, isReadable ? Short(pair.Information) : "", title, pick);
        }

        string Full(MeasuredFigure figure) =>
            isNats ? NumberText.Of(figure.Shown.Value, figure.Shown.StandardError)
            : InformationUnits.NatsToBits(figure.Shown) is var bits ? NumberText.Of(bits.Value, bits.StandardError)
            : "";

        string Short(MeasuredFigure figure) =>
            (isNats ? figure.Shown.Value : InformationUnits.NatsToBits(figure.Shown.Value)) is var value && Math.Abs(value) < 10
                ? NumberText.Fixed(value, 2)
                : NumberText.Of(value, 3);
    }

    private static Html Square(int row, int column, string style, double depth, string text, string title, string pick) =>
        $"""<g{(pick.Length > 0 ? (Html)$" data-pick=\"{pick}\"" : null)}><title>{title}</title><rect class="{style}" x="{Label + Cell * column}" """
        + $"""y="{Head + Cell * row}" width="{Cell}" height="{Cell}" """
        + $"""fill-opacity="{(style == "own" ? "1" : NumberText.Fixed(depth, 3))}"/>"""
        + $"""<text class="mid {style}" x="{Label + Cell * (column + 0.5)}" y="{Head + Cell * (row + 0.5) + 4}">{text}</text></g>""";

    private static string Cut(string name) => name.Length > 20 ? $"{name[..19]}…" : name;
}
