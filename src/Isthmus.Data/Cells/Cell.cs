using System.Text;

namespace Isthmus.Data.Cells;

/// <summary>One cell of a table as it is read: nothing, a text without blanks around it, or a number of a file that has types.</summary>
internal readonly ref struct Cell
{
    private Cell(ReadOnlySpan<byte> text, double value, bool isMissing, bool isTyped)
    {
        Text = text;
        (Value, IsMissing, IsTyped) = (value, isMissing, isTyped);
    }

    /// <summary>The text, UTF-8; of a missing cell the text that means so, of a typed number nothing.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>The typed number.</summary>
    public double Value { get; }

    /// <summary>Whether it holds no value.</summary>
    public bool IsMissing { get; }

    /// <summary>Whether it is a number and not a text.</summary>
    public bool IsTyped { get; }

    /// <summary>A cell of text.</summary>
    public static Cell Of(ReadOnlySpan<byte> text, CellRules rules)
    {
        text = CellRules.Trimmed(text);
        return new(text, 0, rules.IsMissing(text), false);
    }

    /// <summary>A typed number.</summary>
    public static Cell Of(double number, CellRules rules) => new([], number, rules.IsMissing(number), true);

    /// <summary>A cell of a typed column that holds nothing.</summary>
    public static Cell Nothing => new([], 0, true, false);

    /// <summary>The number that it is, if it is one; not of a missing cell.</summary>
    public bool TryNumber(CellRules rules, out double number)
    {
        number = Value;
        return IsTyped || rules.TryNumber(Text, out number);
    }

    /// <inheritdoc/>
    public override string ToString() => IsTyped ? Value.ToString(System.Globalization.CultureInfo.InvariantCulture) : Encoding.UTF8.GetString(Text);
}

/// <summary>A row of a table as it passes by.</summary>
internal abstract class TableRow
{
    /// <summary>Its number, 1 for the first.</summary>
    public long Number { get; set; }

    /// <summary>The cell of one of the columns asked for. Lasts until the next is asked for.</summary>
    public abstract Cell this[int column] { get; }
}
