using Isthmus.Reporting.Drawing;
using Isthmus.Studio.Folders;

namespace Isthmus.Studio.Pages.Sweeps;

/// <summary>An axis of parallel coordinates: a setting with its values in order, or a figure.</summary>
/// <param name="Key">Name in the address.</param>
/// <param name="Heading">Words at its top.</param>
/// <param name="Places">Place of each run, 0 at the foot and 1 at the top; not a number without one.</param>
/// <param name="Ticks">Words along it, by place.</param>
internal sealed record CoordinateAxis(string Key, string Heading, IReadOnlyList<double> Places, IReadOnlyList<(double Place, string Words)> Ticks)
{
    /// <summary>An axis of a setting, its values at equal distances in the order of the grid.</summary>
    public static CoordinateAxis Of(SweepRuns sweep, string setting, IReadOnlyList<string> values)
    {
        double Place(int value) => values.Count == 1 ? 0.5 : value / (values.Count - 1.0);
        var placeOf = values.Index().ToDictionary(value => value.Item, value => Place(value.Index));
        return new(
            setting,
            setting,
            [.. sweep.Runs.Select(run => placeOf[SweepRuns.ValueOf(run, setting)])],
            [.. values.Select((value, i) => (Place(i), value))]
        );
    }

    /// <summary>An axis of a figure from its least to its greatest value.</summary>
    public static CoordinateAxis Of(SweepRuns sweep, SweepFigure figure)
    {
        var values = sweep.Runs.Select(figure.Value).ToArray();
        var known = values.Where(double.IsFinite).ToArray();
        var (least, most) = (known.Min(), known.Max());
        double Place(double value) =>
            double.IsNaN(value) ? double.NaN
            : most > least ? (value - least) / (most - least)
            : 0.5;
        return new(
            figure.Axis.Name,
            figure.Heading,
            [.. values.Select(Place)],
            most > least
                ? [(0, NumberText.Of(least, 3)), (0.5, NumberText.Of((least + most) / 2, 3)), (1, NumberText.Of(most, 3))]
                : [(0.5, NumberText.Of(least, 3))]
        );
    }

    /// <summary>Words for a range.</summary>
    public string Words((double From, double To) range) =>
        Ticks.Where(tick => tick.Place >= range.From && tick.Place <= range.To).Select(tick => tick.Words).ToArray() is { Length: > 0 } values
        && Ticks.Count != 3
            ? string.Join(", ", values)
            : $"{NumberText.Percent(range.From)} to {NumberText.Percent(range.To)} of its range";
}

/// <summary>Runs as lines over parallel axes (Inselberg 1985); axes can be drawn along. Stateless.</summary>
internal static class ParallelCoordinates
{
    private const double Apart = 120,
        Left = 60,
        Top = 46,
        Bottom = 246;

    /// <summary>Draws the lines.</summary>
    /// <param name="axes">The axes, from the left.</param>
    /// <param name="isIn">True for each run within all ranges.</param>
    /// <param name="colours">Place of each run on the colour scale, 0 to 1; not a number for runs without one.</param>
    /// <param name="chosen">The run that is open; -1 for none.</param>
    /// <param name="ranges">Ranges drawn, by axis.</param>
    /// <param name="words">Words of each run.</param>
    public static Html Draw(
        IReadOnlyList<CoordinateAxis> axes,
        IReadOnlyList<bool> isIn,
        IReadOnlyList<double> colours,
        int chosen,
        IReadOnlyDictionary<string, (double From, double To)> ranges,
        IReadOnlyList<string> words
    )
    {
        double X(int axis) => Left + Apart * axis;
        double Y(double place) => Bottom - place * (Bottom - Top);
        var width = X(axes.Count - 1) + 90;
        // Faint lines lie below, the open run above all.
        var order = Enumerable.Range(0, words.Count).OrderBy(run => run == chosen).ThenBy(run => isIn[run] ? 1 : 0);
        return $"""
            <svg class="parallel" style="min-width:{(int)(0.8 * width)}px" viewBox="0 0 {width} 260" role="img"
            aria-label="Settings and figures of {words.Count} runs">
            {order.Where(run => axes.Any(axis => double.IsFinite(axis.Places[run]))).Select(run =>
                (Html)$"""<polyline data-pick="{run}" class="{Style(run)}" points="{Points(run)}"><title>{words[run]}</title></polyline>"""
            )}
            {axes.Select((axis, i) => Axis(axis, X(i)))}
            </svg>
            """;

        string Points(int run) =>
            string.Join(
                ' ',
                axes.Index()
                    .Where(axis => double.IsFinite(axis.Item.Places[run]))
                    .Select(axis => FormattableString.Invariant($"{X(axis.Index):0.#},{Y(axis.Item.Places[run]):0.#}"))
            );

        string Style(int run) =>
            $"run-line {(double.IsFinite(colours[run]) ? $"q{(int)Math.Round(7 * colours[run])}" : "none")}"
            + $"{(isIn[run] ? "" : " faint-run")}{(run == chosen ? " chosen-run" : "")}";

        Html Axis(CoordinateAxis axis, double x) =>
            $"""
                <g><path class="axis" d="M{x} {Top}V{Bottom}"/><text class="label mid" x="{x}" y="{Top - 26}">{Cut(axis.Heading)}</text>
                {axis.Ticks.Select(tick => (Html)$"""<text x="{x + 6}" y="{Y(tick.Place) + 4}">{tick.Words}</text>""")}{(
                    ranges.TryGetValue(axis.Key, out var range)
                        ? (Html)$"""<rect class="brushed" x="{x - 8}" y="{Y(range.To)}" width="16" height="{Math.Max(2, Y(range.From) - Y(range.To))}"/>"""
                        : null
                )}<rect data-axis="{axis.Key}" class="brush-zone" x="{x - 12}" y="{Top}" width="24" height="{Bottom - Top}"/></g>
                """;
    }

    private static string Cut(string heading) => heading.Length > 18 ? $"{heading[..17]}…" : heading;
}
