namespace Isthmus.Tables;

/// <summary>Scores of rows like those that a model was trained on, each scored without itself. They say how usual a score is.</summary>
/// <param name="Ascending">The scores in bits, the least first.</param>
public sealed record ReferenceScores(IReadOnlyList<float> Ascending)
{
    /// <summary>The share of usual rows that score as high: (those that do + 1) / (all + 1), so that none is impossible. NaN of NaN.</summary>
    public double PValue(float bits) => float.IsNaN(bits) ? double.NaN : (Ascending.Count - Below(bits) + 1.0) / (Ascending.Count + 1.0);

    /// <summary>The bits that a share <paramref name="falseAlarms"/> of the usual rows lies above.</summary>
    public float Threshold(double falseAlarms) => Ascending[Math.Clamp((int)Math.Ceiling((1 - falseAlarms) * Ascending.Count) - 1, 0, Ascending.Count - 1)];

    /// <summary>
    /// The share of new usual rows to expect above <see cref="Threshold"/>: of n usual scores and a new one each is as likely to be any of the n + 1 in order.
    /// </summary>
    public double ExpectedShare(double falseAlarms)
    {
        var threshold = Threshold(falseAlarms);
        return (Ascending.Count - Ascending.TakeWhile(bits => bits <= threshold).Count() + 1.0) / (Ascending.Count + 1);
    }

    /// <summary>The least p-value that there can be, 1 / (n + 1).</summary>
    public double LeastPValue => 1.0 / (Ascending.Count + 1);

    /// <summary>How many of the scores are less.</summary>
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
