using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models;

namespace Isthmus.Tables;

/// <summary>A CSV or TSV file whose missing values have been predicted from the others; every other byte stays.</summary>
public static class FilledTable
{
    /// <summary>Fills the missing values of the model's columns.</summary>
    /// <param name="trained">A model of a table, of rows.</param>
    /// <param name="path">The file.</param>
    /// <param name="draws">Further copies, each with one draw of every missing cell.</param>
    /// <param name="level">The level of the cells' intervals.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <param name="reading">Options for reading cells, which take precedence over the model's.</param>
    /// <returns>The filled file, the copies, the cells as a table (row, column, value, low, high), and what to say of them.</returns>
    /// <exception cref="InvalidInputException">Not such a file or model, or lines that cannot be told apart from rows.</exception>
    public static (byte[] Filled, IReadOnlyList<byte[]> Draws, IReadOnlyList<Column> Cells, IReadOnlyList<Wording> Notes) Of(
        TrainedModel trained,
        string path,
        int draws = 0,
        double level = 0.9,
        int seed = 1,
        CancellationToken cancellationToken = default,
        TableReading? reading = null
    )
    {
        var schema = trained.Specification.Schema.Demand<TableSchema>(
            $"The model is of {trained.Specification.Schema}, and fills no missing cells",
            $"take one of a table's rows ({OptionNames.Model("table-vae")})",
            schema => schema.IsOfRows
        );
        if (Path.GetExtension(path).ToLowerInvariant() is not (".csv" or ".tsv"))
            throw new InvalidInputException(
                path,
                "is no .csv or .tsv file, whose missing cells alone can be filled, as all other bytes can stay",
                "save it as one"
            );
        var (data, source) = MixedTableReader.ReadForFilling(path, schema, reading);
        var rows = new float[data.Count * schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], rows);
        var file = new CsvCells(source, [.. schema.Fields.Select(field => source.Place(field.Name))]);
        var cells = Imputation.Of(trained, rows, draws, level, seed: seed, cancellationToken: cancellationToken);
        var byPlace = cells.ToDictionary(cell => (cell.Row, cell.Column));
        if (file.Rows != data.Count || file.Missing.Count() != cells.Count || !file.Missing.All(byPlace.ContainsKey))
            throw new InvalidInputException(path, "has other missing cells than those that were read, so nothing is written", "save it again as plain CSV");
        byte[] With(Func<ImputedCell, float> value)
        {
            var random = new Random(seed);
            return file.Filled([.. file.Missing.Select(place => schema.Fields[place.Column].Decode(value(byPlace[place]), random))]);
        }
        string InUnits(ImputedCell cell, float value) => float.IsNaN(value) ? "" : schema.Fields[cell.Column].Decode(value, new(seed));
        return (
            With(cell => cell.Value),
            [.. Enumerable.Range(0, draws).Select(draw => With(cell => cell.Draws[draw]))],
            [
                new("row", [.. cells.Select(cell => cell.Row + 1)]),
                new("column", [.. cells.Select(cell => schema.Fields[cell.Column].Name)]),
                new("value", [.. cells.Select(cell => schema.Fields[cell.Column].Decode(cell.Value, new(seed)))]),
                new("low", [.. cells.Select(cell => InUnits(cell, cell.Low))]),
                new("high", [.. cells.Select(cell => InUnits(cell, cell.High))]),
            ],
            [.. data.Notes, .. MixedTableReader.MissingWords(source, schema)]
        );
    }
}
