using System.Globalization;
using Isthmus.Compute;
using Isthmus.Data.Cells;
using Isthmus.Data.Shares;
using Isthmus.Data.Tables;
using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Tables;

/// <summary>A row over the threshold.</summary>
/// <param name="Row">Number of the row, 1 for the first.</param>
/// <param name="Identifiers">Cells of the table's identifiers.</param>
/// <param name="Time">Time of the row in a series, as in the file.</param>
/// <param name="Bits">Score of the row, bits.</param>
/// <param name="PValue">Fraction of usual rows that score at least as high.</param>
/// <param name="Why">Contribution of each column, in the user's own values.</param>
public sealed record SurprisingRow(long Row, IReadOnlyList<(string Name, string Value)> Identifiers, string? Time, float Bits, double PValue, ScoreReasons Why)
{
    /// <summary>Every cell in the user's own value, with its contribution in bits; empty for a series.</summary>
    internal IReadOnlyList<ScoreReason> Cells { get; init; } = [];
}

/// <summary>A series and its scores, row by row.</summary>
/// <param name="Times">Times as in the file, in order.</param>
/// <param name="Values">The cells in the columns' own units, N x D; NaN of a missing one.</param>
/// <param name="Scores">Score of each row.</param>
/// <param name="Events">Stretches of rows over the threshold, in their order.</param>
/// <param name="Drift">Permanent change of the series; null if there is none.</param>
public sealed record ScoredSeries(
    IReadOnlyList<string> Times,
    IReadOnlyList<double> Values,
    ScoredRows Scores,
    IReadOnlyList<SeriesEvent> Events,
    SeriesDrift? Drift
);

