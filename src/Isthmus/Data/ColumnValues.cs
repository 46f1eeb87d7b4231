using System.Runtime.InteropServices;

namespace Isthmus.Data;

/// <summary>The cells of one column of a table: numbers (dates as seconds since 1970), or texts as numbers into a list of the different ones. A blank cell is a value of its own.</summary>
/// <param name="name">The column's name.</param>
/// <param name="kind">What the cells are.</param>
/// <param name="type">The type of the cells in a file that has types, as DuckDB names it: "SMALLINT".</param>
public sealed class ColumnValues(string name, ColumnKind kind, string? type = null)
{
    private readonly List<double> _numbers = [];
    private readonly List<int> _codes = [];
    private readonly DistinctTexts _texts = new();

    /// <summary>The column's name.</summary>
    public string Name { get; } = name;

    /// <summary>What the cells are.</summary>
    public ColumnKind Kind { get; } = kind;

    /// <summary>The type of the cells in a file that has types, as DuckDB names it; null of texts.</summary>
    public string? Type { get; } = type;

    /// <summary>Whether cells are texts; otherwise they are numbers.</summary>
    public bool IsText => Kind is ColumnKind.Boolean or ColumnKind.Category;

    /// <summary>Rows.</summary>
    public int Count => IsText ? _codes.Count : _numbers.Count;

    /// <summary>The different texts, in the order they came.</summary>
    public IReadOnlyList<string> Texts => _texts.Texts;

    /// <summary>The numbers, NaN for a blank cell.</summary>
    public ReadOnlySpan<double> Numbers => CollectionsMarshal.AsSpan(_numbers);

    /// <summary>The texts by their place in <see cref="Texts"/>, -1 for a blank cell.</summary>
    public ReadOnlySpan<int> Codes => CollectionsMarshal.AsSpan(_codes);

    /// <summary>Adds a cell of a column of numbers; NaN for a blank one.</summary>
    public void Add(double number) => _numbers.Add(number);

    /// <summary>Adds a cell of a column of texts; null for a blank one.</summary>
    public void Add(string? text) => _codes.Add(text is null ? -1 : _texts.NumberOf(text));

    /// <summary>Forgets the rows, so that the next part of a file can be read.</summary>
    public void Clear()
    {
        _numbers.Clear();
        _codes.Clear();
    }
}
