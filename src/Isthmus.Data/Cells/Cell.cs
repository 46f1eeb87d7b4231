using System.Text;

namespace Isthmus.Data.Cells;

/// <summary>One cell of a table as it is read: a missing value, a trimmed text, or a number of a file with types.</summary>
internal readonly ref struct Cell
{
    private Cell(ReadOnlySpan<byte> text, double value, bool isMissing, bool isTyped)
    {
        Text = text;
        (Value, IsMissing, IsTyped) = (value, isMissing, isTyped);
    }

    /// <summary>Text in UTF-8; for a missing value, the text that stands for it; empty for a typed number.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Typed number.</summary>
    public double Value { get; }

    /// <summary>True if the value is missing.</summary>
    public bool IsMissing { get; }

    /// <summary>True if it is a typed number and not a text.</summary>
    public bool IsTyped { get; }

    /// <summary>Creates a cell from text.</summary>
    public static Cell Of(ReadOnlySpan<byte> text, CellRules rules)
    {
        text = CellRules.Trimmed(text);
        return new(text, 0, rules.IsMissing(text), false);
    }

    /// <summary>Creates a cell from a typed number.</summary>
    public static Cell Of(double number, CellRules rules) => new([], number, rules.IsMissing(number), true);

    /// <summary>Cell of a typed column whose value is missing.</summary>
    public static Cell Nothing => new([], 0, true, false);

    /// <summary>Reads the cell as a number, if it is one; false for a missing value.</summary>
    public bool TryNumber(CellRules rules, out double number)
    {
        number = Value;
        return IsTyped || rules.TryNumber(Text, out number);
    }

    /// <inheritdoc/>
    public override string ToString() => IsTyped ? Value.ToString(System.Globalization.CultureInfo.InvariantCulture) : Encoding.UTF8.GetString(Text);
}

/// <summary>A row of a table during reading.</summary>
internal abstract class TableRow
{
    /// <summary>Number of the row, 1 for the first.</summary>
    public long Number { get; set; }

    /// <summary>Cell of one of the columns asked for. Valid until the next one is read.</summary>
    public abstract Cell this[int column] { get; }
}
