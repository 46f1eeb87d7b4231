using Isthmus.Data;
using Isthmus.Information.Numerics;
using Isthmus.Models;

namespace Isthmus.Applications;

/// <summary>A row that few usual ones are as surprising as.</summary>
/// <param name="Row">Its number, 1 for the first.</param>
/// <param name="Time">Of a series: its time, as it stands in the file.</param>
/// <param name="Bits">Its score.</param>
/// <param name="PValue">The share of usual rows that score as high.</param>
/// <param name="Reasons">The columns that have most in it, and how many bits.</param>
public sealed record SurprisingRow(long Row, string? Time, float Bits, double PValue, IReadOnlyList<(string Column, float Bits)> Reasons);

/// <summary>A series and its scores, row by row.</summary>
/// <param name="Times">As they stand in the file, in order.</param>
/// <param name="Values">The cells in the columns' own units, N x D; NaN of a blank.</param>
/// <param name="Scores">What each row scores.</param>
public sealed record ScoredSeries(IReadOnlyList<string> Times, IReadOnlyList<double> Values, ScoredRows Scores);

/// <summary>What the scores of a table come to. They are written as they are found, and not held.</summary>
/// <param name="Count">Rows.</param>
/// <param name="Usual">The scores of held-out rows.</param>
/// <param name="Threshold">The bits that the share of usual rows that was asked for lies above.</param>
/// <param name="Over">Rows over it.</param>
/// <param name="MostSurprising">The most surprising rows, the first one first.</param>
/// <param name="CorrelationWithNorm">Spearman's rank correlation of the scores with the Euclidean norm of the standardised rows, over at most 20,000 rows by chance.</param>
/// <param name="Series">The series, where the model is of one.</param>
/// <param name="Notes">What the training rows had nothing like.</param>
public sealed record ScoredTable(long Count, UsualScores Usual, float Threshold, long Over, IReadOnlyList<SurprisingRow> MostSurprising, double CorrelationWithNorm, ScoredSeries? Series, IReadOnlyList<string> Notes)
{
    // The published "VAE" detector of ADBench is the norm within a tenth of a point of AUROC.
    private const double Collapsed = 0.98;
    // Ranks of 20 unrelated rows correlate by 0 +- 0.23.
    private const int LeastRanked = 20;
    private const int PartWindows = 2000;

    /// <summary>Whether the score says more than how far a row is from the mean.</summary>
    public string Verdict => Count < LeastRanked
        ? FormattableString.Invariant($"{Count} row{(Count == 1 ? " is" : "s are")} too few to tell whether the score is more than the norm of the standardised row.")
        : CorrelationWithNorm > Collapsed
        ? FormattableString.Invariant($"Collapsed: the score ranks rows as the norm of the standardised row does (rank correlation {CorrelationWithNorm:F3}); the model adds nothing to it. Train longer, or take another --score.")
        : FormattableString.Invariant($"The score is its own: rank correlation {CorrelationWithNorm:F3} with the norm of the standardised row.");

    /// <summary>Scores a file, part by part; the scores are the mean over models of one table.</summary>
    /// <param name="models">One, or more of other seeds.</param>
    /// <param name="path">A table with their columns.</param>
    /// <param name="options">Which score, and where it is written.</param>
    /// <param name="cancel">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">Models of different tables, a column that is missing, or a cell that is not of its column's kind.</exception>
    public static ScoredTable Of(IReadOnlyList<TrainedModel> models, string path, ScoreOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new();
        var scorer = new RowScorer(models, options.Kind, options.Samples, options.Seed, cancel);
        var isSeries = scorer.Schema.Series is not null;
        var usual = isSeries ? scorer.UsualOfSeries : scorer.Usual;
        var tally = new ScoreTally(usual, options);
        var notes = new List<string>();
        ScoredSeries? series = null;
        void Score(Action<IReadOnlyList<TableColumn>> write)
        {
            if (isSeries)
                write(OfSeries(scorer, path, options, tally, notes, cancel, out series));
            else
                WhileReading(visit => MixedTableReader.ForEachPart(path, scorer.Schema, visit, notes, options.Reading), rows => write(OfRows(scorer, rows, options, tally, cancel)));
            if (tally.Count == 0)
                throw new InvalidInputException($"{path} holds no records; at least one row is needed.");
        }
        if (options.Output is { } output)
            TableWriter.Write(output, Score);
        else
            Score(_ => { });
        return new(tally.Count, usual, usual.Threshold(options.FalseAlarms), tally.Over, tally.MostSurprising(), tally.CorrelationWithNorm(), series, notes);
    }

