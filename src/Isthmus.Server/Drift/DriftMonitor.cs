namespace Isthmus.Server.Drift;

/// <summary>
/// Running comparison of served rows with training: of the scores, and of each column, over the last hour or so. It keeps counts in bins and no row. Safe to
/// use from several threads.
/// </summary>
internal sealed class DriftMonitor
{
    private const int Slots = 12;
    private static readonly TimeSpan RecentFor = TimeSpan.FromSeconds(1);
    private readonly Lock _counting = new();
    private readonly TrainingBins[] _bins;
    private readonly string[] _names;
    private readonly long[][][] _counts;
    private readonly long[] _rows = new long[Slots];
    private readonly TimeSpan _each;
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _start;
    private long _now;
    private volatile Tuple<DateTimeOffset, DriftReport>? _recent;

    /// <summary>A comparison that has seen nothing.</summary>
    /// <param name="scores">Training scores; null if the model gives none.</param>
    /// <param name="columns">Names of columns and their training values.</param>
    /// <param name="window">Time that is compared.</param>
    /// <param name="clock">Clock.</param>
    public DriftMonitor(IReadOnlyList<float>? scores, IReadOnlyList<(string Name, TrainingBins Bins)> columns, TimeSpan window, TimeProvider clock)
    {
        HasScores = scores is not null;
        _bins = [.. scores is null ? [] : (TrainingBins[])[TrainingBins.OfNumbers(scores)], .. columns.Select(column => column.Bins)];
        _names = [.. columns.Select(column => column.Name)];
        _counts = [.. Enumerable.Range(0, Slots).Select(_ => _bins.Select(bins => new long[bins.Counts.Length]).ToArray())];
        (_each, _clock, _start) = (window / Slots, clock, clock.GetUtcNow());
    }

    /// <summary>True if scores are compared.</summary>
    public bool HasScores { get; }

    /// <summary>Takes served rows in.</summary>
    /// <param name="scores">Score of each row, bits; empty where scores are not compared.</param>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    public void Add(ReadOnlySpan<float> scores, ReadOnlySpan<float> rows)
    {
        var width = _names.Length;
        var first = HasScores ? 1 : 0;
        lock (_counting)
        {
            var slot = Turn();
            if (HasScores)
                foreach (var score in scores)
                    _counts[slot][0][_bins[0].Of(score)]++;
            for (var column = 0; column < width; column++)
            {
                var (counts, bins) = (_counts[slot][first + column], _bins[first + column]);
                for (var at = column; at < rows.Length; at += width)
                    counts[bins.Of(rows[at])]++;
            }
            _rows[slot] += width > 0 ? rows.Length / width : scores.Length;
        }
    }

    /// <summary>A comparison of the last second, so that all the gauges of one scrape have the same one.</summary>
    public DriftReport Recent()
    {
        var now = _clock.GetUtcNow();
        if (_recent is not var (at, report) || now - at > RecentFor)
            _recent = new(now, report = Report());
        return report;
    }

    /// <summary>Compares what the time up to now has brought.</summary>
    public DriftReport Report()
    {
        long rows;
        long[][] sums;
        lock (_counting)
        {
            Turn();
            rows = _rows.Sum();
            sums = [.. _bins.Index().Select(bins => Sum(bins.Index))];
        }
        // Each comparison may err: all of them together should not.
        var level = DriftReport.Level / Math.Max(1, _bins.Length);
        ColumnDrift[] all = [.. _bins.Zip(sums, (bins, counts) => ColumnDrift.Of(bins, counts, level))];
        return new(
            Math.Min((_clock.GetUtcNow() - _start).TotalSeconds, _each.TotalSeconds * Slots),
            rows,
            HasScores ? all[0] : null,
            _names.Zip(all.Skip(HasScores ? 1 : 0), (name, drift) => (name, drift)).ToDictionary(StringComparer.Ordinal)
        );
    }

    private long[] Sum(int place)
    {
        var sum = new long[_bins[place].Counts.Length];
        foreach (var slot in _counts)
            for (var bin = 0; bin < sum.Length; bin++)
                sum[bin] += slot[place][bin];
        return sum;
    }

    /// <summary>Empties the slots whose time is over, and returns the present one.</summary>
    private int Turn()
    {
        var now = (_clock.GetUtcNow() - _start) / _each is var passed and > 0 ? (long)passed : 0;
        for (var slot = Math.Max(_now + 1, now - Slots + 1); slot <= now; slot++)
        {
            _rows[slot % Slots] = 0;
            foreach (var counts in _counts[slot % Slots])
                Array.Clear(counts);
        }
        _now = Math.Max(_now, now);
        return (int)(_now % Slots);
    }
}
