using System.Collections;
using Isthmus.Data.Tables;
using Isthmus.Models;

namespace Isthmus.Tables;

/// <summary>Options for filling missing values.</summary>
public sealed record ImputeOptions
{
    /// <summary>Further copies of the rows, each with one draw of every missing value. Default 0.</summary>
    public int Draws { get; init; }

    /// <summary>Level of the intervals of numbers, between 0 and 1. Default 0.9.</summary>
    public double Level { get; init; } = 0.9;

    /// <summary>Codes drawn for each row, above 0: the more, the less the result depends on the seed. Default 200.</summary>
    public int Samples { get; init; } = 200;

    /// <summary>Random seed of the draws. Default 1.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>A missing value that was filled, in the column's own unit: a number, a <see cref="DateTime"/>, a truth value or a text.</summary>
/// <param name="Row">Index of the row, from 0.</param>
/// <param name="Column">The column.</param>
/// <param name="Value">The value filled in.</param>
/// <param name="Low">Lower end of the interval of a number or date; null for a category.</param>
/// <param name="High">The upper end.</param>
public sealed record FilledValue(int Row, string Column, object Value, object? Low, object? High);

/// <summary>Copies of rows whose missing values are filled, in the order in which they were given.</summary>
public sealed class FilledRows<T> : IReadOnlyList<T>
{
    private readonly IReadOnlyList<T> _rows;

    private FilledRows(IReadOnlyList<T> rows, IReadOnlyList<IReadOnlyList<T>> draws, IReadOnlyList<FilledValue> values, IReadOnlyList<Wording> notes) =>
        (_rows, Draws, Values, Notes) = (rows, draws, values, notes);

    /// <summary>Further copies, each with one draw of every missing value; those of one row belong together.</summary>
    public IReadOnlyList<IReadOnlyList<T>> Draws { get; }

    /// <summary>The values that were missing.</summary>
    public IReadOnlyList<FilledValue> Values { get; }

    /// <summary>Notes on what was left out and on values unlike any in the training rows, a sentence each.</summary>
    public IReadOnlyList<Wording> Notes { get; }

    /// <inheritdoc/>
    public int Count => _rows.Count;

    /// <inheritdoc/>
    public T this[int index] => _rows[index];

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static FilledRows<T> Of(TrainedModel model, TableSchema schema, IReadOnlyList<T> rows, ImputeOptions options, CancellationToken cancellationToken)
    {
        var shape = RowShape<T>.Instance;
        var data = MixedTableReader.LoadAll(TableInput.Of(shape.Read(rows)), new() { Expected = schema });
        var encoded = new float[data.Count * schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], encoded);
        var cells = Imputation.Of(model, encoded, options.Draws, options.Level, options.Samples, options.Seed, cancellationToken);
        object Value(ImputedCell cell, float value) => RowShape<T>.Value(schema.Fields[cell.Column], value, new(options.Seed));
        var byRow = cells.ToLookup(cell => cell.Row);
        IReadOnlyList<T> Filled(Func<ImputedCell, float> value) =>
            [
                .. rows.Select(
                    (row, place) =>
                        byRow.Contains(place)
                            ? shape.With(row, [.. byRow[place].Select(cell => (schema.Fields[cell.Column].Name, Value(cell, value(cell))))])
                            : row
                ),
            ];
        return new(
            Filled(cell => cell.Value),
            [.. Enumerable.Range(0, options.Draws).Select(draw => Filled(cell => cell.Draws[draw]))],
            [
                .. cells.Select(cell => new FilledValue(
                    cell.Row,
                    schema.Fields[cell.Column].Name,
                    Value(cell, cell.Value),
                    float.IsNaN(cell.Low) ? null : Value(cell, cell.Low),
                    float.IsNaN(cell.High) ? null : Value(cell, cell.High)
                )),
            ],
            data.Notes
        );
    }
}
