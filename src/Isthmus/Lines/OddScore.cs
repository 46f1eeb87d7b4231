using Isthmus.Information;

namespace Isthmus.Lines;

/// <summary>Score by which lines and windows of lines are ordered, and its p-value.</summary>
internal static class OddScore
{
    /// <summary>Returns bits above what such words or steps cost, in deviations: (bits - mean) / sqrt(variance + 1), both in bits.</summary>
    /// <param name="bits">Bits that were spent.</param>
    /// <param name="expected">Mean and variance of the cost, nats and nats².</param>
    public static double Deviations(double bits, (double Mean, double Variance) expected)
    {
        var variance = InformationUnits.NatsToBits(InformationUnits.NatsToBits(expected.Variance));
        return (bits - InformationUnits.NatsToBits(expected.Mean)) / Math.Sqrt(variance + 1);
    }

    /// <summary>Returns (1 + held-out scores that are as high) / (1 + all of them).</summary>
    /// <param name="ascending">Held-out scores.</param>
    /// <param name="score">The score.</param>
    public static double PValue(double[] ascending, double score)
    {
        var at = Array.BinarySearch(ascending, score);
        if (at < 0)
            at = ~at;
        while (at > 0 && ascending[at - 1] >= score)
            at--;
        return (1.0 + ascending.Length - at) / (1.0 + ascending.Length);
    }
}
