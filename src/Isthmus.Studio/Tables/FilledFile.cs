using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Tables;

namespace Isthmus.Studio.Tables;

/// <summary>Rows of a file that have missing values, with what the model puts in their place. Safe to read from several threads.</summary>
internal sealed class FilledFile
{
    private const int MostRows = 20_000,
        Draws = 60;
    private const double Level = 0.9;

    private readonly List<TablePart> _parts = [];
    private readonly Dictionary<(int Row, int Column), ImputedCell> _cells;
    private readonly UsualCells _usual;
    private readonly int _width;

    private FilledFile(TrainedModel trained, RowScorer scorer, string path, int seed, CancellationToken cancellationToken)
    {
        (_usual, _width, Fields) = (scorer.Usually, scorer.Schema.Dimension, RowField.Of(scorer.Schema)!);
        var rows = new List<float>();
        MixedTableReader.ForEachPart(
            path,
            scorer.Schema,
            part =>
            {
                _parts.Add(part);
                rows.AddRange(part.Rows);
                if (rows.Count / _width > MostRows)
                    throw new InvalidInputException(
                        path,
                        $"has more than {MostRows:N0} rows, which this page fills at once",
                        "fill it by the command: isthmus impute"
                    );
            },
            []
        );
        Count = rows.Count / _width;
        Missing = rows.Count(float.IsNaN);
        _cells = Imputation
            .Of(trained, [.. rows], Draws, Level, seed: seed, cancellationToken: cancellationToken)
            .ToDictionary(cell => (cell.Row, cell.Column));
        Rows = [.. _cells.Keys.Select(cell => cell.Row).Distinct().Order()];
    }

    /// <summary>Reads a file and fills its missing values.</summary>
    /// <param name="trained">A model of rows.</param>
    /// <param name="scorer">Its scorer.</param>
    /// <param name="path">A table with the model's columns.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">A column is missing, a cell is not of its column's kind, or there are too many rows.</exception>
    public static FilledFile Of(TrainedModel trained, RowScorer scorer, string path, int seed, CancellationToken cancellationToken) =>
        new(trained, scorer, path, seed, cancellationToken);

    /// <summary>Columns of the model.</summary>
    public IReadOnlyList<RowField> Fields { get; }

    /// <summary>Rows of the file.</summary>
    public int Count { get; }

    /// <summary>Missing values.</summary>
    public int Missing { get; }

    /// <summary>Rows with a missing value, in order.</summary>
    public IReadOnlyList<int> Rows { get; }

    /// <summary>A cell in words; what was filled in, how unsure it is from 0 to 1, and its interval or the probabilities of categories.</summary>
    /// <param name="row">The row.</param>
    /// <param name="field">The column.</param>
    public (string Words, double? Unsure, string? Range) Cell(int row, RowField field)
    {
        if (!_cells.TryGetValue((row, field.Place), out var filled))
        {
            var (part, place) = At(row);
            return (_usual.Value(field.Place, part.Number(field.Place, place), part.Text(field.Place, place)), null, null);
        }
        var words = field.Words(filled.Value, _usual);
        if (field.IsNumber)
        {
            var (least, most) = field.Range;
            var unsure = (field.Number(filled.High) - field.Number(filled.Low)) / Math.Max(most - least, double.Epsilon);
            return (words, Math.Clamp(unsure, 0, 1), $"90 % between {field.Words(filled.Low, _usual)} and {field.Words(filled.High, _usual)}");
        }
        var likely = filled.Draws.CountBy(field.Category).OrderByDescending(count => count.Value).ToArray();
        var own = likely.Where(count => count.Key == field.Category(filled.Value)).Sum(count => count.Value) / (double)filled.Draws.Count;
        return (
            words,
            1 - own,
            string.Join(", ", likely.Take(6).Select(count => $"{field.Categories[count.Key]} {NumberText.Percent(count.Value / (double)filled.Draws.Count)}"))
        );
    }

    private (TablePart Part, int Place) At(int row)
    {
        foreach (var part in _parts)
            if (part.Rows.Length / _width is var count && row < count)
                return (part, row);
            else
                row -= count;
        throw new ArgumentOutOfRangeException(nameof(row), row, "There is no such row.");
    }
}
