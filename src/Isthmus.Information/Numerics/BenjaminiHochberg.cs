namespace Isthmus.Information.Numerics;

/// <summary>
/// Adjusted p-values that bound the false discovery rate: for the i-th smallest of m p-values, the minimum of p m / j over all j from i on. Rejecting those at
/// most a keeps the expected fraction of false rejections at most a for independent or positively dependent tests (Benjamini and Hochberg 1995).
/// </summary>
public static class BenjaminiHochberg
{
    /// <summary>Returns the adjusted p-values, in the order given. Cost: a sort.</summary>
    /// <exception cref="ArgumentException">A p-value outside 0 .. 1.</exception>
    public static double[] Adjust(ReadOnlySpan<double> pValues)
    {
        var order = new int[pValues.Length];
        for (var i = 0; i < order.Length; i++)
        {
            if (!(pValues[i] >= 0 && pValues[i] <= 1))
                throw new ArgumentException($"Benjamini-Hochberg needs p-values of 0 .. 1; that at index {i} is {pValues[i]}.");
            order[i] = i;
        }
        var sorted = pValues.ToArray();
        Array.Sort(sorted, order);
        var adjusted = new double[order.Length];
        var least = 1.0;
        for (var i = order.Length - 1; i >= 0; i--)
            adjusted[order[i]] = least = Math.Min(least, Math.Max(sorted[i], sorted[i] * order.Length / (i + 1)));
        return adjusted;
    }
}
