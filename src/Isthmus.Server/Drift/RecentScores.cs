namespace Isthmus.Server.Drift;

/// <summary>The scores of the last 1,024 rows: their quantiles, and how many are over the threshold. Safe to use from several threads.</summary>
internal sealed class RecentScores
{
    private const int Most = 1024;
    private readonly Lock _writing = new();
    private readonly float[] _ring = new float[Most];
    private long _written;

    /// <summary>Takes scores in; those of rows without any value are none.</summary>
    public void Add(ReadOnlySpan<float> scores)
    {
        lock (_writing)
            foreach (var score in scores)
                if (!float.IsNaN(score))
                    _ring[_written++ % Most] = score;
    }

    /// <summary>Returns the scores in ascending order.</summary>
    public float[] Ascending()
    {
        float[] scores;
        lock (_writing)
            scores = _ring[..(int)Math.Min(Most, _written)];
        Array.Sort(scores);
        return scores;
    }

    /// <summary>Returns a quantile of ascending scores: the least that a fraction of them does not exceed.</summary>
    /// <param name="ascending">At least one score.</param>
    /// <param name="fraction">Fraction, from 0 to 1.</param>
    public static float Quantile(float[] ascending, double fraction) =>
        ascending[Math.Clamp((int)Math.Ceiling(fraction * ascending.Length) - 1, 0, ascending.Length - 1)];
}
