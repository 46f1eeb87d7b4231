using System.Globalization;
using Isthmus.Data.Records;

namespace Isthmus.Reporting.Drawing;

/// <summary>
/// Colours of a label's classes: for classes a colour and a glyph each; for a quantity, whose classes are numbers in ascending order, a ramp from the smallest
/// to the largest.
/// </summary>
internal sealed class ClassColours
{
    // More classes than this cannot be told apart; the rest share one grey.
    private const int MostClasses = 3 * ReportStyle.Colours;

    // A quantity of so few values is listed, one of more has a bar.
    private const int MostListed = 8;

    private readonly LabelColumn _label;
    private readonly int[] _present;

    public ClassColours(LabelColumn label) =>
        (_label, _present) = (label, [.. Enumerable.Range(0, label.Classes.Count).Where(label.Values.ToHashSet().Contains)]);

    /// <summary>The classes that occur, in their order.</summary>
    public IReadOnlyList<int> Present => _present;

    /// <summary>
    /// True if the classes are values of a quantity: numbers in ascending order, all with the same unit behind them or none, some of them not whole or more
    /// than ten of them. Ten whole numbers are as likely digits, which have no meaningful order.
    /// </summary>
    public bool IsQuantity =>
        _label.Classes.Count > 2
        && Numbers() is { } numbers
        && numbers.Zip(numbers.Skip(1)).All(pair => pair.First.Value < pair.Second.Value)
        && numbers.All(number => number.Unit == numbers[0].Unit)
        && (numbers[0].Unit.Length > 0 || numbers.Length > 10 || numbers.Any(number => !double.IsInteger(number.Value)));

    /// <summary>Returns the glyph of a class, so that classes do not differ by colour alone.</summary>
    public int Glyph(int kind) => IsQuantity ? 0 : kind;

    /// <summary>Returns the class attribute of a class's marks.</summary>
    public string Style(int kind) =>
        IsQuantity ? $"q{Step(kind)}"
        : kind < MostClasses ? $"s{kind % ReportStyle.Colours}"
        : "off";

    /// <summary>Returns the legend.</summary>
    public Html Legend()
    {
        if (IsQuantity && _present.Length > MostListed)
        {
            var ramp = Enumerable.Range(0, ReportStyle.RampSteps).Select(step => Swatch($"q{step}", 1));
            return $"""<div class="legend"><span>{_label.Classes[_present[0]]} {ramp} {_label.Classes[_present[^1]]}</span></div>""";
        }
        var listed = IsQuantity ? _present : [.. _present.Where(kind => kind < MostClasses)];
        Html? others = listed.Length < _present.Length ? (Html)$"<span>{Swatch("off")}others</span>" : null;
        return $"""<div class="legend">{listed.Select(kind => (Html)$"<span>{Swatch(Style(kind), Glyph(kind))}{_label.Classes[kind]}</span>")}{others}</div>""";
    }

    /// <summary>Returns a mark as in a legend.</summary>
    public static Html Swatch(string style, int glyph = 0) =>
        $"""<svg class="swatch" viewBox="-5 -5 10 10" aria-hidden="true"><path class="{style}" d="M0 0{SvgChart.Glyph(glyph, 4)}"/></svg>""";

    // The ramp runs over what occurs, so that the least and the most are its ends.
    private int Step(int kind) =>
        _present.Length < 2 ? 0 : (int)Math.Round((ReportStyle.RampSteps - 1.0) * Array.IndexOf(_present, kind) / (_present.Length - 1));

    private (double Value, string Unit)[]? Numbers()
    {
        var numbers = _label.Classes.Select(Number).ToArray();
        return numbers.Any(number => number is null) ? null : [.. numbers.Select(number => number!.Value)];
    }

    private static (double Value, string Unit)? Number(string text)
    {
        var end = text.Length;
        while (end > 0 && !char.IsAsciiDigit(text[end - 1]))
            end--;
        return double.TryParse(text[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? (value, text[end..].Trim())
            : null;
    }
}
