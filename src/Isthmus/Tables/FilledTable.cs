using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Shares;
using Isthmus.Data.Storage;
using Isthmus.Data.Tables;
using Isthmus.Models;

namespace Isthmus.Tables;

/// <summary>
/// A CSV or TSV file whose missing values have been predicted from the others; every other byte stays. The predictions lie in memory or in a temporary file,
/// and the file is read again, record by record, as it is written. Not safe to use from several threads.
/// </summary>
public sealed class FilledTable
{
    private const int Samples = 200,
        PartCells = 4096;

    private readonly OpenedTable _table;
    private readonly RecordStore<StoredCell>? _cells;
    private readonly RecordStore<float>? _draws;
    private readonly int _seed;

    private FilledTable(OpenedTable table, IEnumerable<ImputedCell> cells, int draws, int seed)
    {
        (_table, _seed) = (table, seed);
        var place = new StoragePlace((bool?)null);
        var (stored, drawn) = (
            new RecordWriter<StoredCell>(table.Source.Path, 1, place),
            new RecordWriter<float>(table.Source.Path, Math.Max(1, draws), place)
        );
        foreach (var cell in cells)
        {
            stored.Add([new(cell.Row, cell.Column, cell.Value, cell.Low, cell.High)]);
            if (draws > 0)
                drawn.Add([.. cell.Draws]);
        }
        if (stored.Count > 0)
            (_cells, _draws) = (stored.Finish(), draws > 0 ? drawn.Finish() : null);
        Notes = [.. table.Data.Notes, .. MixedTableReader.MissingWords(table.Source, table.Schema)];
    }

    /// <summary>Number of values that were missing.</summary>
    public int Count => _cells?.Count ?? 0;

    /// <summary>Notes on what was left out and on texts that counted as missing, a sentence each.</summary>
    public IReadOnlyList<Wording> Notes { get; }

    /// <summary>Predicts the missing values of the model's columns.</summary>
    /// <param name="trained">A model of a table, of rows.</param>
    /// <param name="path">The file.</param>
    /// <param name="draws">Number of draws of each value, for further copies.</param>
    /// <param name="level">The level of the cells' intervals.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <param name="reading">Options for reading cells, which take precedence over the model's.</param>
    /// <exception cref="InvalidInputException">Not such a file or model.</exception>
    public static FilledTable Of(
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
        return new(table, Imputation.OfShare(trained, table.Data, draws, level, Samples, seed, null, cancellationToken), draws, seed);
    }

    /// <summary>Writes the filled file, and further copies, each with one draw of every missing value: all of them or none.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="draws">A file for each copy, no more than there are draws.</param>
    /// <exception cref="InvalidInputException">A file cannot be written, or would not be read again as it was meant.</exception>
    public void Write(string path, params IReadOnlyList<string> draws) => WriteFrom([path, .. draws], 0);

    /// <summary>Writes every filled value as a table of row, from 1, column, value, and the low and high end of its interval.</summary>
    /// <param name="path">The file to write; .csv or .parquet.</param>
    /// <exception cref="InvalidInputException">Another extension, or the file cannot be written.</exception>
    public void WriteIntervals(string path) => TableWriter.Write(path, part =>
        {
            string InUnits(int column, float value) => float.IsNaN(value) ? "" : _table.Schema.Fields[column].Decode(value, new(_seed));
            foreach (var some in Stored().Select(cell => cell.Cell).Chunk(PartCells).DefaultIfEmpty([]))
                part([
                    new("row", Array.ConvertAll(some, cell => cell.Row + 1)),
                    new("column", Array.ConvertAll(some, cell => _table.Schema.Fields[cell.Column].Name)),
                    new("value", Array.ConvertAll(some, cell => _table.Schema.Fields[cell.Column].Decode(cell.Value, new(_seed)))),
                    new("low", Array.ConvertAll(some, cell => InUnits(cell.Column, cell.Low))),
                    new("high", Array.ConvertAll(some, cell => InUnits(cell.Column, cell.High))),
                ]);
        });

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
        var data = Open(trained, path, reading).Data;
        parts.Write(
            share,
            write =>
            {
                foreach (var some in Imputation.OfShare(trained, data, draws, level, Samples, seed, share, cancellationToken).Chunk(PartCells))
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
    internal static FilledTable Merge(TrainedModel trained, string path, int draws, int seed, TableReading? reading, WorkParts parts)
    {
        parts.Results<int>();
        var cells = parts
            .Numbers()
            .SelectMany(numbers => numbers.Chunk(5 + draws))
            .Select(cell => new ImputedCell(
                (int)cell[0],
                (int)cell[1],
                (float)cell[2],
                (float)cell[3],
                (float)cell[4],
                [.. cell[5..].Select(draw => (float)draw)]
            ));
        return new(Open(trained, path, reading), cells, draws, seed);
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
        return new(schema, data, source);
    }

    // A file is in its place once all that come after it are.
    private void WriteFrom(IReadOnlyList<string> paths, int place) => AtomicFile.Write(paths[place], stream =>
        {
            var file = new CsvCells(_table.Source, [.. _table.Schema.Fields.Select(field => _table.Source.Place(field.Name))]);
            file.Write(stream, InOrder(place - 1));
            stream.Position = 0;
            file.Compare(stream, InOrder(place - 1));
            if (place + 1 < paths.Count)
                WriteFrom(paths, place + 1);
        });

    /// <summary>Returns the cells in the order of the file, with their texts: of the values, or of a draw, from 0.</summary>
    private IEnumerable<FilledCell> InOrder(int draw)
    {
        var (random, row) = (new Random(_seed), new List<(StoredCell Cell, float[] Draws)>());
        IEnumerable<FilledCell> Row() =>
            row.OrderBy(cell => _table.Source.Place(_table.Schema.Fields[cell.Cell.Column].Name))
                .Select(cell => new FilledCell(
                    cell.Cell.Row,
                    cell.Cell.Column,
                    _table.Schema.Fields[cell.Cell.Column].Decode(draw < 0 ? cell.Cell.Value : cell.Draws[draw], random)
                ));
        foreach (var cell in Stored())
        {
            if (row.Count > 0 && row[0].Cell.Row != cell.Cell.Row)
            {
                foreach (var filled in Row())
                    yield return filled;
                row.Clear();
            }
            row.Add(cell);
        }
        foreach (var filled in Row())
            yield return filled;
    }

    private IEnumerable<(StoredCell Cell, float[] Draws)> Stored()
    {
        for (var first = 0; first < Count; first += PartCells)
        {
            var cells = new StoredCell[Math.Min(PartCells, Count - first)];
            var draws = new float[cells.Length * (_draws?.Width ?? 0)];
            _cells!.Read(first, cells);
            _draws?.Read(first, draws);
            for (var i = 0; i < cells.Length; i++)
                yield return (cells[i], _draws is null ? [] : draws[(i * _draws.Width)..((i + 1) * _draws.Width)]);
        }
    }

    /// <summary>A table that was read to be filled, with its rows on the model's scale.</summary>
    private sealed record OpenedTable(TableSchema Schema, Dataset Data, TableSource Source);

    private readonly record struct StoredCell(int Row, int Column, float Value, float Low, float High);
}
