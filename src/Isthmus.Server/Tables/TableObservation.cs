using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Onnx.Tables;
using Isthmus.Server.Drift;
using Isthmus.Tables;

namespace Isthmus.Server.Tables;

/// <summary>Comparison of served rows with those that the model file keeps: each column with the kept training rows, scores with those of usual rows.</summary>
internal static class TableObservation
{
    /// <summary>Begins the comparison of a model's rows.</summary>
    /// <param name="schema">Schema of a row.</param>
    /// <param name="kept">Rows that the model keeps.</param>
    /// <param name="usual">Scores of usual rows.</param>
    /// <param name="clock">Clock.</param>
    public static ModelObservation Of(TableSchema schema, ReferenceRows kept, ReferenceScores usual, TimeProvider clock) =>
        new(
            new(
                usual.Ascending,
                [.. schema.Fields.Select((column, place) => (column.Name, Bins(column, Cells(kept.Train, place, schema.Dimension))))],
                ModelObservation.Window,
                clock
            ),
            new(),
            usual.Threshold(ScoreGraph.FalseAlarms)
        );

    private static TrainingBins Bins(FittedColumn column, float[] cells) =>
        column is FittedCategories ? TrainingBins.OfCategories(cells) : TrainingBins.OfNumbers(cells);

    private static float[] Cells(float[] rows, int place, int width) => [.. Enumerable.Range(0, rows.Length / width).Select(row => rows[row * width + place])];
}
