using Isthmus.Information.Numerics;

namespace Isthmus.Tables;

/// <summary>What is kept of scores that pass by: how many are over the threshold, the greatest of them, and a sample of all.</summary>
internal sealed class ScoreTally(ReferenceScores usual, IReadOnlyList<string> columns, ScoreOptions options)
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

    /// <summary>Rows so far.</summary>
    public long Count { get; private set; }

    /// <summary>Those over the threshold.</summary>
    public long Over { get; private set; }

    /// <summary>Takes in rows.</summary>
    /// <param name="scored">Their scores.</param>
    /// <param name="norm">A row's distance from the mean row.</param>
    /// <param name="why">A row's reasons.</param>
    /// <param name="identifiers">What says which row it is.</param>
    /// <param name="times">Of a series: the rows' times.</param>
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

    /// <summary>The rows furthest over the threshold, the first one first.</summary>
    public IReadOnlyList<SurprisingRow> MostSurprising() => [.. _most.UnorderedItems.OrderByDescending(row => row.Priority).Select(row => row.Element)];

    /// <summary>The columns that have most in the rows over the threshold, where those are far more than chance allows.</summary>
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

    /// <summary>Spearman's rank correlation of score and distance from the mean row, over the sample.</summary>
    public double CorrelationWithNorm() => Ranks.Correlation([.. _sample.Select(row => (double)row.Bits)], [.. _sample.Select(row => (double)row.Norm)]);

    /// <summary>
    /// Where in the sample the next row goes, -1 for nowhere: each is kept with the same chance, however many come (Vitter 1985, algorithm R).
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
