using System.Runtime.InteropServices;

namespace Isthmus.Data.Cells;

/// <summary>
/// Cells of one column of a table: numbers (dates as seconds since 1970), or texts as indices into a list of the distinct ones, with a marker for missing
/// values.
/// </summary>
/// <param name="name">The column's name.</param>
/// <param name="kind">Kind of the column.</param>
/// <param name="type">DuckDB's name of the type of the cells in a file with types, such as "SMALLINT"; null for texts.</param>
public sealed class ColumnBuffer(string name, ColumnKind kind, string? type = null)
{
    private readonly List<double> _numbers = [];
    private readonly List<int> _codes = [];

    // Of a Boolean column, all spellings of a value are one; of categories, each spelling is its own.
    private readonly DistinctTexts _texts = new(byValue: kind == ColumnKind.Boolean);

    /// <summary>Name of the column.</summary>
    public string Name { get; } = name;

    /// <summary>Kind of the column.</summary>
    public ColumnKind Kind { get; } = kind;

    /// <summary>DuckDB's name of the type of the cells in a file with types; null for texts.</summary>
    public string? Type { get; } = type;

    /// <summary>Spelling of the file's numbers; null if it has types, or is not known.</summary>
    internal NumberSpelling? Spelling { get; init; }

    /// <summary>Spelling of the file's dates; null if it is not known.</summary>
    internal DateSpelling? Dates { get; init; }

    /// <summary>Order of dates that do not begin with the year; null while it is not known.</summary>
    internal DateOrder? Order { get; set; }

    /// <summary>True if cells are texts; false if they are numbers.</summary>
    public bool IsText => Kind is ColumnKind.Boolean or ColumnKind.Category;

    /// <summary>Number of rows.</summary>
    public int Count => IsText ? _codes.Count : _numbers.Count;

    /// <summary>Distinct texts, in order of appearance.</summary>
    public IReadOnlyList<string> Texts => _texts.Texts;

    /// <summary>Numbers of the rows, NaN for a missing value.</summary>
    public ReadOnlySpan<double> Numbers => CollectionsMarshal.AsSpan(_numbers);

    /// <summary>Texts of the rows as indices into <see cref="Texts"/>, -1 for a missing value.</summary>
    public ReadOnlySpan<int> Codes => CollectionsMarshal.AsSpan(_codes);

    /// <summary>Adds a cell to a column of numbers; NaN for a missing value.</summary>
    public void Add(double number) => _numbers.Add(number);

    /// <summary>Adds a cell to a column of texts; null for a missing value.</summary>
    public void Add(string? text) => _codes.Add(text is null ? -1 : _texts.NumberOf(text));

    /// <summary>Adds a cell to a column of texts.</summary>
    internal void Add(ReadOnlySpan<byte> text) => _codes.Add(_texts.NumberOf(text));

    /// <summary>
    /// Adds a cell by the column's kind; false if it is no finite number, or no date of the column's order. While the order is not known, only dates that need
    /// none are accepted.
    /// </summary>
    internal bool TryAdd(Cell cell, CellRules rules)
    {
        if (IsText && cell.IsMissing)
            Add((string?)null);
        else if (IsText)
            Add(cell.Text);
        else if (cell.IsMissing)
            Add(double.NaN);
        else if (Kind == ColumnKind.Date)
        {
            if (
                !DateCell.TryParse(cell.Text, Order ?? DateOrder.DayMonthYear, out var seconds, out var spelling)
                || Order is null && spelling!.Order is not ("" or "ymd")
            )
                return false;
            Add(seconds);
        }
        else if (cell.TryNumber(rules, out var number) && double.IsFinite(number))
            Add(number);
        else
            return false;
        return true;
    }

    /// <summary>
    /// Removes all rows, before the next part of a file is read, and the texts of categories; the two values of a Boolean column keep their spelling.
    /// </summary>
    public void Clear()
    {
        _numbers.Clear();
        _codes.Clear();
        if (Kind != ColumnKind.Boolean)
            _texts.Clear();
    }
}
