namespace Isthmus.Data.Cells;

/// <summary>Named column of a table to be written: numbers, whole numbers or texts.</summary>
public sealed record Column
{
    private readonly float[] _numbers = [];
    private readonly int[] _wholes = [];
    private readonly IReadOnlyList<string?> _texts = [];

    /// <summary>Creates a column of numbers.</summary>
    public Column(string name, float[] numbers) => (Name, _numbers, Count, Type) = (name, numbers, numbers.Length, "FLOAT");

    /// <summary>Creates a column of whole numbers.</summary>
    public Column(string name, int[] wholes) => (Name, _wholes, Count, Type) = (name, wholes, wholes.Length, "INTEGER");

    /// <summary>Creates a column of texts, null for a missing value.</summary>
    public Column(string name, IReadOnlyList<string?> texts) => (Name, _texts, Count, Type) = (name, texts, texts.Count, "VARCHAR");

    /// <summary>Creates a column of texts that become another type in a file with types.</summary>
    /// <param name="name">Name.</param>
    /// <param name="texts">Cells.</param>
    /// <param name="type">DuckDB's name of the type.</param>
    public Column(string name, IReadOnlyList<string?> texts, string type)
        : this(name, texts) => Cast = type;

    /// <summary>Name of the column.</summary>
    public string Name { get; }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>True if its cells are texts.</summary>
    public bool IsText => Type == "VARCHAR";

    /// <summary>True if its cells are whole numbers.</summary>
    public bool IsWhole => Type == "INTEGER";

    /// <summary>DuckDB's name of the type of its cells in a file.</summary>
    internal string Type { get; }

    /// <summary>DuckDB's name of the type that its texts are converted to in a file with types; null for none.</summary>
    internal string? Cast { get; }

    /// <summary>Returns the number in a row; only for a column of numbers.</summary>
    public float Number(int row) => _numbers[row];

    /// <summary>Returns the whole number in a row; only for a column of whole numbers.</summary>
    public int Whole(int row) => _wholes[row];

    /// <summary>Returns the text in a row, null if it is missing; only for a column of texts.</summary>
    public string? Text(int row) => _texts[row];

    /// <summary>Returns the cell in a row as words; numbers to three digits.</summary>
    internal string Words(int row) =>
        IsText ? Text(row) ?? ""
        : IsWhole ? NumberText.Of(Whole(row))
        : NumberText.Of(Number(row), 3);

    /// <summary>Texts of the rows, null for a missing value; empty for a column of numbers.</summary>
    internal IReadOnlyList<string?> Texts => _texts;

    /// <summary>Name of the first column of tables of codes, which holds row numbers from 1.</summary>
    internal const string RowNumbers = "row";
}
