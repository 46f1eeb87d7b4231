namespace Isthmus.Data.Cells;

/// <summary>Some rows of a table: on a model's scale, and as they stand in the file. It stays as it is while the next rows are read.</summary>
internal sealed class TablePart
{
    private readonly double[]?[] _numbers;
    private readonly string?[]?[] _texts;

    /// <summary>Takes the rows that were read last.</summary>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    /// <param name="columns">The model's columns.</param>
    /// <param name="beside">Columns of the file that say which row it is.</param>
    public TablePart(float[] rows, IReadOnlyList<ColumnBuffer> columns, IReadOnlyList<ColumnBuffer> beside)
    {
        Rows = rows;
        _numbers = [.. columns.Select(column => column.IsText ? null : column.Numbers.ToArray())];
        _texts = [.. columns.Select(column => column.IsText ? Texts(column) : null)];
        Beside = [.. beside.Select(column => new Column(column.Name, Texts(column)))];
    }

    /// <summary>N x D numbers on the model's scale.</summary>
    public float[] Rows { get; }

    /// <summary>The columns that say which row it is.</summary>
    public IReadOnlyList<Column> Beside { get; }

    /// <summary>A number in the column's own unit, seconds of a date; NaN of a missing cell, and of a column of texts.</summary>
    public double Number(int column, int row) => _numbers[column]?[row] ?? double.NaN;

    /// <summary>A text as it stands in the file; null of a missing cell, and of a column of numbers.</summary>
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
