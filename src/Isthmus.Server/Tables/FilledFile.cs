using System.Globalization;
using System.Text.Json;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Tables;

namespace Isthmus.Server.Tables;

/// <summary>Rows of a file whose missing values have been predicted: all columns of the file, and every value that is there as it is.</summary>
internal static class FilledFile
{
    /// <summary>Fills the missing values, as the library does by default.</summary>
    /// <param name="model">A model of rows.</param>
    /// <param name="path">A table.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">The model is of other records, or the file is no table of its columns.</exception>
    public static (IReadOnlyList<JsonElement> Rows, IReadOnlyList<FilledValue> Filled) Of(TrainedModel model, string path, CancellationToken cancellationToken)
    {
        var (schema, options) = (ModelRecords.RowsOf(model.Specification.Schema), new ImputeOptions());
        var (data, source) = MixedTableReader.ReadForFilling(path, schema);
        var values = new float[data.Count * schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], values);
        var cells = Imputation.Of(model, values, options.Draws, options.Level, options.Samples, options.Seed, cancellationToken);
        var byPlace = cells.ToDictionary(cell => (cell.Row, schema.Fields[cell.Column].Name));
        // Dates and categories as the training file spells them, like the others of the file.
        object Value(ImputedCell cell, float value) =>
            schema.Fields[cell.Column] is FittedNumbers { Kind: not ColumnKind.Date } number
                ? RowShape<JsonElement>.Value(number, value, new(options.Seed))
                : schema.Fields[cell.Column].Decode(value, new(options.Seed));
        object? Interval(ImputedCell cell, float value) => float.IsNaN(value) ? null : Value(cell, value);
        var numbers = schema.Fields.OfType<FittedNumbers>().Where(field => field.Kind != ColumnKind.Date).Select(field => field.Name).ToHashSet();
        var table = new TypedTable(source);
        (string Name, IReadOnlyList<string?> Texts)[] columns = [.. table.Names.Select(name => (name, table.Texts(name)))];
        if (columns[0].Texts.Count != data.Count)
            throw new InvalidInputException(null, "The body has lines that are no rows", "leave them out");
        object? Cell(string name, string? text, int row) =>
            byPlace.TryGetValue((row, name), out var cell) ? Value(cell, cell.Value)
            : numbers.Contains(name) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
            : text;
        return (
            [
                .. Enumerable
                    .Range(0, data.Count)
                    .Select(row =>
                        RowShape<JsonElement>.Instance.New([.. columns.Select(column => (column.Name, Cell(column.Name, column.Texts[row], row)!))])
                    ),
            ],
            [
                .. cells.Select(cell => new FilledValue(
                    cell.Row,
                    schema.Fields[cell.Column].Name,
                    Value(cell, cell.Value),
                    Interval(cell, cell.Low),
                    Interval(cell, cell.High)
                )),
            ]
        );
    }
}
