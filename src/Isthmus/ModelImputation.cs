using System.Text.Json;
using Isthmus.Models;
using Isthmus.Tables;

namespace Isthmus;

/// <summary>Missing values of rows, predicted from the other values of the row.</summary>
public static class ModelImputation
{
    /// <summary>
    /// Copies of rows whose missing values are filled: numbers and dates with their mean given the known values, categories with the most likely one. Values
    /// that are there stay.
    /// </summary>
    /// <param name="model">A model of rows.</param>
    /// <param name="rows">The rows, of the type that the model was trained on or of another with the same columns.</param>
    /// <param name="options">Draws, and the level of intervals. Default: no draws, 90 %.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">A model of other records, no row, a column of the model that the rows do not have, or a property that cannot be
    /// set.</exception>
    public static FilledRows<T> Impute<T>(
        this TrainedModel model,
        IEnumerable<T> rows,
        ImputeOptions? options = null,
        CancellationToken cancellationToken = default
    ) => FilledRows<T>.Of(model, ModelRecords.RowsOf(model.Specification.Schema), [.. rows], options ?? new(), cancellationToken);

    /// <summary>The same of rows of JSON: an array of objects, or one object. A value is missing where it is null.</summary>
    /// <inheritdoc cref="Impute{T}(TrainedModel, IEnumerable{T}, ImputeOptions, CancellationToken)"/>
    public static FilledRows<JsonElement> Impute(
        this TrainedModel model,
        JsonElement rows,
        ImputeOptions? options = null,
        CancellationToken cancellationToken = default
    ) => model.Impute<JsonElement>(Rows.Elements(rows), options, cancellationToken);
}
