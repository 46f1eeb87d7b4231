using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// A random variable as its rows show it: one or more columns taken together, each of symbols, of numbers, or of numbers
/// that are counted as symbols. What the estimators that choose for themselves take.
/// </summary>
public sealed class Variable
{
    // Normal scores of as many rows as memory holds lie within 8 of 0, so symbols this far apart are never neighbours.
    private const double Apart = 100;

    private readonly Column[] _columns;

    private Variable(Column[] columns) => _columns = columns;

    /// <summary>Rows, N.</summary>
    public int Rows => _columns[0].Symbols?.Rows ?? _columns[0].Numbers!.Length;

    /// <summary>Columns taken together.</summary>
    public int Dimensions => _columns.Length;

    /// <summary>Whether every column is to be counted: symbols, or numbers given by <see cref="OfCountedNumbers"/>.</summary>
    public bool IsDiscrete => _columns.All(column => column.Symbols is not null);

    /// <summary>Whether no column is to be counted.</summary>
    public bool IsContinuous => _columns.All(column => column.Symbols is null);

    /// <summary>Whether every column holds numbers, counted or not.</summary>
    public bool HasNumbers => _columns.All(column => column.Numbers is not null);

    /// <summary>Whether all rows are equal.</summary>
    public bool IsConstant =>
        _columns.All(column => column.Symbols?.Symbols == 1 || (column.Numbers is { } numbers && Array.TrueForAll(numbers, number => number == numbers[0])));

    /// <summary>A column of symbols.</summary>
    public static Variable OfSymbols(DiscreteColumn column) => new([new(column, null)]);

    /// <summary>Columns of numbers, finite ones.</summary>
    /// <exception cref="ArgumentException">As <see cref="Points.FromColumns"/>.</exception>
    public static Variable OfNumbers(params double[][] columns)
    {
        Points.FromColumns(columns);
        return new([.. columns.Select(column => new Column(null, column))]);
    }

    /// <summary>A column of numbers that are counted as symbols: whole numbers, grades, and other values that come again and again.</summary>
    /// <exception cref="ArgumentException">As <see cref="Points.FromColumns"/>.</exception>
    public static Variable OfCountedNumbers(double[] column)
    {
        Points.FromColumns(column);
        return new([new(DiscreteColumn.Of<double>(column), column)]);
    }

    /// <summary>
    /// Numbers as the rule of thumb takes them: counted where values come again as often as there are values
    /// (D^2 at most N, D of them distinct), or where there are only two; otherwise as measured.
    /// </summary>
    /// <exception cref="ArgumentException">As <see cref="Points.FromColumns"/>.</exception>
    public static Variable OfNumbersByRule(double[] column)
    {
        var distinct = (long)column.Distinct().Count();
        return distinct <= 2 || distinct * distinct <= column.Length ? OfCountedNumbers(column) : OfNumbers(column);
    }

    /// <summary>Several variables taken as one.</summary>
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

    /// <summary>The rows of these numbers, in that order.</summary>
    public Variable Take(int[] rows) =>
        new([
            .. _columns.Select(column => new Column(column.Symbols?.Take(rows), column.Numbers is { } numbers ? [.. rows.Select(row => numbers[row])] : null)),
        ]);

    /// <summary>All columns as one column of symbols; numbers count as the symbols of their values.</summary>
    public DiscreteColumn Symbols() => DiscreteColumn.Join([.. _columns.Select(column => column.Symbols ?? DiscreteColumn.Of<double>(column.Numbers!))]);

    /// <summary>All columns as numbers.</summary>
    /// <exception cref="ArgumentException">A column holds symbols that are no numbers.</exception>
    public Points Numbers() =>
        HasNumbers
            ? Points.FromColumns([.. _columns.Select(column => column.Numbers!)])
            : throw new ArgumentException("This estimator takes columns of numbers; one holds symbols that are no numbers.");

    /// <summary>
    /// All columns as points whose nearest neighbours mean something: numbers as normal scores of their ranks, symbols so far
    /// apart that unlike ones are beyond every number. Both maps are one-to-one, so information is unchanged.
    /// </summary>
    public Points Embedded() =>
        Points.FromColumns([
            .. _columns.Select(column =>
                column.Symbols is { } symbols
                    ? Array.ConvertAll(symbols.Codes.ToArray(), code => Apart * code)
                    : RankGaussian.Transform(column.Numbers!)[0].ToArray()
            ),
        ]);

    /// <summary>The same, but equal numbers take successive ranks, in an order drawn by lot, so that none are equal; information is unchanged still.</summary>
    /// <param name="seed">Of the lot; another one for each variable.</param>
    internal Points Embedded(int seed) =>
        Points.FromColumns([
            .. _columns.Select(
                (column, i) =>
                    column.Symbols is { } symbols
                        ? Array.ConvertAll(symbols.Codes.ToArray(), code => Apart * code)
                        : RankGaussian.Spread(column.Numbers!, seed + 100 * i)
            ),
        ]);

    /// <summary>The same with columns of measured numbers as normal scores of their ranks; information is unchanged.</summary>
    public Variable Ranked() =>
        new([.. _columns.Select(column => column.Symbols is null ? new Column(null, RankGaussian.Transform(column.Numbers!)[0].ToArray()) : column)]);

    /// <summary>
    /// The share of rows that have a value more than <paramref name="k"/> rows share, in the worst of the columns that are not counted; 0 if there is none.
    /// </summary>
    public double TiedShare(int k) =>
        _columns
            .Where(column => column.Symbols is null)
            .Select(column => DiscreteColumn.Of<double>(column.Numbers!).Counts().Where(count => count > k).Sum() / (double)Rows)
            .DefaultIfEmpty(0)
            .Max();

    /// <summary>The share of rows that more than <paramref name="k"/> rows are equal to in every column, themselves among them.</summary>
    public double EqualRows(int k) => Symbols().Counts().Where(count => count > k).Sum() / (double)Rows;

    private sealed record Column(DiscreteColumn? Symbols, double[]? Numbers);
}
