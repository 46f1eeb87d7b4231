namespace Isthmus.Information.Numerics;

/// <summary>Table of psi at the integers, for the k-nearest-neighbour estimators.</summary>
internal static class DigammaTable
{
    /// <summary>Returns psi up to the largest of the counts, which is mostly far below the number of rows.</summary>
    public static double[] Over(params ReadOnlySpan<int[]> counts)
    {
        var largest = 0;
        foreach (var group in counts)
            largest = Math.Max(largest, group.Max());
        return UpTo(largest);
    }

    /// <summary>Returns psi(0 .. n), psi(0) as NaN. Each entry is computed for itself: a running sum would accumulate rounding errors.</summary>
    public static double[] UpTo(int n)
    {
        var table = new double[n + 1];
        table[0] = double.NaN;
        for (var i = 1; i <= n; i++)
            table[i] = SpecialFunctions.Digamma(i);
        return table;
    }
}
