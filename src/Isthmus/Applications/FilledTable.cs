using Isthmus.Data;
using Isthmus.Models;

namespace Isthmus.Applications;

/// <summary>A CSV or TSV file whose blank cells have been told from the others; every other byte is as it was.</summary>
public static class FilledTable
{
    /// <summary>Fills the blank cells of the model's columns.</summary>
    /// <param name="trained">A model of a table, of rows.</param>
    /// <param name="path">The file.</param>
    /// <param name="draws">Further copies, each with one draw of every blank cell.</param>
    /// <param name="level">The level of the cells' intervals.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="cancel">Stops between two batches.</param>
    /// <returns>The filled file, the copies, and the cells as a table: row, column, value, low, high.</returns>
    /// <exception cref="InvalidInputException">Not such a file or model, or lines that cannot be told apart from rows.</exception>
    public static (byte[] Filled, IReadOnlyList<byte[]> Draws, IReadOnlyList<TableColumn> Cells) Of(TrainedModel trained, string path, int draws = 0, double level = 0.9, int seed = 1, CancellationToken cancel = default)
    {
        if (trained.Specification.Schema is not TableSchema { Series: null } schema)
            throw new InvalidInputException($"The model is of {trained.Specification.Schema}; gaps are filled by a model of a table's rows (isthmus train table.csv --model table-vae).");
        if (Path.GetExtension(path).ToLowerInvariant() is not (".csv" or ".tsv"))
            throw new InvalidInputException($"{path}: gaps are filled in .csv and .tsv files, whose other bytes can stay as they are; save it as one.");
        var (data, names) = MixedTableReader.ReadForFilling(path, schema);
        var rows = new float[data.Count * schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], rows);
        var file = new CsvCells(File.ReadAllBytes(path));
        var first = file.Count - data.Count;
        if (first is not (0 or 1) || Enumerable.Range(0, file.Count).Any(row => file.Width(row) != names.Count))
            throw new InvalidInputException($"{path}: {data.Count} rows were read from {file.Count} lines of cells, so it is not plain where each row stands; save it again as plain CSV with a line of names.");
        int[] places = [.. schema.Fields.Select(field => names.Index().First(name => name.Item == field.Name).Index)];
        var cells = Imputation.Of(trained, rows, draws, level, seed: seed, cancel: cancel);
        byte[] With(Func<ImputedCell, float> value)
        {
            var random = new Random(seed);
            return file.With(cells.Select(cell => (cell.Row + first, places[cell.Column], schema.Fields[cell.Column].Decode(value(cell), random))).OrderBy(cell => (cell.Item1, cell.Item2)));
        }
        string InUnits(ImputedCell cell, float value) => float.IsNaN(value) ? "" : schema.Fields[cell.Column].Decode(value, new(seed));
        return (With(cell => cell.Value), [.. Enumerable.Range(0, draws).Select(draw => With(cell => cell.Draws[draw]))],
        [
            new("row", [.. cells.Select(cell => cell.Row + 1)]), new("column", [.. cells.Select(cell => schema.Fields[cell.Column].Name)]),
            new("value", [.. cells.Select(cell => schema.Fields[cell.Column].Decode(cell.Value, new(seed)))]),
            new("low", [.. cells.Select(cell => InUnits(cell, cell.Low))]), new("high", [.. cells.Select(cell => InUnits(cell, cell.High))]),
        ]);
    }
}