/// <summary>Result of scoring a table. The scores themselves are written as they are computed, and not held.</summary>
/// <param name="Count">Rows.</param>
/// <param name="Usual">The scores of usual rows.</param>
/// <param name="FalseAlarms">Fraction of usual rows that may be called anomalies.</param>
/// <param name="Over">Rows over the threshold.</param>
/// <param name="MostSurprising">The most surprising rows over the threshold, in descending order.</param>
/// <param name="Moved">Columns that have most in the rows over it, where there are so many that the table as a whole has moved; otherwise none.</param>
/// <param name="CorrelationWithNorm">Spearman's rank correlation of the scores with the Euclidean norm of the standardised rows, over at most 20,000 rows at
/// random.</param>
/// <param name="Series">The series, where the model is of one.</param>
/// <param name="Notes">Notes on values unlike any in the training rows.</param>
public sealed record ScoredTable(
    long Count,
    ReferenceScores Usual,
    double FalseAlarms,
    long Over,
    IReadOnlyList<SurprisingRow> MostSurprising,
    IReadOnlyList<string> Moved,
    double CorrelationWithNorm,
    ScoredSeries? Series,
    IReadOnlyList<Wording> Notes
)
{
    // The published "VAE" detector of ADBench is the norm within a tenth of a point of AUROC.
    private const double Collapsed = 0.98;

    // Ranks of 20 unrelated rows correlate by 0 +- 0.23.
    private const int LeastRanked = 20;
    private const int PartWindows = 2000;

    /// <summary>Scores of up to 20,000 rows at random, bits.</summary>
    internal IReadOnlyList<float> Sample { get; init; } = [];

    /// <summary>Score in bits above which a row is called unusual.</summary>
    public float Threshold => Usual.Threshold(FalseAlarms);

    /// <summary>Expected number of rows over the threshold if all of them were usual.</summary>
    public double Expected => Count * Usual.ExpectedShare(FalseAlarms);

    /// <summary>Summary in one sentence: "9 of 500 rows look unusual; about 5 would by chance."</summary>
    public string Summary =>
        $"{NumberText.Of(Over)} of {Counted.Of(Count, "row")} look{(Over == 1 ? "s" : "")} unusual; about "
        + $"{NumberText.Of(Expected < 10 ? Math.Round(Expected, 1) : Math.Round(Expected))} would by chance.";

    /// <summary>Warning about p-values if few usual rows are known; null otherwise.</summary>
    public string? SmallSample =>
        Usual.SmallestPValue <= FalseAlarms / 2
            ? null
            : $"Only {NumberText.Of(Usual.Ascending.Count)} usual rows are known, so no p-value is below {NumberText.Of(Usual.SmallestPValue, 2)} (1 / "
                + $"{NumberText.Of(Usual.Ascending.Count + 1)}){Unpromised}. Train on more rows.";

    private string Unpromised =>
        Usual.SmallestPValue > FalseAlarms
            ? $", and {NumberText.Percent(FalseAlarms)} of false alarms cannot be promised: rows above every usual one are called unusual"
            : "";

    /// <summary>Warning that the table as a whole differs from the training rows; null if it does not.</summary>
    public string? Drift =>
        Moved.Count == 0
            ? null
            : $"So many unusual rows are not single odd ones: the table as a whole differs from the training rows, most in {string.Join(", ", Moved)}. If it "
                + $"is the new normal, train again on rows like these.";

    /// <summary>Verdict on whether the score says more than the distance of a row from the mean.</summary>
    public string Verdict =>
        Count < LeastRanked
            ? FormattableString.Invariant(
                $"{Count} row{(Count == 1 ? " is" : "s are")} too few to tell whether the score is more than the distance from the mean row."
            )
        : CorrelationWithNorm > Collapsed
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Collapsed: the score ranks rows as their distance from the mean row does (rank correlation {CorrelationWithNorm:F3}), and adds nothing to "
                    + $"it. Take another score."
            )
        : FormattableString.Invariant($"The score is more than the distance from the mean row: rank correlation {CorrelationWithNorm:F3}.");

    /// <summary>Scores a file, part by part; with several models of one table, by their mean.</summary>
    /// <param name="models">One model, or several of different seeds.</param>
    /// <param name="path">A table with their columns.</param>
    /// <param name="options">Kind of score, and the file for it.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">Models of different tables, a column that is missing, or a cell that is not of its column's kind.</exception>
    public static ScoredTable Of(
        IReadOnlyList<TrainedModel> models,
        string path,
        TableScoreOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Of(models, (TableInput)path, options, cancellationToken);

    /// <summary>Scores a table in a file or in memory.</summary>
    internal static ScoredTable Of(IReadOnlyList<TrainedModel> models, TableInput table, TableScoreOptions? options, CancellationToken cancellationToken)
    {
        options ??= new();
        var scorer = new RowScorer(models, options.Kind, options.Samples, options.Seed, cancellationToken);
        var isSeries = scorer.Schema.Series is not null;
        var usual = isSeries ? scorer.UsualOfSeries : scorer.Usual;
        var tally = new ScoreTally(usual, scorer.Usually.Columns, options);
        var notes = new List<Wording>();
        ScoredSeries? series = null;
        void Score(Action<IReadOnlyList<Column>> write)
        {
            if (isSeries)
                write(OfSeries(scorer, table, options, tally, notes, cancellationToken, out series));
            else
                OfShare(scorer, table, null, options, tally, notes, write, cancellationToken);
            if (tally.Count == 0)
                throw new InvalidInputException(table.Name, "holds no records", "give at least one row");
        }
        if (options.Output is { } output)
            TableWriter.Write(output, Score);
        else
            Score(_ => { });
        return Of(tally, usual, options, series, notes);
    }

    /// <summary>Scores a share of the rows of a table in files, and writes them as a part of <paramref name="parts"/>.</summary>
    /// <exception cref="InvalidInputException">A series, whose rows belong together; and all that scoring it at once refuses.</exception>
    internal static void WriteShare(
        IReadOnlyList<TrainedModel> models,
        string path,
        TableScoreOptions options,
        Share share,
        WorkParts parts,
        CancellationToken cancellationToken
    )
    {
        var scorer = OfRows(models, path, options, cancellationToken);
        var tally = new ScoreTally(scorer.Usual, scorer.Usually.Columns, options);
        var strange = Array.Empty<long>();
        parts.Write(
            share,
            write => strange = OfShare(scorer, path, share, options, tally, [], write, cancellationToken),
            () => tally.State with { Strange = strange }
        );
    }

    /// <summary>Writes the scores of all shares to the output, and returns their result: the bytes and the figures of one process.</summary>
    /// <exception cref="InvalidInputException">A part is missing or is of other work.</exception>
    internal static ScoredTable Merge(
        IReadOnlyList<TrainedModel> models,
        string path,
        TableScoreOptions options,
        WorkParts parts,
        CancellationToken cancellationToken
    )
    {
        var results = parts.Results<ScoreTallyState>();
        var scorer = OfRows(models, path, options, cancellationToken);
        var tally = new ScoreTally(scorer.Usual, scorer.Usually.Columns, options);
        var strange = new long[scorer.Schema.Dimension];
        foreach (var result in results)
        {
            tally.Add(result);
            foreach (var (column, count) in result.Strange.Index())
                strange[column] += count;
        }
        parts.Merge();
        return Of(tally, scorer.Usual, options, null, MixedTableReader.NotesOn(path, scorer.Schema, strange, options.Reading));
    }

    private static ScoredTable Of(ScoreTally tally, ReferenceScores usual, TableScoreOptions options, ScoredSeries? series, IReadOnlyList<Wording> notes) =>
        new(
            tally.Count,
            usual,
            options.FalseAlarms,
            tally.Over,
            tally.MostSurprising(),
            series is null ? tally.Moved() : [],
            tally.CorrelationWithNorm(),
            series,
            notes
        )
        {
            Sample = tally.Scores(),
        };

    private static RowScorer OfRows(IReadOnlyList<TrainedModel> models, string path, TableScoreOptions options, CancellationToken cancellationToken) =>
        models[0].Specification.Schema is TableSchema { Series: not null }
            ? throw new InvalidInputException($"{path}: a series", "is scored as a whole, in the order of time, and not in shares", "score it at once")
            : new(models, options.Kind, options.Samples, options.Seed, cancellationToken);

    private static long[] OfShare(
        RowScorer scorer,
        TableInput table,
        Share? share,
        TableScoreOptions options,
        ScoreTally tally,
        List<Wording> notes,
        Action<IReadOnlyList<Column>> write,
        CancellationToken cancellationToken
    )
    {
        var strange = Array.Empty<long>();
        WhileReading(
            visit => strange = MixedTableReader.ForEachPart(table, scorer.Schema, share, visit, notes, options.Reading),
            (before, part) => write(OfRows(scorer, before, part, options, tally, cancellationToken))
        );
        return strange;
    }

    /// <summary>Works on a part while the next one is read; parts are worked on in turn.</summary>
    private static void WhileReading(Action<Action<long, TablePart>> read, Action<long, TablePart> work)
    {
        var (under, threads) = (Task.CompletedTask, get_num_threads());
        try
        {
            read(
                (before, part) =>
                {
                    under.GetAwaiter().GetResult();
                    under = Task.Run(() =>
                    {
                        using var same = TensorThreads.Use(threads);
                        work(before, part);
                    });
                }
            );
        }
        finally
        {
            under.GetAwaiter().GetResult();
        }
    }

    private static Column[] OfRows(
        RowScorer scorer,
        long before,
        TablePart part,
        TableScoreOptions options,
        ScoreTally tally,
        CancellationToken cancellationToken
    )
    {
        var scored = scorer.Score(part.Rows, cancellationToken);
        string Value(int column, int row) => scorer.Usually.Value(column, part.Number(column, row), part.Text(column, row));
        ScoreReasons Reasons(int row) => Why(scorer, part.Rows, scored, row, column => Value(column, row));
        tally.Add(
            scored,
            before,
            row => Norm(scorer.Schema, part.Rows, row),
            Reasons,
            row => [.. part.Beside.Select(column => (column.Name, column.Text(row) ?? "missing"))],
            cells: row =>
                [
                    .. scored.Columns.Select(
                        (name, column) => new ScoreReason(name, Value(column, row), "", scored.ColumnBits[row * scored.Columns.Count + column])
                    ),
                ]
        );
        return options.Output is null
            ? []
            : [RowNumbers(before + 1, scored.Count), .. part.Beside, .. scored.Table(scorer.Usual, options.FalseAlarms, Reasons, options.Explain)];
    }

    private static Column[] OfSeries(
        RowScorer scorer,
        TableInput table,
        TableScoreOptions options,
        ScoreTally tally,
        List<Wording> notes,
        CancellationToken cancellationToken,
        out ScoredSeries series
    )
    {
        var windows = scorer.Schema.Series!;
        var (rows, times) = MixedTableReader.ReadSeries(table, scorer.Schema, notes, options.Reading);
        var scores = new SeriesScores(windows, times.Count);
        foreach (var starts in SeriesRecords.Starts(table.Name, windows, times.Count).Chunk(PartWindows))
        {
            var part = scorer.Score(SeriesRecords.Cut(rows, windows, starts), cancellationToken);
            foreach (var (window, first) in starts.Index())
                scores.Add(part, window, first);
        }
        var scored = scores.Rows();
        var narrow = SeriesRecords.Narrow(scorer.Schema);
        var width = windows.Columns.Count;
        double[] values =
        [
            .. rows.Select(
                (value, i) =>
                    float.IsNaN(value)
                        ? double.NaN
                        : UsualCells.Rounded((FittedNumbers)narrow.Fields[i % width], ((FittedNumbers)narrow.Fields[i % width]).Unscaled(value))
            ),
        ];
        ScoreReasons Reasons(int row) => Why(scorer, rows, scored, row, column => scorer.Usually.Value(column, values[row * width + column], null));
        tally.Add(scored, 0, row => Norm(narrow, rows, row), Reasons, _ => [], times);
        var threshold = scorer.UsualOfSeries.Threshold(options.FalseAlarms);
        var events = SeriesEvent.Find(scored, scores.Own(), scorer.UsualOfSeries, threshold, windows.Window, times, Reasons);
        series = new(
            times,
            values,
            scored,
            events,
            SeriesDrift.Find(scored, values, threshold, scorer.UsualOfSeries.ExpectedShare(options.FalseAlarms), windows.Window, times)
        );
        return [RowNumbers(1, scored.Count), new("time", times), .. scored.Table(scorer.UsualOfSeries, options.FalseAlarms, Reasons, options.Explain)];
    }

    private static ScoreReasons Why(RowScorer scorer, float[] rows, ScoredRows scored, int row, Func<int, string> value)
    {
        var width = scored.Columns.Count;
        return scorer.Usually.Reasons(
            rows[(row * width)..((row + 1) * width)],
            scored.ColumnBits[(row * width)..((row + 1) * width)],
            scored.OtherBits[row],
            value
        );
    }

    private static Column RowNumbers(long first, int count) => new("row", [.. Enumerable.Range(0, count).Select(row => checked((int)(first + row)))]);

    /// <summary>Returns |z|^2 over the numbers of a row, categories at their chi-square distance from the mean row.</summary>
    private static float Norm(TableSchema schema, float[] rows, int row)
    {
        var norm = 0f;
        foreach (var (place, cell) in rows[(row * schema.Dimension)..((row + 1) * schema.Dimension)].Index())
            norm += float.IsNaN(cell) ? 0 : schema.Fields[place].SquaredNorm(cell);
        return norm;
    }
}
