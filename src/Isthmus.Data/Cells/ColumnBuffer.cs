using System.Runtime.InteropServices;

namespace Isthmus.Data.Cells;

/// <summary>
/// The cells of one column of a table: numbers (dates as seconds since 1970), or texts as numbers into a list of the different ones. A missing cell is a value
/// of its own.
/// </summary>
/// <param name="name">The column's name.</param>
/// <param name="kind">What the cells are.</param>
/// <param name="type">The type of the cells in a file that has types, as DuckDB names it: "SMALLINT".</param>
public sealed class ColumnBuffer(string name, ColumnKind kind, string? type = null)
{
    private readonly List<double> _numbers = [];
    private readonly List<int> _codes = [];

    // Two values are two, however they are spelt; of categories a file says which spellings are one.
    private readonly DistinctTexts _texts = new(byValue: kind == ColumnKind.Boolean);

    /// <summary>The column's name.</summary>
    public string Name { get; } = name;

    /// <summary>What the cells are.</summary>
    public ColumnKind Kind { get; } = kind;

    /// <summary>The type of the cells in a file that has types, as DuckDB names it; null of texts.</summary>
    public string? Type { get; } = type;

    /// <summary>How the file writes its numbers; null where it has types, or is not known.</summary>
    internal NumberSpelling? Spelling { get; init; }

    /// <summary>How the file writes its dates; null where it is not known.</summary>
    internal DateSpelling? Dates { get; init; }

    /// <summary>The order of dates that do not begin with the year; null where it is not known yet.</summary>
    internal DateOrder? Order { get; set; }

    /// <summary>Whether cells are texts; otherwise they are numbers.</summary>
    public bool IsText => Kind is ColumnKind.Boolean or ColumnKind.Category;

    /// <summary>Rows.</summary>
    public int Count => IsText ? _codes.Count : _numbers.Count;

    /// <summary>The different texts, in the order they came.</summary>
    public IReadOnlyList<string> Texts => _texts.Texts;

    /// <summary>The numbers, NaN for a missing cell.</summary>
    public ReadOnlySpan<double> Numbers => CollectionsMarshal.AsSpan(_numbers);

    /// <summary>The texts by their place in <see cref="Texts"/>, -1 for a missing cell.</summary>
    public ReadOnlySpan<int> Codes => CollectionsMarshal.AsSpan(_codes);

    /// <summary>Adds a cell of a column of numbers; NaN for a missing one.</summary>
    public void Add(double number) => _numbers.Add(number);

    /// <summary>Adds a cell of a column of texts; null for a missing one.</summary>
    public void Add(string? text) => _codes.Add(text is null ? -1 : _texts.NumberOf(text));

    /// <summary>Adds a cell of a column of texts.</summary>
    internal void Add(ReadOnlySpan<byte> text) => _codes.Add(_texts.NumberOf(text));

    /// <summary>
    /// Adds a cell as the column's kind has it; false where it is no finite number, or no date of the column's order. Where the order is not known
    /// yet, only dates that need none are taken.
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

    /// <summary>Puts the rows in another order.</summary>
    internal void Reorder(int[] order)
    {
        if (IsText)
            Reorder(_codes, order);
        else
            Reorder(_numbers, order);
    }

    private static void Reorder<T>(List<T> cells, int[] order)
    {
        var before = cells.ToArray();
        for (var row = 0; row < order.Length; row++)
            cells[row] = before[order[row]];
    }

    /// <summary>Forgets the rows, so that the next part of a file can be read.</summary>
    public void Clear()
    {
        _numbers.Clear();
        _codes.Clear();
    }
}
