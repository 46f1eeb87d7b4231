using System.Text.Json;
using Isthmus.Data.Tables;
using Isthmus.Tables;

namespace Isthmus.Onnx;

/// <summary>
/// Scores of rows by an ONNX file of the part <see cref="OnnxPart.Score"/>, with their reasons, as <see cref="ModelScoring"/> gives them by the model itself;
/// libtorch is not needed.
/// </summary>
public static class OnnxScoring
{
    /// <summary>Scores rows of objects, dictionaries or JSON, of the type that the model was trained on or of another with the same columns.</summary>
    /// <param name="model">The file.</param>
    /// <param name="rows">The rows. A category is found in any spelling of its value, and a column in upper or lower case.</param>
    /// <param name="falseAlarms">Fraction of usual rows that may be called anomalies, from 0 to 1. Default 0.01.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">A file of another part or of windows of a series, no row, a column of the model that the rows do not have, or a
    /// cell that is not of its column's kind.</exception>
    public static ScoredRowList Score<T>(this OnnxModel model, IEnumerable<T> rows, double falseAlarms = 0.01, CancellationToken cancellationToken = default) =>
        ScoredRowList.Of(model.Scorer, ModelRecords.RowsOf(model.Metadata.Schema), TableInput.Of(Rows.Table<T>([.. rows])), falseAlarms, cancellationToken);

    /// <summary>Scores rows of JSON: an array of objects, or one object.</summary>
    /// <inheritdoc cref="Score{T}(OnnxModel, IEnumerable{T}, double, CancellationToken)"/>
    public static ScoredRowList Score(this OnnxModel model, JsonElement rows, double falseAlarms = 0.01, CancellationToken cancellationToken = default) =>
        model.Score<JsonElement>(Rows.Elements(rows), falseAlarms, cancellationToken);
}
