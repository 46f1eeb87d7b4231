namespace Isthmus.Tables;

/// <summary>Scores of rows like those that a model was trained on, each scored without itself: the reference for how usual a score is.</summary>
/// <param name="Ascending">The scores in bits, in ascending order.</param>
public sealed record ReferenceScores(IReadOnlyList<float> Ascending)
{
    /// <summary>Returns the fraction of usual rows that score at least as high: (those that do + 1) / (all + 1), which is never 0; NaN for NaN.</summary>
    public double PValue(float bits) => float.IsNaN(bits) ? double.NaN : (Ascending.Count - Below(bits) + 1.0) / (Ascending.Count + 1.0);

    /// <summary>Returns the score in bits that a fraction <paramref name="falseAlarms"/> of the usual rows exceeds.</summary>
    public float Threshold(double falseAlarms) => Ascending[Math.Clamp((int)Math.Ceiling((1 - falseAlarms) * Ascending.Count) - 1, 0, Ascending.Count - 1)];

    /// <summary>
    /// Returns the expected fraction of new usual rows above <see cref="Threshold"/>: each rank of a new score among n usual ones is equally likely.
    /// </summary>
    public double ExpectedShare(double falseAlarms)
    {
        var threshold = Threshold(falseAlarms);
        return (Ascending.Count - Ascending.TakeWhile(bits => bits <= threshold).Count() + 1.0) / (Ascending.Count + 1);
    }

    /// <summary>Smallest possible p-value, 1 / (n + 1).</summary>
    public double SmallestPValue => 1.0 / (Ascending.Count + 1);

    /// <summary>Returns the number of smaller scores.</summary>
    private int Below(float bits)
    {
        var (low, high) = (0, Ascending.Count);
        while (low < high)
            if ((low + high) / 2 is var middle && Ascending[middle] < bits)
                low = middle + 1;
            else
                high = middle;
        return low;
    }
}
