using System.Collections;
using System.Text.Json.Serialization;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;

namespace Isthmus.Tables;

/// <summary>Score of one row: how surprising it is, and why.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed class ScoredRow
{
    private readonly Lazy<ScoreReasons> _why;

    internal ScoredRow(
        int index,
        float bits,
        double pValue,
        bool isUnusual,
        IReadOnlyDictionary<string, string> identifiers,
        IReadOnlyDictionary<string, float> columnBits,
        Func<ScoreReasons> why
    ) => (Index, Bits, PValue, IsUnusual, Identifiers, ColumnBits, _why) = (index, bits, pValue, isUnusual, identifiers, columnBits, new(why));

    /// <summary>Index of the row, 0 for the first.</summary>
    public int Index { get; }

    /// <summary>Its score, in bits: the larger, the more surprising. NaN where every value is missing.</summary>
    public float Bits { get; }

    /// <summary>The share of usual rows that score as high, above 0; NaN where every value is missing.</summary>
    public double PValue { get; }

    /// <summary>True if the row scores above the threshold.</summary>
    public bool IsUnusual { get; }

    /// <summary>Its values in identifying columns, which the model does not see.</summary>
    public IReadOnlyDictionary<string, string> Identifiers { get; }

    /// <summary>The columns that have most in the score, each with the row's own value and what is usual there, and values that no training row has the like
    /// of.</summary>
    public IReadOnlyList<ScoreReason> Reasons => Why.Reasons;

    /// <summary>The reasons, and the bits of all other columns and of none, which add up to the score.</summary>
    [JsonIgnore]
    public ScoreReasons Why => _why.Value;

    /// <summary>Bits of every column.</summary>
    public IReadOnlyDictionary<string, float> ColumnBits { get; }

    /// <summary>"21.3 bits: monthly_spend 9,250 (usual 5 to 261)".</summary>
    public override string ToString() => $"{NumberText.Of(Bits, 3)} bits: {string.Join("; ", Reasons)}";
}

/// <summary>Rows with their scores, in the order in which they were given.</summary>
public sealed class ScoredRowList : IReadOnlyList<ScoredRow>
{
    private readonly IReadOnlyList<ScoredRow> _rows;

    private ScoredRowList(IReadOnlyList<ScoredRow> rows, float threshold, IReadOnlyList<Wording> notes) => (_rows, Threshold, Notes) = (rows, threshold, notes);

    /// <summary>Score in bits above which a row is called unusual.</summary>
    public float Threshold { get; }

    /// <summary>Notes on what was left out and on values unlike any in the training rows, a sentence each.</summary>
    public IReadOnlyList<Wording> Notes { get; }

    /// <inheritdoc/>
    public int Count => _rows.Count;

    /// <inheritdoc/>
    public ScoredRow this[int index] => _rows[index];

    /// <inheritdoc/>
    public IEnumerator<ScoredRow> GetEnumerator() => _rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Scores a table in memory, whose own values the reasons have.</summary>
    internal static ScoredRowList Of(IRowScorer scorer, TableSchema schema, TableInput table, double falseAlarms, CancellationToken cancellationToken)
    {
        var (rows, notes) = (new List<ScoredRow>(), new List<Wording>());
        MixedTableReader.ForEachPart(
            table,
            schema,
            part =>
                rows.AddRange(
                    Scored(
                        scorer,
                        scorer.Score(part, cancellationToken),
                        part.Rows,
                        rows.Count,
                        (column, row) => scorer.Usually.Value(column, part.Number(column, row), part.Text(column, row)),
                        row => part.Beside.ToDictionary(column => column.Name, column => column.Text(row) ?? "missing"),
                        falseAlarms
                    )
                ),
            notes
        );
        return rows.Count > 0
            ? new(rows, scorer.Usual.Threshold(falseAlarms), notes)
            : throw new InvalidInputException(null, $"{table.Name} hold no records", "give at least one row");
    }

    /// <summary>Scores data of the model's schema.</summary>
    internal static ScoredRowList Of(RowScorer scorer, TableSchema schema, Dataset data, ScoreOptions options, CancellationToken cancellationToken)
    {
        var values = new float[data.Count * schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], values);
        string Value(int column, int row)
        {
            var value = values[row * schema.Dimension + column];
            return schema.Fields[column] is FittedNumbers number
                ? scorer.Usually.Value(column, UsualCells.Rounded(number, number.Unscaled(value)), null)
                : scorer.Usually.Value(column, double.NaN, Category((FittedCategories)schema.Fields[column], value));
        }
        return new(
            [
                .. Scored(
                    scorer,
                    scorer.Score(values, cancellationToken),
                    values,
                    0,
                    Value,
                    row => data.Identifiers.ToDictionary(column => column.Name, column => column.Text(row) ?? "missing"),
                    options.FalseAlarms
                ),
            ],
            scorer.Usual.Threshold(options.FalseAlarms),
            data.Notes
        );
    }

    private static string? Category(FittedCategories column, float value) =>
        float.IsNaN(value) ? null
        : (int)value < column.Levels.Count ? column.Levels[(int)value]
        : "rare or new";

    private static IEnumerable<ScoredRow> Scored(
        IRowScorer scorer,
        ScoredRows scored,
        float[] rows,
        int first,
        Func<int, int, string> value,
        Func<int, IReadOnlyDictionary<string, string>> identifiers,
        double falseAlarms
    )
    {
        var (width, threshold) = (scored.Columns.Count, scorer.Usual.Threshold(falseAlarms));
        return Enumerable
            .Range(0, scored.Count)
            .Select(row => new ScoredRow(
                first + row,
                scored.Bits[row],
                scorer.Usual.PValue(scored.Bits[row]),
                scored.Bits[row] > threshold,
                identifiers(row),
                scored.Columns.Index().ToDictionary(column => column.Item, column => scored.ColumnBits[row * width + column.Index]),
                () =>
                    scorer.Usually.Reasons(
                        rows[(row * width)..((row + 1) * width)],
                        scored.ColumnBits[(row * width)..((row + 1) * width)],
                        scored.OtherBits[row],
                        column => value(column, row)
                    )
            ));
    }
}
