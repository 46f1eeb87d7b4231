using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Isthmus.Reporting.Drawing;

/// <summary>
/// Markup written as an interpolated string: <c>Html h = $"&lt;p&gt;{name}&lt;/p&gt;"</c>. Text in the holes is escaped and
/// numbers are invariant, so that no name from the data can become markup; only other <see cref="Html"/> goes in as it is.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Html(int literalLength, int formattedCount)
{
    private readonly StringBuilder _text = new(literalLength + 16 * formattedCount);

    public void AppendLiteral(string markup) => _text.Append(markup);

    public void AppendFormatted(string? text) => _text.Append(WebUtility.HtmlEncode(text));

    public void AppendFormatted(Html? markup) => _text.Append(markup?._text);

    public void AppendFormatted(IEnumerable<Html> parts)
    {
        foreach (var part in parts)
            _text.Append(part._text);
    }

    public void AppendFormatted(int number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Appends a coordinate, rounded to a tenth of a unit.</summary>
    public void AppendFormatted(double coordinate) => _text.Append((Math.Round(coordinate, 1) + 0.0).ToString(CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();
}
