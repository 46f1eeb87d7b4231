using System.Globalization;
namespace Isthmus.Information.Numerics;

/// <summary>
/// N observations of d continuous variables: finite numbers, checked once. Input of the continuous estimators; a single column (<c>double[]</c>) converts
/// implicitly.
/// </summary>
public sealed class Points
{
    // Beyond this a difference of two values may overflow.
    private const double Largest = 1e300;
    private readonly double[][] _columns;

    private Points(double[][] columns) => _columns = columns;

    /// <summary>Number of observations (rows), N.</summary>
    public int Count => _columns[0].Length;

    /// <summary>Number of variables (columns), d.</summary>
    public int Dimensions => _columns.Length;

    /// <summary>Values of a column.</summary>
    public ReadOnlySpan<double> this[int column] => _columns[column];

    /// <summary>True if all rows are equal.</summary>
    internal bool IsConstant => _columns.All(column => column.AsSpan().IndexOfAnyExcept(column[0]) < 0);

    /// <summary>Creates points from a copy of the columns given.</summary>
    /// <exception cref="ArgumentException">No column, no row, unequal lengths, or a value that is not finite (row and column are named, from 0).</exception>
    public static Points FromColumns(params double[][] columns)
    {
        if (columns.Length == 0)
            throw new ArgumentException("Points need at least one column; none was given.", nameof(columns));
        for (var c = 0; c < columns.Length; c++)
        {
            if (columns[c].Length != columns[0].Length)
                throw new ArgumentException(
                    $"Columns need equal lengths; column 0 has {columns[0].Length} rows and column {c} has {columns[c].Length}.",
                    nameof(columns)
                );
            for (var r = 0; r < columns[c].Length; r++)
                if (!(Math.Abs(columns[c][r]) <= Largest))
                    throw new ArgumentException(
                        string.Create(CultureInfo.InvariantCulture,
                            $"Points need finite values of at most {Largest:0e0} in size; row {r}, column {c} is {columns[c][r]}. Drop the row or fill the gap "
                                + $"first."
                        ),
                        nameof(columns)
                    );
        }
        return columns[0].Length > 0
            ? new([.. columns.Select(column => (double[])column.Clone())])
            : throw new ArgumentException("Points need at least one row; none was given.", nameof(columns));
    }

    /// <summary>Creates points from rows laid one after another: value of row r, column c at r * <paramref name="dimensions"/> + c.</summary>
    /// <exception cref="ArgumentException">As <see cref="FromColumns"/>; or a length that is no multiple of the dimensions.</exception>
    public static Points FromRows(ReadOnlySpan<double> values, int dimensions)
    {
        if (dimensions <= 0 || values.Length % dimensions != 0)
            throw new ArgumentException($"Rows need {dimensions} values each, and at least one; {values.Length} values do not divide so.", nameof(dimensions));
        var columns = new double[dimensions][];
        for (var c = 0; c < dimensions; c++)
        {
            columns[c] = new double[values.Length / dimensions];
            for (var r = 0; r < columns[c].Length; r++)
                columns[c][r] = values[r * dimensions + c];
        }
        return FromColumns(columns);
    }

    /// <summary>Creates points of one variable.</summary>
    public static implicit operator Points(double[] column) => FromColumns(column);

    /// <summary>Joins the columns of several sets side by side.</summary>
    /// <exception cref="ArgumentException">Unequal numbers of rows.</exception>
    public static Points Join(params Points[] parts)
    {
        foreach (var part in parts)
            if (part.Count != parts[0].Count)
                throw new ArgumentException(
                    $"Variables measured together need equal numbers of rows; the first has {parts[0].Count} and another has {part.Count}.",
                    nameof(parts)
                );
        return new([.. parts.SelectMany(part => part._columns)]);
    }

    /// <summary>Returns the given rows, in that order.</summary>
    public Points Rows(ReadOnlySpan<int> rows)
    {
        if (rows.Length == 0)
            throw new ArgumentException("Points need at least one row; none was chosen.", nameof(rows));
        var columns = new double[Dimensions][];
        for (var c = 0; c < columns.Length; c++)
        {
            columns[c] = new double[rows.Length];
            for (var r = 0; r < rows.Length; r++)
                columns[c][r] = _columns[c][rows[r]];
        }
        return new(columns);
    }

    /// <summary>Returns consecutive rows.</summary>
    internal Points Slice(int start, int length) => new([.. _columns.Select(column => column.AsSpan(start, length).ToArray())]);

    /// <summary>Applies a function to each whole column.</summary>
    internal Points Map(Func<double[], double[]> column) => new([.. _columns.Select(column)]);

    /// <summary>Returns all values, row after row.</summary>
    internal double[] RowMajor(ReadOnlySpan<int> order)
    {
        var rows = new double[order.Length * Dimensions];
        for (var c = 0; c < Dimensions; c++)
        {
            var column = _columns[c];
            for (var r = 0; r < order.Length; r++)
                rows[r * Dimensions + c] = column[order[r]];
        }
        return rows;
    }
}
