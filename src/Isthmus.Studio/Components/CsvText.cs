namespace Isthmus.Studio.Components;

/// <summary>Lines of CSV as RFC 4180 has them, with a line feed at the end of each. Safe to use from several threads.</summary>
public static class CsvText
{
    /// <summary>Returns a line of cells; numbers are written without loss and by invariant rules.</summary>
    public static string Line(params IEnumerable<object?> cells) =>
        string.Join(',', cells.Select(cell => Quoted(Convert.ToString(cell, System.Globalization.CultureInfo.InvariantCulture) ?? ""))) + "\n";

    /// <summary>Returns a cell, in quotes where it needs them.</summary>
    public static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",\"\n\r") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"")}\"";
}
