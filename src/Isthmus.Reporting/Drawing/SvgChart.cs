namespace Isthmus.Reporting.Drawing;

/// <summary>
/// A chart as inline SVG: two axes and layers of marks. Its text is the page's text and its colours are the page's
/// variables, so that it follows the reader's fonts and light or dark mode. It is drawn for a phone's width, where its
/// text is as large as it gets small; a wider page scales it up.
/// </summary>
internal sealed class SvgChart
{
    private const double Top = 28;

    // The width of a digit of a tick's label in the widest of the page's fonts (DejaVu Sans, 12 pixels), the least margin of labels, and their distance.
    private const double Digit = 7.65,
        LeastLeft = 48,
        Beside = 8;

    // The width of a letter of a word in a chart, a little more than most have.
    private const double Letter = 8;

    private readonly string _title;
    private readonly ChartAxis _x,
        _y;

    // Words lie over all marks.
    private readonly List<Html> _layers = [],
        _words = [];
    private readonly double _height,
        _width;

    /// <param name="title">Description of the chart, for those who cannot see it.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis; its label stands above it.</param>
    /// <param name="height">Height of the whole chart.</param>
    /// <param name="width">Width of the whole chart; a wider one than a phone must be scrolled there.</param>
    public SvgChart(string title, ChartAxis x, ChartAxis y, double height = 232, double width = 360) =>
        (_title, _x, _y, _height, _width) = (title, x, y, height, width);

    /// <summary>The frame between the axes: its width and height.</summary>
    public (double Width, double Height) Frame => (Right - Left, Bottom - Top);

    /// <summary>The frame's edges in the chart's coordinates.</summary>
    public (double Left, double Top, double Right, double Bottom) Edges => (Left, Top, Right, Bottom);

    private double Left => Math.Max(LeastLeft, Beside + Digit * _y.Ticks.Max(tick => _y.TickText(tick).Length));

    private double Bottom => _height - 40;

    private double Right => _width - 10;

    /// <summary>Adds a line through the points, interrupted where one is not finite; a single point is a dot.</summary>
    public SvgChart Line(IEnumerable<(double X, double Y)> points, string style)
    {
        List<List<(double X, double Y)>> pieces =
        [
            [],
        ];
        foreach (var (x, y) in points)
            if (double.IsFinite(x) && double.IsFinite(y))
                pieces[^1].Add((x, y));
            else
                pieces.Add([]);
        foreach (var piece in pieces.Where(piece => piece.Count > 0))
            _layers.Add(
                piece.Count == 1
                    ? (Html)$"""<circle class="dot {style}" cx="{X(piece[0].X)}" cy="{Y(piece[0].Y)}" r="3"/>"""
                    : (Html)$"""<polyline class="line {style}" points="{piece.Select(point => (Html)$"{X(point.X)},{Y(point.Y)} ")}"/>"""
            );
        return this;
    }

    /// <summary>Adds a bar from 0 up to each value, between two horizontal values.</summary>
    public SvgChart Bars(IEnumerable<(double From, double To, double Value)> bars, string style)
    {
        _layers.Add(
            $"""<g class="bar {style}">{bars.Where(bar => double.IsFinite(bar.Value)).Select(bar =>
            (Html)(
                $"""<rect x="{X(bar.From)}" y="{Y(bar.Value)}" width="{Math.Max(0.5, X(bar.To) - X(bar.From) - 0.8)}" """
                    + $"""height="{Y(Math.Max(0, _y.Least)) - Y(bar.Value)}"/>"""
            ))}</g>"""
        );
        return this;
    }

    /// <summary>Adds a mark at each point: disc, square or triangle by <paramref name="glyph"/>.</summary>
    public SvgChart Marks(IEnumerable<(double X, double Y)> points, string style, int glyph = 0, double size = 1.8)
    {
        _layers.Add(
            $"""<path class="mark {style}" d="{points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))
            .Select(point => (Html)$"M{X(point.X)} {Y(point.Y)}{Glyph(glyph, size)}")}"/>"""
        );
        return this;
    }

    /// <summary>Adds a disc with a tooltip.</summary>
    public SvgChart Bubble(double x, double y, double radius, string words)
    {
        if (double.IsFinite(x) && double.IsFinite(y))
            _layers.Add($"""<circle class="bubble" cx="{X(x)}" cy="{Y(y)}" r="{radius}"><title>{words}</title></circle>""");
        return this;
    }

