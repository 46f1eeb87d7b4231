using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Measures;

/// <summary>A column and its entropy.</summary>
/// <param name="Column">The column.</param>
/// <param name="Entropy">Entropy of the column; null if it could not be measured, and then <paramref name="Problem"/> says why.</param>
/// <param name="Problem">Reason why there is no entropy; null if there is one.</param>
public sealed record ColumnEntropy(MeasuredColumn Column, MeasuredFigure? Entropy, Wording? Problem);

/// <summary>Two columns and their mutual information.</summary>
/// <param name="X">Index of the first column.</param>
/// <param name="Y">Index of the second column.</param>
/// <param name="Information">I(X;Y); null if it could not be measured, and then <paramref name="Problem"/> says why.</param>
/// <param name="AdjustedPValue">The p-value by Benjamini and Hochberg over all pairs; null without a test.</param>
/// <param name="Problem">Reason why there is no value; null if there is one.</param>
public sealed record ColumnPair(int X, int Y, MeasuredFigure? Information, double? AdjustedPValue, Wording? Problem)
{
    /// <summary>True if the dependence is significant at 5 %; without a test, true if there is a value.</summary>
    public bool IsFound => Information is not null && AdjustedPValue is not > RankedColumn.Level;

    /// <summary>sqrt(1 - exp(-2 I)): the correlation of a normal pair with this information (Linfoot 1957), 0 to 1.</summary>
    public double Strength => Information is { } figure ? Math.Sqrt(1 - Math.Exp(-2 * figure.Shown.Value)) : double.NaN;
}

/// <summary>
/// The entropy of every column of a table and the information of every pair, each on its complete rows, by <see cref="AutoEntropy"/> and
/// <see cref="AutoMutualInformation"/>.
/// </summary>
/// <remarks>
/// Independence is tested by permutations of the plug-in information of symbols, numbers cut into N^(1/3) classes of equal
/// mass, on at most 5,000 rows (<see cref="ClassTest"/>): a valid test whatever the estimator of the figure.
/// </remarks>
public sealed class PairwiseInformation
{
    /// <summary>Largest number of columns.</summary>
    public const int MostColumns = 100;

    private const int FewPairs = 200;

    private PairwiseInformation(MeasuredTable table, IReadOnlyList<ColumnEntropy> columns, IReadOnlyList<ColumnPair> pairs, int permutations, int seed) =>
        (Table, Columns, Pairs, Permutations, Seed) = (table, columns, pairs, permutations, seed);

    /// <summary>Table that was measured.</summary>
    public MeasuredTable Table { get; }

    /// <summary>Columns in order, with their entropies.</summary>
    public IReadOnlyList<ColumnEntropy> Columns { get; }

    /// <summary>All pairs of columns, X before Y.</summary>
    public IReadOnlyList<ColumnPair> Pairs { get; }

    /// <summary>Number of permutations of each test.</summary>
    public int Permutations { get; }

    /// <summary>Random seed of the tests.</summary>
    public int Seed { get; }

    /// <summary>Measures all columns and pairs.</summary>
    /// <param name="table">At most <see cref="MostColumns"/> columns.</param>
    /// <param name="options">Neighbours, permutations (null: 999, or 199 above 200 pairs), seed, threads; the estimator is auto.</param>
    /// <param name="progress">Receiver of the fraction done, 0 to 1, from several threads.</param>
    /// <param name="cancellationToken">Stops between two pairs.</param>
    /// <exception cref="InvalidInputException">Too many columns.</exception>
    public static PairwiseInformation Of(
        MeasuredTable table,
        MeasureOptions options,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var width = table.Columns.Count;
        if (width > MostColumns)
            throw new InvalidInputException(
                table.Name,
                $"has {width} columns, which make {width * (width - 1) / 2} pairs; the matrix takes at most {MostColumns} columns",
                $"choose some with {OptionNames.Columns}, or rank all against one with {OptionNames.Target}",
                OptionNames.Columns
            );
        ColumnEntropy[] columns = [.. table.Columns.Select(column => Entropy(table, column, options))];
        (int X, int Y)[] pairs = [.. Enumerable.Range(0, width).SelectMany(x => Enumerable.Range(x + 1, width - x - 1).Select(y => (x, y)))];
        var permutations = options.Permutations ?? (pairs.Length <= FewPairs ? 999 : 199);
        var figures = new ColumnPair[pairs.Length];
        var done = 0;
        // A pair a thread: results do not depend on threads, and short ones would wait for one another otherwise.
        var each = options with { Threads = 1, Permutations = permutations };
        Parallel.For(
            0,
            pairs.Length,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = options.Threads > 0 ? options.Threads : Environment.ProcessorCount,
                CancellationToken = cancellationToken,
            },
            i =>
            {
                figures[i] = Pair(table, pairs[i].X, pairs[i].Y, each, cancellationToken);
                if (Interlocked.Increment(ref done) is var count && count < pairs.Length)
                    progress?.Report(count / (double)pairs.Length);
            }
        );
        int[] tested = [.. Enumerable.Range(0, figures.Length).Where(i => figures[i].Information?.PValue is not null)];
        foreach (var (i, adjusted) in tested.Zip(BenjaminiHochberg.Adjust([.. tested.Select(i => figures[i].Information!.PValue!.Value)])))
            figures[i] = figures[i] with { AdjustedPValue = adjusted };
        return new(table, columns, figures, permutations, options.Seed);
    }

    private static ColumnEntropy Entropy(MeasuredTable table, MeasuredColumn column, MeasureOptions options)
    {
        try
        {
            return new(column, InformationMeasure.Entropy(table, [column], null, new() { K = options.K, Threads = options.Threads }), null);
        }
        catch (InvalidInputException e)
        {
            return new(column, null, e.Sentence);
        }
    }

    private static ColumnPair Pair(MeasuredTable table, int x, int y, MeasureOptions options, CancellationToken cancellationToken)
    {
        try
        {
            MeasuredColumn one = table.Columns[x],
                other = table.Columns[y];
            var figure = InformationMeasure.MutualInformation(table, [one], [other], null, options with { Permutations = 0 }, cancellationToken);
            if (options.Permutations > 0)
                figure = figure with
                {
                    PValue = ClassTest.PValue(table, one, other, options.Permutations.Value, options.Seed),
                    Permutations = options.Permutations.Value,
                };
            return new(x, y, figure, null, null);
        }
        catch (InvalidInputException e)
        {
            return new(x, y, null, null, e.Sentence);
        }
    }
}
