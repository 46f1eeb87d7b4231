namespace Isthmus.Data.Cells;

/// <summary>Some rows of a table, on the model's scale and as in the file. It stays unchanged while the next rows are read.</summary>
internal sealed class TablePart
{
    private readonly double[]?[] _numbers;
    private readonly string?[]?[] _texts;

    /// <summary>Copies the rows that were read last.</summary>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    /// <param name="columns">The model's columns.</param>
    /// <param name="beside">Columns of the file that identify rows.</param>
    public TablePart(float[] rows, IReadOnlyList<ColumnBuffer> columns, IReadOnlyList<ColumnBuffer> beside)
    {
        Rows = rows;
        _numbers = [.. columns.Select(column => column.IsText ? null : column.Numbers.ToArray())];
        _texts = [.. columns.Select(column => column.IsText ? Texts(column) : null)];
        Beside = [.. beside.Select(column => new Column(column.Name, Texts(column)))];
    }

    /// <summary>N x D numbers on the model's scale.</summary>
    public float[] Rows { get; }

    /// <summary>Columns that identify rows.</summary>
    public IReadOnlyList<Column> Beside { get; }

    /// <summary>Returns a number in the column's own unit, for dates seconds; NaN for a missing value, and for a column of texts.</summary>
    public double Number(int column, int row) => _numbers[column]?[row] ?? double.NaN;

    /// <summary>Returns a text as in the file; null for a missing value, and for a column of numbers.</summary>
    public string? Text(int column, int row) => _texts[column]?[row];

    private static string?[] Texts(ColumnBuffer column)
    {
        var texts = new string?[column.Count];
        var codes = column.Codes;
        for (var row = 0; row < texts.Length; row++)
            texts[row] = codes[row] < 0 ? null : column.Texts[codes[row]];
        return texts;
    }
}
