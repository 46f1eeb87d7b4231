namespace Isthmus.Data.Cells;

/// <summary>A named column of a table to be written: of numbers, of whole numbers or of texts.</summary>
public sealed record Column
{
    private readonly float[] _numbers = [];
    private readonly int[] _wholes = [];
    private readonly IReadOnlyList<string?> _texts = [];

    /// <summary>A column of numbers.</summary>
    public Column(string name, float[] numbers) => (Name, _numbers, Count, Type) = (name, numbers, numbers.Length, "FLOAT");

    /// <summary>A column of whole numbers.</summary>
    public Column(string name, int[] wholes) => (Name, _wholes, Count, Type) = (name, wholes, wholes.Length, "INTEGER");

    /// <summary>A column of texts, null for a missing one.</summary>
    public Column(string name, IReadOnlyList<string?> texts) => (Name, _texts, Count, Type) = (name, texts, texts.Count, "VARCHAR");

    /// <summary>A column of texts that a file with types has as something else.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="texts">Its cells.</param>
    /// <param name="type">The type, as DuckDB names it.</param>
    public Column(string name, IReadOnlyList<string?> texts, string type)
        : this(name, texts) => Cast = type;

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>Whether its cells are texts.</summary>
    public bool IsText => Type == "VARCHAR";

    /// <summary>Whether its cells are whole numbers.</summary>
    public bool IsWhole => Type == "INTEGER";

    /// <summary>The type of its cells in a file, as DuckDB names it.</summary>
    internal string Type { get; }

    /// <summary>What texts are taken for where a file has types; null for what they are.</summary>
    internal string? Cast { get; }

    /// <summary>The number in a row; only of a column of numbers.</summary>
    public float Number(int row) => _numbers[row];

    /// <summary>The whole number in a row; only of a column of such.</summary>
    public int Whole(int row) => _wholes[row];

    /// <summary>The text in a row, null of a missing one; only of a column of texts.</summary>
    public string? Text(int row) => _texts[row];

    /// <summary>Name of the column of row numbers, 1 for the first, that tables of codes begin with.</summary>
    internal const string RowNumbers = "row";
}
