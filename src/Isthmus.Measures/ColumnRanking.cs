using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Measures;

/// <summary>A column and its information about the target.</summary>
/// <param name="Column">The column.</param>
/// <param name="Information">I(column; target); null if it could not be measured, and then <paramref name="Problem"/> says why.</param>
/// <param name="AdjustedPValue">The p-value by Benjamini and Hochberg over all columns; null without a test.</param>
/// <param name="Problem">Reason why there is no value; null if there is one.</param>
public sealed record RankedColumn(MeasuredColumn Column, MeasuredFigure? Information, double? AdjustedPValue, Wording? Problem)
{
    /// <summary>Significance level: the largest adjusted p-value at which a column counts as dependent on the target.</summary>
    public const double Level = 0.05;

    /// <summary>True if the dependence on the target is significant; without a test, true if there is a value.</summary>
    public bool IsFound => Information is not null && AdjustedPValue is not > Level;
}

/// <summary>Ranks columns by their information about a target, and selects the few that predict it best together.</summary>
public static class ColumnRanking
{
    // The smallest p-value of a test must stay far below the level when it is adjusted for all columns.
    private const int FewestPermutations = 999,
        PermutationsPerColumn = 40;

    /// <summary>Ranks every candidate: significant ones first, and among them the one with most information first.</summary>
    /// <remarks>Independence is tested by permutations of the plug-in information of classes, as for all pairs of a table.</remarks>
    /// <param name="table">The table.</param>
    /// <param name="target">The target.</param>
    /// <param name="candidates">The columns to rank.</param>
    /// <param name="options">Estimator and test; permutations null: 999, or 40 a column if that is more.</param>
    /// <param name="progress">Receiver of the fraction done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops between two columns.</param>
    /// <exception cref="InvalidInputException">The estimator fits no candidate.</exception>
    public static IReadOnlyList<RankedColumn> Rank(
        MeasuredTable table,
        MeasuredColumn target,
        IReadOnlyList<MeasuredColumn> candidates,
        MeasureOptions options,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var ranked = new List<RankedColumn>();
        var permutations = options.Permutations ?? Math.Max(FewestPermutations, PermutationsPerColumn * candidates.Count);
        foreach (var column in candidates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ranked.Add(Measure(table, column, target, options, permutations, cancellationToken));
            progress?.Report(ranked.Count / (double)candidates.Count);
        }
        if (ranked.All(column => column.Information is null))
            throw new InvalidInputException(ranked[0].Problem!);
        var tested = ranked.Where(column => column.Information?.PValue is not null).ToList();
        var adjusted = BenjaminiHochberg.Adjust([.. tested.Select(column => column.Information!.PValue!.Value)]);
        return
        [
            .. ranked
                .Select(column => tested.IndexOf(column) is >= 0 and var i ? column with { AdjustedPValue = adjusted[i] } : column)
                .OrderByDescending(column => column.IsFound)
                .ThenByDescending(column => column.Information?.Shown.Value ?? double.NegativeInfinity),
        ];
    }

    /// <summary>
    /// Selects <paramref name="count"/> of the significant columns by a criterion that takes account of those chosen already, with their scores in nats; fewer
    /// if there are fewer.
    /// </summary>
    /// <exception cref="InvalidInputException">A pair that cannot be measured.</exception>
    public static IReadOnlyList<(MeasuredColumn Column, double Score)> Select(
        MeasuredTable table,
        MeasuredColumn target,
        IReadOnlyList<RankedColumn> ranked,
        int count,
        SelectionCriterion criterion,
        MeasureOptions options,
        CancellationToken cancellationToken = default
    )
    {
        var found = ranked.Where(column => column.IsFound).ToArray();
        if (found.Length == 0)
            return [];
        double[] relevance = [.. found.Select(column => column.Information!.Shown.Value)];
        // The estimate alone, without test and warnings.
        var quick = options with { Permutations = 0, Estimator = options.Estimator with { Warnings = null } };
        var chosen = FeatureSelection.Choose(relevance, Math.Min(count, found.Length), criterion, (i, s) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Named(found[i].Column, found[s].Column, () =>
                criterion == SelectionCriterion.Mrmr
                    ? InformationMeasure.MutualInformation(table, [found[i].Column], [found[s].Column], null, quick, cancellationToken)
                    : InformationMeasure.MutualInformation(table, [found[i].Column, found[s].Column], [target], null, quick, cancellationToken)
            ).Shown.Value;
        });
        return [.. chosen.Select(feature => (found[feature.Column].Column, feature.Score))];
    }

    private static RankedColumn Measure(
        MeasuredTable table,
        MeasuredColumn column,
        MeasuredColumn target,
        MeasureOptions options,
        int permutations,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var figure = Named(column, target, () =>
                InformationMeasure.MutualInformation(table, [column], [target], null, options with { Permutations = 0 }, cancellationToken)
            );
            return new(
                column,
                permutations == 0
                    ? figure
                    : figure with
                    {
                        PValue = ClassTest.PValue(table, column, target, permutations, options.Seed),
                        Permutations = permutations,
                    },
                null,
                null
            );
        }
        catch (InvalidInputException e)
        {
            return new(column, null, null, e.Sentence);
        }
    }

    // The library's error about rows and neighbours, with the columns that it is about.
    private static MeasuredFigure Named(MeasuredColumn column, MeasuredColumn other, Func<MeasuredFigure> measure)
    {
        try
        {
            return measure();
        }
        catch (InvalidInputException e) when (!e.Message.Contains($"'{column.Name}'", StringComparison.Ordinal))
        {
            throw e.In($"columns '{column.Name}' and '{other.Name}'");
        }
    }
}
