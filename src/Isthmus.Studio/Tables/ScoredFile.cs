using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Tables;

namespace Isthmus.Studio.Tables;

/// <summary>
/// A table in a file with the score of every row, the share of each cell in it, and the cells as the user has them. Safe to read from several threads.
/// </summary>
internal sealed class ScoredFile
{
    // Rows of which all cells are held; more are for the command, which holds none.
    private const int MostRows = 200_000;

    private readonly List<(int First, TablePart Part, ScoredRows Scored)> _parts = [];
    private readonly RowScorer _scorer;
    private readonly TableSchema _schema;
    private readonly float[] _kept;
    private readonly List<Wording> _notes = [];

    private ScoredFile(TrainedModel trained, RowScorer scorer, string path, CancellationToken cancellationToken)
    {
        (_scorer, _schema, _kept) = (scorer, scorer.Schema, trained.Reference!.Train);
        Fields = RowField.Of(_schema)!;
        var count = 0;
        MixedTableReader.ForEachPart(
            path,
            _schema,
            part =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                var scored = scorer.Score(part.Rows, cancellationToken);
                _parts.Add((count, part, scored));
                count += scored.Count;
                if (count > MostRows)
                    throw new InvalidInputException(
                        path,
                        $"has more than {MostRows:N0} rows, all of whose cells this page holds",
                        "score it by the command: isthmus score"
                    );
            },
            _notes
        );
        if (count == 0)
            throw new InvalidInputException(path, "holds no records", "give at least one row");
        Bits = [.. _parts.SelectMany(part => part.Scored.Bits)];
        Order = [.. Enumerable.Range(0, count).Where(row => !float.IsNaN(Bits[row])).OrderByDescending(row => Bits[row]).ThenBy(row => row)];
        Identifiers = [.. _parts[0].Part.Beside.Select(column => column.Name)];
    }

    /// <summary>Reads and scores a file.</summary>
    /// <param name="trained">A model of rows.</param>
    /// <param name="scorer">Its scorer.</param>
    /// <param name="path">A table with the model's columns.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <exception cref="InvalidInputException">A column is missing, a cell is not of its column's kind, or there are too many rows.</exception>
    public static ScoredFile Of(TrainedModel trained, RowScorer scorer, string path, CancellationToken cancellationToken) =>
        new(trained, scorer, path, cancellationToken);

    /// <summary>Columns of the model.</summary>
    public IReadOnlyList<RowField> Fields { get; }

    /// <summary>Names of the columns that identify rows.</summary>
    public IReadOnlyList<string> Identifiers { get; }

    /// <summary>Score of each row, bits; not a number where every value is missing.</summary>
    public IReadOnlyList<float> Bits { get; }

    /// <summary>Rows from the highest score to the lowest.</summary>
    public IReadOnlyList<int> Order { get; }

    /// <summary>Scores of usual rows.</summary>
    public ReferenceScores Usual => _scorer.Usual;

    /// <summary>Notes on the file.</summary>
    public IReadOnlyList<string> Notes => [.. _notes.Select(note => note.ToString())];

    /// <summary>Number of rows above a threshold.</summary>
    public int Over(float threshold) => Bits.Count(bits => bits > threshold);

    /// <summary>Number of rows above a threshold that are expected if all rows are usual.</summary>
    public double Expected(float threshold) => Bits.Count * ShareOver(threshold);

    /// <summary>Fraction of new usual rows above a threshold: each rank of a new score among the usual ones is equally likely.</summary>
    public double ShareOver(float threshold) => (Usual.Ascending.Count(bits => bits > threshold) + 1.0) / (Usual.Ascending.Count + 1);

    /// <summary>Cells of a row on the model's scale.</summary>
    public ReadOnlySpan<float> Row(int row)
    {
        var (part, place) = At(row);
        return part.Part.Rows.AsSpan(place * Fields.Count, Fields.Count);
    }

    /// <summary>Share of each cell in a row's score, bits.</summary>
    public ReadOnlySpan<float> CellBits(int row)
    {
        var (part, place) = At(row);
        return part.Scored.ColumnBits.AsSpan(place * Fields.Count, Fields.Count);
    }

    /// <summary>A cell as the user has it.</summary>
    public string Cell(int row, int column)
    {
        var (part, place) = At(row);
        return _scorer.Usually.Value(column, part.Part.Number(column, place), part.Part.Text(column, place));
    }

    /// <summary>Cells of the columns that identify a row.</summary>
    public IReadOnlyList<string> IdentifiersOf(int row)
    {
        var (part, place) = At(row);
        return [.. part.Part.Beside.Select(column => column.Text(place) ?? "missing")];
    }

    /// <summary>Name of a row for judgements: its identifiers, or its number where there are none.</summary>
    public string Key(int row) => Identifiers.Count > 0 ? string.Join(" ", IdentifiersOf(row)) : FormattableString.Invariant($"row {row + 1}");

    /// <summary>Reasons for a row's score.</summary>
    public ScoreReasons Why(int row)
    {
        var (part, place) = At(row);
        return _scorer.Usually.Reasons([.. Row(row)], [.. CellBits(row)], part.Scored.OtherBits[place], column => Cell(row, column));
    }

    /// <summary>The training row that the model keeps nearest to a row: its cells in words.</summary>
    public IReadOnlyList<string> Nearest(int row)
    {
        var kept = _scorer.Combined!.Distance.Density.Kept.Of([.. Row(row)], others: false, threads: 1)[0];
        return [.. Fields.Select(field => field.Words(_kept[kept * Fields.Count + field.Place], _scorer.Usually))];
    }

    /// <summary>Distribution of a column over the training rows that the model keeps: bars with their names and shares, and the bar of a row's cell.</summary>
    /// <param name="column">The column.</param>
    /// <param name="row">The row.</param>
    /// <returns>Bars, and the place of the row's cell among them: beyond either end for one outside; null if it is missing.</returns>
    public (IReadOnlyList<(string Name, double Share)> Bars, double? Place) Distribution(int column, int row)
    {
        const int MostBars = 20;
        var (field, cell) = (Fields[column], Row(row)[column]);
        float[] cells =
        [
            .. Enumerable.Range(0, _kept.Length / Fields.Count).Select(kept => _kept[kept * Fields.Count + column]).Where(value => !float.IsNaN(value)),
        ];
        if (cells.Length == 0)
            return ([], null);
        if (!field.IsNumber)
        {
            var counts = cells.CountBy(field.Category).OrderByDescending(count => count.Value).Take(MostBars).ToArray();
            var own = Array.FindIndex(counts, count => count.Key == field.Category(cell));
            return (
                [.. counts.Select(count => (field.Categories[count.Key], count.Value / (double)cells.Length))],
                float.IsNaN(cell) ? null
                : own >= 0 ? own + 0.5
                : counts.Length + 0.5
            );
        }
        double[] numbers = [.. cells.Select(field.Number).Order()];
        var (low, high) = (numbers[0], numbers[^1]);
        var width = Math.Max((high - low) / MostBars, double.Epsilon);
        var bars = new double[MostBars];
        foreach (var number in numbers)
            bars[Math.Clamp((int)((number - low) / width), 0, MostBars - 1)] += 1.0 / numbers.Length;
        string Name(int bar) => $"{_scorer.Usually.Value(column, low + bar * width, null)} to {_scorer.Usually.Value(column, low + (bar + 1) * width, null)}";
        return (
            [.. bars.Select((share, bar) => (Name(bar), share))],
            float.IsNaN(cell) ? null : Math.Clamp((field.Number(cell) - low) / width, -1.5, MostBars + 1.5)
        );
    }

    private ((int First, TablePart Part, ScoredRows Scored) Part, int Place) At(int row)
    {
        var (low, high) = (0, _parts.Count - 1);
        while (low < high)
            if ((low + high + 1) / 2 is var middle && _parts[middle].First <= row)
                low = middle;
            else
                high = middle - 1;
        return (_parts[low], row - _parts[low].First);
    }
}
