using System.Globalization;
using System.Text;

namespace Isthmus.Reporting.Drawing;

/// <summary>A histogram without axes, as large as a line of text or a little more; a second one may lie over it.</summary>
internal static class SmallBars
{
    private const double Width = 120,
        Height = 28;

    /// <summary>Returns the drawing; nothing without bars.</summary>
    /// <param name="bars">Heights of the bars, at least 0.</param>
    /// <param name="over">Heights of narrower bars in colour over them; empty for none.</param>
    /// <param name="words">Description.</param>
    public static Html? Of(IReadOnlyList<double> bars, IReadOnlyList<double> over, string words)
    {
        if (bars.Count == 0)
            return null;
        var (most, step) = (Math.Max(bars.Concat(over).Max(), double.Epsilon), Width / bars.Count);
        string Rectangles(IReadOnlyList<double> values, double from, double width)
        {
            var text = new StringBuilder();
            foreach (var (bar, value) in values.Index())
                if (Height * value / most is > 0 and var height)
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"<rect x=\"{(bar + from) * step:0.##}\" y=\"{Height - height:0.##}\" width=\"{width * step:0.##}\" height=\"{height:0.##}\"/>"
                    );
            return text.ToString();
        }
        var marks = new Html(0, 0);
        marks.AppendLiteral($"<g class=\"below\">{Rectangles(bars, 0, 0.92)}</g><g class=\"over\">{Rectangles(over, 0.22, 0.48)}</g>");
        return $"""<svg class="small{(over.Count == 0 ? " alone" : "")}" viewBox="0 0 {Width} {Height}" role="img" aria-label="{words}">{marks}</svg>""";
    }
}
