using Isthmus.Information.Numerics;

namespace Isthmus.Tables;

/// <summary>Running summary of scores: the number over the threshold, the largest of them, and a sample of all.</summary>
internal sealed class ScoreTally(ReferenceScores usual, IReadOnlyList<string> columns, TableScoreOptions options)
{
    // Of so many rows that are over the threshold, and so many times those expected, the table is another one.
    private const int Sampled = 20_000,
        LeastMoved = 30,
        MovedTimes = 5,
        MovedColumns = 3;
    private readonly float _threshold = usual.Threshold(options.FalseAlarms);
    private readonly Random _random = new(options.Seed);
    private readonly List<(float Bits, float Norm)> _sample = [];
    private readonly PriorityQueue<SurprisingRow, (float Bits, long Before)> _most = new();
    private readonly double[] _bits = new double[columns.Count];
    private long _scored;

    /// <summary>Number of rows so far.</summary>
    public long Count { get; private set; }

    /// <summary>Number of rows over the threshold.</summary>
    public long Over { get; private set; }

    /// <summary>Adds rows.</summary>
    /// <param name="scored">Their scores.</param>
    /// <param name="norm">A row's distance from the mean row.</param>
    /// <param name="why">A row's reasons.</param>
    /// <param name="identifiers">Identifiers of the rows.</param>
    /// <param name="times">Times of the rows, for a series.</param>
    public void Add(
        ScoredRows scored,
        Func<int, float> norm,
        Func<int, ScoreReasons> why,
        Func<int, IReadOnlyList<(string, string)>> identifiers,
        IReadOnlyList<string>? times = null
    )
    {
        for (var row = 0; row < scored.Count; row++)
        {
            Count++;
            var bits = scored.Bits[row];
            if (float.IsNaN(bits))
                continue;
            if (Place() is >= 0 and var place)
                _sample[place] = (bits, norm(row));
            if (!(bits > _threshold))
                continue;
            Over++;
            for (var column = 0; column < _bits.Length; column++)
                _bits[column] += scored.ColumnBits[row * _bits.Length + column];
            if (_most.Count == options.Shown && _most.TryPeek(out _, out var least) && bits <= least.Bits)
                continue;
            // Of equals the first stays.
            _most.Enqueue(new(Count, identifiers(row), times?[row], bits, usual.PValue(bits), why(row)), (bits, -Count));
            if (_most.Count > options.Shown)
                _most.Dequeue();
        }
    }

    /// <summary>Returns the rows furthest over the threshold, in descending order.</summary>
    public IReadOnlyList<SurprisingRow> MostSurprising() => [.. _most.UnorderedItems.OrderByDescending(row => row.Priority).Select(row => row.Element)];

    /// <summary>Returns the columns that contribute most to rows over the threshold, if those are far more than expected.</summary>
    public IReadOnlyList<string> Moved() =>
        Over < Math.Max(LeastMoved, MovedTimes * usual.ExpectedShare(options.FalseAlarms) * Count)
            ? []
            :
            [
                .. _bits
                    .Index()
                    .OrderByDescending(column => column.Item)
                    .Take(MovedColumns)
                    .TakeWhile(column => column.Item > 0.1 * _bits.Sum())
                    .Select(column => columns[column.Index]),
            ];

    /// <summary>Returns Spearman's rank correlation of score and distance from the mean row, over the sample.</summary>
    public double CorrelationWithNorm() => Ranks.Correlation([.. _sample.Select(row => (double)row.Bits)], [.. _sample.Select(row => (double)row.Norm)]);

    /// <summary>
    /// Returns the place of the next row in the sample, -1 for none: each is kept with the same probability, however many come (Vitter 1985, algorithm R).
    /// </summary>
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