    /// <summary>Works on a part while the next one is read; parts are worked on in turn.</summary>
    private static void WhileReading(Action<Action<float[]>> read, Action<float[]> work)
    {
        var under = Task.CompletedTask;
        try
        {
            read(part =>
            {
                under.GetAwaiter().GetResult();
                under = Task.Run(() => work(part));
            });
        }
        finally
        {
            under.GetAwaiter().GetResult();
        }
    }

    private static TableColumn[] OfRows(RowScorer scorer, float[] rows, ScoreOptions options, ScoreTally tally, CancellationToken cancel)
    {
        var scored = scorer.Score(rows, cancel);
        var first = tally.Count + 1;
        tally.Add(scored, row => Norm(scorer.Schema, rows, row));
        return options.Output is null ? [] : [RowNumbers(first, scored.Count), .. scored.Table(scorer.Usual, options.FalseAlarms, options.Explain)];
    }

    private static TableColumn[] OfSeries(RowScorer scorer, string path, ScoreOptions options, ScoreTally tally, List<string> notes, CancellationToken cancel, out ScoredSeries series)
    {
        var windows = scorer.Schema.Series!;
        var (rows, times) = MixedTableReader.ReadSeries(path, scorer.Schema, notes, options.Reading);
        var scores = new SeriesScores(windows, times.Count);
        foreach (var starts in SeriesRecords.Starts(path, windows, times.Count).Chunk(PartWindows))
        {
            var part = scorer.Score(SeriesRecords.Cut(rows, windows, starts), cancel);
            foreach (var (window, first) in starts.Index())
                scores.Add(part, window, first);
        }
        var scored = scores.Rows();
        var narrow = SeriesRecords.Narrow(scorer.Schema);
        tally.Add(scored, row => Norm(narrow, rows, row), times);
        var width = windows.Columns.Count;
        series = new(times, [.. rows.Select((value, i) => float.IsNaN(value) ? double.NaN : ((NumberField)narrow.Fields[i % width]).Unscaled(value))], scored);
        return [RowNumbers(1, scored.Count), new("time", times), .. scored.Table(scorer.UsualOfSeries, options.FalseAlarms, options.Explain)];
    }

    private static TableColumn RowNumbers(long first, int count) => new("row", [.. Enumerable.Range(0, count).Select(row => checked((int)(first + row)))]);

    /// <summary>|z|^2 over the numbers of a row, levels at their chi-square distance from the mean row.</summary>
    private static float Norm(TableSchema schema, float[] rows, int row)
    {
        var norm = 0f;
        foreach (var (place, cell) in rows[(row * schema.Dimension)..((row + 1) * schema.Dimension)].Index())
            norm += float.IsNaN(cell) ? 0 : schema.Fields[place].SquaredNorm(cell);
        return norm;
    }

    /// <summary>What is kept of scores that pass by.</summary>
    private sealed class ScoreTally(UsualScores usual, ScoreOptions options)
    {
        private const int Sampled = 20_000, Reasons = 3;
        private readonly float _threshold = usual.Threshold(options.FalseAlarms);
        private readonly Random _random = new(options.Seed);
        private readonly List<(float Bits, float Norm)> _sample = [];
        private readonly PriorityQueue<SurprisingRow, (float Bits, long Before)> _most = new();
        private long _scored;

        public long Count { get; private set; }

        public long Over { get; private set; }

        public void Add(ScoredRows scored, Func<int, float> norm, IReadOnlyList<string>? times = null)
        {
            for (var row = 0; row < scored.Count; row++)
            {
                Count++;
                var bits = scored.Bits[row];
                if (float.IsNaN(bits))
                    continue;
                if (bits > _threshold)
                    Over++;
                if (Place() is >= 0 and var place)
                    _sample[place] = (bits, norm(row));
                if (_most.Count == options.Shown && _most.TryPeek(out _, out var least) && bits <= least.Bits)
                    continue;
                // Of equals the first stays.
                _most.Enqueue(new(Count, times?[row], bits, usual.PValue(bits), [.. scored.Reasons(row, Reasons)]), (bits, -Count));
                if (_most.Count > options.Shown)
                    _most.Dequeue();
            }
        }

        public IReadOnlyList<SurprisingRow> MostSurprising() => [.. _most.UnorderedItems.OrderByDescending(row => row.Priority).Select(row => row.Element)];

        public double CorrelationWithNorm() => Ranks.Correlation([.. _sample.Select(row => (double)row.Bits)], [.. _sample.Select(row => (double)row.Norm)]);

        /// <summary>Where in the sample the next row goes, -1 for nowhere: each is kept with the same chance, however many come (Vitter 1985, algorithm R).</summary>
        private int Place()
        {
            _scored++;
            if (_sample.Count < Sampled)
            {
                _sample.Add(default);
                return _sample.Count - 1;
            }
            return _random.NextInt64(_scored) is < Sampled and var place ? (int)place : -1;
        }
    }
}
