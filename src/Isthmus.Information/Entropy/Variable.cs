using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// A sample of a random variable: one or more columns taken together, each of symbols, of numbers, or of numbers counted as symbols. Input of the estimators
/// that choose their method from the data.
/// </summary>
public sealed class Variable
{
    // Normal scores of as many rows as memory holds lie within 8 of 0, so symbols this far apart are never neighbours.
    private const double Apart = 100;

    private readonly Column[] _columns;

    private Variable(Column[] columns) => _columns = columns;

    /// <summary>Number of rows, N.</summary>
    public int Rows => _columns[0].Symbols?.Rows ?? _columns[0].Numbers!.Length;

    /// <summary>Number of columns.</summary>
    public int Dimensions => _columns.Length;

    /// <summary>True if every column is counted: symbols, or numbers given by <see cref="OfCountedNumbers"/>.</summary>
    public bool IsDiscrete => _columns.All(column => column.Symbols is not null);

    /// <summary>True if no column is counted.</summary>
    public bool IsContinuous => _columns.All(column => column.Symbols is null);

    /// <summary>True if every column holds numbers, counted or not.</summary>
    public bool HasNumbers => _columns.All(column => column.Numbers is not null);

    /// <summary>True if all rows are equal.</summary>
    public bool IsConstant =>
        _columns.All(column => column.Symbols?.Symbols == 1 || (column.Numbers is { } numbers && Array.TrueForAll(numbers, number => number == numbers[0])));

    /// <summary>Creates a variable from a column of symbols.</summary>
    public static Variable OfSymbols(DiscreteColumn column) => new([new(column, null)]);

    /// <summary>Creates a variable from columns of finite numbers.</summary>
    /// <exception cref="ArgumentException">As <see cref="Points.FromColumns"/>.</exception>
    public static Variable OfNumbers(params double[][] columns)
    {
        Points.FromColumns(columns);
        return new([.. columns.Select(column => new Column(null, column))]);
    }

    /// <summary>Creates a variable from numbers that are counted as symbols: whole numbers, grades, and other values that recur.</summary>
    /// <exception cref="ArgumentException">As <see cref="Points.FromColumns"/>.</exception>
    public static Variable OfCountedNumbers(double[] column)
    {
        Points.FromColumns(column);
        return new([new(DiscreteColumn.Of<double>(column), column)]);
    }

    /// <summary>
    /// Creates a variable from numbers by a rule of thumb: counted as symbols if D^2 is at most N for D distinct values, or if there are only two; otherwise
    /// taken as measured.
    /// </summary>
    /// <exception cref="ArgumentException">As <see cref="Points.FromColumns"/>.</exception>
    public static Variable OfNumbersByRule(double[] column)
    {
        var distinct = (long)column.Distinct().Count();
        return distinct <= 2 || distinct * distinct <= column.Length ? OfCountedNumbers(column) : OfNumbers(column);
    }

    /// <summary>Joins several variables to one.</summary>
    /// <exception cref="ArgumentException">None, or unequal numbers of rows.</exception>
    public static Variable Join(params IReadOnlyList<Variable> parts)
    {
        if (parts.Count == 0)
            throw new ArgumentException("A joint variable needs at least one part; there is none.");
        foreach (var part in parts)
            if (part.Rows != parts[0].Rows)
                throw new ArgumentException(
                    $"Variables measured together need equal numbers of rows; the first has {parts[0].Rows} and another has {part.Rows}."
                );
        return new([.. parts.SelectMany(part => part._columns)]);
    }

    /// <summary>Returns the given rows, in that order.</summary>
    public Variable Take(int[] rows) =>
        new([
            .. _columns.Select(column => new Column(column.Symbols?.Take(rows), column.Numbers is { } numbers ? [.. rows.Select(row => numbers[row])] : null)),
        ]);

    /// <summary>Returns all columns as one column of symbols; each distinct number counts as a symbol.</summary>
    public DiscreteColumn Symbols() => DiscreteColumn.Join([.. _columns.Select(column => column.Symbols ?? DiscreteColumn.Of<double>(column.Numbers!))]);

    /// <summary>Returns all columns as numbers.</summary>
    /// <exception cref="ArgumentException">A column holds symbols that are no numbers.</exception>
    public Points Numbers() =>
        HasNumbers
            ? Points.FromColumns([.. _columns.Select(column => column.Numbers!)])
            : throw new ArgumentException("This estimator takes columns of numbers; one holds symbols that are no numbers.");

    /// <summary>
    /// Returns all columns as points with meaningful nearest neighbours: numbers as normal scores of their ranks, symbols so far apart that unequal ones are
    /// farther than any two numbers. Both maps are one-to-one, so information is unchanged.
    /// </summary>
    public Points Embedded() =>
        Points.FromColumns([
            .. _columns.Select(column =>
                column.Symbols is { } symbols
                    ? Array.ConvertAll(symbols.Codes.ToArray(), code => Apart * code)
                    : RankGaussian.Transform(column.Numbers!)[0].ToArray()
            ),
        ]);

    /// <summary>
    /// Returns the points of <see cref="Embedded()"/>, but equal numbers take successive ranks in random order, so that no two are equal; information is still
    /// unchanged.
    /// </summary>
    /// <param name="seed">Random seed for the order of ties; use another for each variable.</param>
    internal Points Embedded(int seed) =>
        Points.FromColumns([
            .. _columns.Select(
                (column, i) =>
                    column.Symbols is { } symbols
                        ? Array.ConvertAll(symbols.Codes.ToArray(), code => Apart * code)
                        : RankGaussian.Spread(column.Numbers!, seed + 100 * i)
            ),
        ]);

    /// <summary>Returns the variable with measured numbers replaced by normal scores of their ranks; information is unchanged.</summary>
    public Variable Ranked() =>
        new([.. _columns.Select(column => column.Symbols is null ? new Column(null, RankGaussian.Transform(column.Numbers!)[0].ToArray()) : column)]);

    /// <summary>
    /// Returns the fraction of rows with a value that more than <paramref name="k"/> rows have, in the worst of the columns that are not counted; 0 if there is
    /// none.
    /// </summary>
    public double TiedFraction(int k) =>
        _columns
            .Where(column => column.Symbols is null)
            .Select(column => DiscreteColumn.Of<double>(column.Numbers!).Counts().Where(count => count > k).Sum() / (double)Rows)
            .DefaultIfEmpty(0)
            .Max();

    /// <summary>Returns the fraction of rows that equal at least <paramref name="k"/> others in every column.</summary>
    public double EqualRowsFraction(int k) => Symbols().Counts().Where(count => count > k).Sum() / (double)Rows;

    private sealed record Column(DiscreteColumn? Symbols, double[]? Numbers);
}
