using Isthmus.Information.Numerics;

namespace Isthmus.Tables;

/// <summary>
/// Running summary of scores: the number over the threshold, the largest of them, and a sample of all. Rows may come in any order and from several processes:
/// their states together are the state of all.
/// </summary>
internal sealed class ScoreTally(ReferenceScores usual, IReadOnlyList<string> columns, TableScoreOptions options)
{
    // Of so many rows that are over the threshold, and so many times those expected, the table is another one.
    private const int Sampled = 20_000,
        LeastMoved = 30,
        MovedTimes = 5,
        MovedColumns = 3;

    // Sums of whole millionths of a bit do not depend on their order.
    private const double Steps = 1 << 20;
    private readonly float _threshold = usual.Threshold(options.FalseAlarms);
    private readonly PriorityQueue<SampledScore, long> _sample = new();
    private readonly PriorityQueue<SurprisingRow, (float Bits, long Before)> _most = new();
    private readonly Int128[] _bits = new Int128[columns.Count];

    /// <summary>Number of rows so far.</summary>
    public long Count { get; private set; }

    /// <summary>Number of rows over the threshold.</summary>
    public long Over { get; private set; }

    /// <summary>State to add to another tally of the same scores.</summary>
    public ScoreTallyState State =>
        new(
            Count,
            Over,
            [.. _bits.Select(bits => bits.ToString(System.Globalization.CultureInfo.InvariantCulture))],
            [.. Sample()],
            [.. MostSurprising().Select(SurprisingRowState.Of)]
        );

    /// <summary>Adds rows.</summary>
    /// <param name="scored">Their scores.</param>
    /// <param name="before">Number of rows of the table before them.</param>
    /// <param name="norm">A row's distance from the mean row.</param>
    /// <param name="why">A row's reasons.</param>
    /// <param name="identifiers">Identifiers of the rows.</param>
    /// <param name="times">Times of the rows, for a series.</param>
    /// <param name="cells">Cells of a row; null for a series.</param>
    public void Add(
        ScoredRows scored,
        long before,
        Func<int, float> norm,
        Func<int, ScoreReasons> why,
        Func<int, IReadOnlyList<(string, string)>> identifiers,
        IReadOnlyList<string>? times = null,
        Func<int, IReadOnlyList<ScoreReason>>? cells = null
    )
    {
        for (var row = 0; row < scored.Count; row++)
        {
            var number = before + row + 1;
            Count++;
            var bits = scored.Bits[row];
            if (float.IsNaN(bits))
                continue;
            if (IsSampled(number))
                Keep(new SampledScore(number, bits, norm(row)));
            if (!(bits > _threshold))
                continue;
            Over++;
            for (var column = 0; column < _bits.Length; column++)
                _bits[column] += Int128.CreateSaturating(Math.Round(Steps * scored.ColumnBits[row * _bits.Length + column]));
            if (IsAmongMost(bits, number))
                Keep(new SurprisingRow(number, identifiers(row), times?[row], bits, usual.PValue(bits), why(row)) { Cells = cells?.Invoke(row) ?? [] });
        }
    }

    /// <summary>Adds rows that another process has added to a tally of its own.</summary>
    public void Add(ScoreTallyState other)
    {
        Count += other.Count;
        Over += other.Over;
        foreach (var (column, bits) in other.ColumnBits.Index())
            _bits[column] += Int128.Parse(bits, System.Globalization.CultureInfo.InvariantCulture);
        foreach (var score in other.Sample)
            if (IsSampled(score.Row))
                Keep(score);
        foreach (var row in other.Most)
            if (IsAmongMost(row.Bits, row.Row))
                Keep(row.Under(usual));
    }

    /// <summary>Returns the rows furthest over the threshold, in descending order.</summary>
    public IReadOnlyList<SurprisingRow> MostSurprising() => [.. _most.UnorderedItems.OrderByDescending(row => row.Priority).Select(row => row.Element)];

    /// <summary>Returns the columns that contribute most to rows over the threshold, if those are far more than expected.</summary>
    public IReadOnlyList<string> Moved()
    {
        double[] bits = [.. _bits.Select(sum => (double)sum / Steps)];
        return Over < Math.Max(LeastMoved, MovedTimes * usual.ExpectedShare(options.FalseAlarms) * Count)
            ? []
            :
            [
                .. bits.Index()
                    .OrderByDescending(column => column.Item)
                    .Take(MovedColumns)
                    .TakeWhile(column => column.Item > 0.1 * bits.Sum())
                    .Select(column => columns[column.Index]),
            ];
    }

    /// <summary>Returns Spearman's rank correlation of score and distance from the mean row, over the sample.</summary>
    public double CorrelationWithNorm() =>
        Sample().ToArray() is var sample
            ? Ranks.Correlation([.. sample.Select(row => (double)row.Bits)], [.. sample.Select(row => (double)row.Norm)])
            : double.NaN;

    /// <summary>Returns the scores of the sample.</summary>
    public IReadOnlyList<float> Scores() => [.. Sample().Select(row => row.Bits)];

    private IEnumerable<SampledScore> Sample() => _sample.UnorderedItems.Select(score => score.Element).OrderBy(score => score.Row);

    // The sample is the rows whose random numbers are greatest: a row's depends on its place alone.
    private long Luck(long row) => RandomStream.Seed(options.Seed, RandomStream.Evaluation, row);

    private bool IsSampled(long row) => _sample.Count < Sampled || _sample.TryPeek(out _, out var least) && Luck(row) > least;

    private void Keep(SampledScore score)
    {
        _sample.Enqueue(score, Luck(score.Row));
        if (_sample.Count > Sampled)
            _sample.Dequeue();
    }

    // Among equals the first stays.
    private bool IsAmongMost(float bits, long row) => _most.Count < options.Shown || _most.TryPeek(out _, out var least) && (bits, -row).CompareTo(least) > 0;

    private void Keep(SurprisingRow row)
    {
        _most.Enqueue(row, (row.Bits, -row.Row));
        if (_most.Count > options.Shown)
            _most.Dequeue();
    }
}
