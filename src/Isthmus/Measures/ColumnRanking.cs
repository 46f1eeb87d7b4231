using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Measures;

/// <summary>A column and what it tells about the target.</summary>
/// <param name="Column">The column.</param>
/// <param name="Information">I(column; target); null where there is none, and then <paramref name="Problem"/> says why.</param>
/// <param name="AdjustedPValue">The p-value by Benjamini and Hochberg over all columns; null without a test.</param>
/// <param name="Problem">Why there is no figure.</param>
public sealed record RankedColumn(MeasuredColumn Column, MeasuredFigure? Information, double? AdjustedPValue, string? Problem);

/// <summary>Columns by what each tells about a target, and the few that tell most together.</summary>
public static class ColumnRanking
{
    /// <summary>Every candidate, the one with most information first.</summary>
    /// <param name="table">The table.</param>
    /// <param name="target">The target.</param>
    /// <param name="candidates">The columns to rank.</param>
    /// <param name="options">Estimator and test.</param>
    /// <param name="progress">Told the share done.</param>
    /// <exception cref="InvalidInputException">The estimator fits no candidate.</exception>
    public static IReadOnlyList<RankedColumn> Rank(MeasuredTable table, MeasuredColumn target, IReadOnlyList<MeasuredColumn> candidates, MeasureOptions options, Action<double>? progress = null)
    {
        var ranked = new List<RankedColumn>();
        foreach (var column in candidates)
        {
            options.Cancel.ThrowIfCancellationRequested();
            ranked.Add(Measure(table, column, target, options));
            progress?.Invoke(ranked.Count / (double)candidates.Count);
        }
        if (ranked.All(column => column.Information is null))
            throw new InvalidInputException(ranked[0].Problem!);
        var tested = ranked.Where(column => column.Information?.PValue is not null).ToList();
        var adjusted = BenjaminiHochberg.Adjust([.. tested.Select(column => column.Information!.PValue!.Value)]);
        return [.. ranked.Select(column => tested.IndexOf(column) is >= 0 and var i ? column with { AdjustedPValue = adjusted[i] } : column)
            .OrderByDescending(column => column.Information?.Chosen.Estimate.Value ?? double.NegativeInfinity)];
    }

    /// <summary>The first <paramref name="count"/> ranked columns by a criterion that looks at those chosen already, with their scores in nats.</summary>
    /// <exception cref="InvalidInputException">More than there are, or a pair that cannot be measured.</exception>
    public static IReadOnlyList<(MeasuredColumn Column, double Score)> Select(MeasuredTable table, MeasuredColumn target, IReadOnlyList<RankedColumn> ranked, int count, SelectionCriterion criterion, MeasureOptions options)
    {
        MeasuredColumn[] columns = [.. ranked.Where(column => column.Information is not null).Select(column => column.Column)];
        double[] relevance = [.. ranked.Where(column => column.Information is not null).Select(column => column.Information!.Chosen.Estimate.Value)];
        // The figure alone: neither a test nor what speaks against it.
        var quick = options with { Permutations = 0, Estimator = options.Estimator with { Doubts = null } };
        var chosen = InformationMeasure.Guarded(table, () => FeatureSelection.Choose(relevance, count, criterion, (i, s) =>
        {
            options.Cancel.ThrowIfCancellationRequested();
            return (criterion == SelectionCriterion.Mrmr
                ? InformationMeasure.MutualInformation(table, [columns[i]], [columns[s]], null, quick)
                : InformationMeasure.MutualInformation(table, [columns[i], columns[s]], [target], null, quick)).Chosen.Estimate.Value;
        }));
        return [.. chosen.Select(feature => (columns[feature.Column], feature.Score))];
    }

    private static RankedColumn Measure(MeasuredTable table, MeasuredColumn column, MeasuredColumn target, MeasureOptions options)
    {
        try
        {
            return new(column, InformationMeasure.MutualInformation(table, [column], [target], null, options), null, null);
        }
        catch (InvalidInputException e)
        {
            return new(column, null, null, e.Message);
        }
    }
}