    /// <summary>Adds a disc with a tooltip that links to a page.</summary>
    public SvgChart Link(double x, double y, string address, string style, string words)
    {
        if (double.IsFinite(x) && double.IsFinite(y))
            _layers.Add($"""<a href="{address}"><circle class="run {style}" cx="{X(x)}" cy="{Y(y)}" r="5"><title>{words}</title></circle></a>""");
        return this;
    }

    /// <summary>Adds a disc with a tooltip that can be picked on a page with a script.</summary>
    public SvgChart Pick(double x, double y, string pick, string style, string words)
    {
        if (double.IsFinite(x) && double.IsFinite(y))
            _layers.Add($"""<circle data-pick="{pick}" class="run {style}" cx="{X(x)}" cy="{Y(y)}" r="6"><title>{words}</title></circle>""");
        return this;
    }

    /// <summary>Adds words at a point, moved as needed into the frame, with a halo so that they can be read over marks.</summary>
    public SvgChart Words(double x, double y, string text)
    {
        if (double.IsFinite(x) && double.IsFinite(y))
        {
            var half = Math.Min((Right - Left) / 2, text.Length * Letter / 2);
            _words.Add($"""<text class="word" x="{Math.Clamp(X(x), Left + half, Right - half)}" y="{Math.Clamp(Y(y) + 4, Top + 8, Bottom)}">{text}</text>""");
        }
        return this;
    }

    /// <summary>Adds a dashed horizontal line, with words at its right end.</summary>
    public SvgChart Threshold(double y, string text)
    {
        if (y >= _y.Least && y <= _y.Most)
        {
            _layers.Add($"""<path class="rule" d="M{Left} {Y(y)}H{Right}"/>""");
            _words.Add($"""<text class="note end" x="{Right}" y="{Y(y) - 4}">{text}</text>""");
        }
        return this;
    }

    /// <summary>Adds a dashed vertical line, with words at its top.</summary>
    public SvgChart Moment(double x, string text)
    {
        var isRight = _x.Place(x) > 0.5;
        _layers.Add($"""<path class="rule" d="M{X(x)} {Top}V{Bottom}"/>""");
        _words.Add($"""<text class="note {(isRight ? "end" : "")}" x="{X(x) + (isRight ? -4 : 4)}" y="{Top + 10}">{text}</text>""");
        return this;
    }

    /// <summary>Returns the whole chart; the inner svg cuts off marks beyond the frame.</summary>
    public Html Draw() =>
        $"""
            <svg viewBox="0 0 {_width} {_height}" role="img" aria-label="{_title}">
            {_y.Ticks.Select(tick =>
                (Html)
                    $"""<path class="grid" d="M{Left} {Y(tick)}H{Right}"/><text class="tick end" x="{Left - 6}" y="{Y(tick) + 4}">{_y.TickText(tick)}</text>"""
            )}
            {_x.Ticks.Select(tick =>
                (Html)(
                    $"""<path class="axis" d="M{X(tick)} {Bottom}v4"/>"""
                        + $"""<text class="tick mid" x="{Within(tick)}" y="{Bottom + 17}">{_x.TickText(tick)}</text>"""
                )
            )}
            <path class="axis" d="M{Left} {Bottom}H{Right}"/>
            <text class="label" x="4" y="12">{_y.Label}</text><text class="label mid" x="{(Left + Right) / 2}" y="{Bottom + 35}">{_x.Label}</text>
            <svg x="{Left - 4}" y="{Top - 4}" width="{Right - Left + 8}" height="{Bottom - Top + 6}" viewBox="{Left - 4} {Top - 4} {Right - Left + 8} {Bottom
                - Top
                + 6}">{_layers}{_words}</svg>
            </svg>
            """;

    // The last label stays on the drawing.
    private double Within(double tick) => Math.Min(X(tick), _width - 1 - Digit * _x.TickText(tick).Length / 2);

    private double X(double value) => Left + Math.Clamp(_x.Place(value), -2, 3) * (Right - Left);

    private double Y(double value) => Bottom - Math.Clamp(_y.Place(value), -2, 3) * (Bottom - Top);

    /// <summary>Returns the outline of a mark around the current point.</summary>
    public static Html Glyph(int glyph, double size) =>
        (glyph % 3) switch
        {
            0 => $"m{-size} 0a{size} {size} 0 1 0 {2 * size} 0a{size} {size} 0 1 0 {-2 * size} 0z",
            1 => $"m{-size} {-size}h{2 * size}v{2 * size}h{-2 * size}z",
            _ => $"m{-1.2 * size} {size}h{2.4 * size}l{-1.2 * size} {-2.2 * size}z",
        };
}
