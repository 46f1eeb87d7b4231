using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Shares;
using Isthmus.Data.Tables;
using Isthmus.Models;

namespace Isthmus.Tables;

/// <summary>A CSV or TSV file whose missing values have been predicted from the others; every other byte stays.</summary>
public static class FilledTable
{
    private const int Samples = 200,
        PartCells = 4096;

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
        var table = Open(trained, path, reading);
        return Filled(table, Imputation.Of(trained, table.Rows, draws, level, Samples, seed, cancellationToken), draws, seed);
    }

    /// <summary>Predicts the missing values of a share of the rows, and writes them as a part of <paramref name="parts"/>.</summary>
    internal static void WriteShare(
        TrainedModel trained,
        string path,
        int draws,
        double level,
        int seed,
        TableReading? reading,
        Share share,
        WorkParts parts,
        CancellationToken cancellationToken
    )
    {
        var rows = Open(trained, path, reading).Rows;
        parts.Write(
            share,
            write =>
            {
                foreach (var some in Imputation.OfShare(trained, rows, draws, level, Samples, seed, share, cancellationToken).Chunk(PartCells))
                    write([
                        new("row", Array.ConvertAll(some, cell => cell.Row)),
                        new("column", Array.ConvertAll(some, cell => cell.Column)),
                        new("value", Array.ConvertAll(some, cell => cell.Value)),
                        new("low", Array.ConvertAll(some, cell => cell.Low)),
                        new("high", Array.ConvertAll(some, cell => cell.High)),
                        .. Enumerable.Range(0, draws).Select(draw => new Column($"draw{draw + 1}", Array.ConvertAll(some, cell => cell.Draws[draw]))),
                    ]);
            },
            () => draws
        );
    }

    /// <summary>Fills the missing values by the parts of all shares: the bytes of one process.</summary>
    /// <exception cref="InvalidInputException">A part is missing or is of other work.</exception>
    internal static (byte[] Filled, IReadOnlyList<byte[]> Draws, IReadOnlyList<Column> Cells, IReadOnlyList<Wording> Notes) Merge(
        TrainedModel trained,
        string path,
        int draws,
        int seed,
        TableReading? reading,
        WorkParts parts
    )
    {
        parts.Results<int>();
        ImputedCell[] cells =
        [
            .. parts
                .Numbers()
                .SelectMany(numbers => numbers.Chunk(5 + draws))
                .Select(cell => new ImputedCell(
                    (int)cell[0],
                    (int)cell[1],
                    (float)cell[2],
                    (float)cell[3],
                    (float)cell[4],
                    [.. cell[5..].Select(draw => (float)draw)]
                )),
        ];
        return Filled(Open(trained, path, reading), cells, draws, seed);
    }

    private static OpenedTable Open(TrainedModel trained, string path, TableReading? reading)
    {
        var schema = trained.Specification.Schema.Demand<TableSchema>(
            $"The model is of {trained.Specification.Schema}, and fills no missing cells",
            $"take one of a table's rows ({OptionNames.Model("table-vae")})",
            schema => schema.IsOfRows
        );
        if (!File.Exists(path) && TableFiles.Are(path))
            throw new InvalidInputException(path, "is a table in several files, and one at a time is filled, as all other bytes stay", "give each file");
        if (Path.GetExtension(path).ToLowerInvariant() is not (".csv" or ".tsv"))
            throw new InvalidInputException(
                path,
                "is no .csv or .tsv file, whose missing cells alone can be filled, as all other bytes can stay",
                "save it as one"
            );
        var (data, source) = MixedTableReader.ReadForFilling(path, schema, reading);
        var rows = new float[data.Count * schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], rows);
        return new(schema, data, source, rows);
    }

    /// <summary>A table that was read to be filled, and its rows on the model's scale.</summary>
    private sealed record OpenedTable(TableSchema Schema, Dataset Data, TableSource Source, float[] Rows);

    private static (byte[] Filled, IReadOnlyList<byte[]> Draws, IReadOnlyList<Column> Cells, IReadOnlyList<Wording> Notes) Filled(
        OpenedTable table,
        IReadOnlyList<ImputedCell> cells,
        int draws,
        int seed
    )
    {
        var (schema, data, source, _) = table;
        var file = new CsvCells(source, [.. schema.Fields.Select(field => source.Place(field.Name))]);
        var byPlace = cells.ToDictionary(cell => (cell.Row, cell.Column));
        if (file.Rows != data.Count || file.Missing.Count() != cells.Count || !file.Missing.All(byPlace.ContainsKey))
            throw new InvalidInputException(
                source.Path,
                "has other missing cells than those that were read, so nothing is written",
                "save it again as plain CSV"
            );
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
