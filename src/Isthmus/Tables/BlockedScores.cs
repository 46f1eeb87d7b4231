using Isthmus.Data.Tables;
using Isthmus.Models;

namespace Isthmus.Tables;

/// <summary>
/// Scores of a series' own training rows as if they had not been trained on: a fifth of the windows in a run is compared with the windows of the other fifths
/// that have no row in common with it (blocked cross-validation, as neighbouring windows overlap). For scores that do not depend on a model's weights. A short
/// series has so few held-out rows that these alone say little of what is usual.
/// </summary>
internal static class BlockedScores
{
    private const int Folds = 5,
        LeastWindows = 10;

    /// <summary>Returns the rows' scores, one run a fold; empty if there are too few kept windows, or not all of the training windows.</summary>
    /// <param name="schema">Schema of windows.</param>
    /// <param name="reference">The rows that the model keeps.</param>
    /// <param name="threads">Number of threads.</param>
    public static IEnumerable<ScoredRows> Of(TableSchema schema, ReferenceRows reference, int threads)
    {
        var (width, series) = (schema.Dimension, schema.Series!);
        var count = reference.Train.Length / width;
        if (count >= ReferenceRows.MostTrain)
            yield break;
        var shared = (series.Window - 1) / series.Stride;
        for (var fold = 0; fold < Folds; fold++)
        {
            var (first, end) = (count * fold / Folds, count * (fold + 1) / Folds);
            float[] own = reference.Train[(first * width)..(end * width)];
            float[] others = [.. reference.Train[..(Math.Max(0, first - shared) * width)], .. reference.Train[(Math.Min(count, end + shared) * width)..]];
            if (end - first < 1 || others.Length / width < LeastWindows)
                continue;
            var score = new CombinedScore(schema, reference with { Train = others }, new NeighbourDensity(schema, others, threads), threads);
            var (cells, rest) = (new float[own.Length], new float[end - first]);
            score.Nats(own, areKept: false, threads, cells, rest);
            yield return SeriesScores.Of(schema, ScoredRows.FromNats([.. schema.Fields.Select(field => field.Name)], own, cells, rest, 1));
        }
    }
}
