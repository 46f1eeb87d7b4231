namespace Isthmus.Information.Numerics;

/// <summary>psi at the integers: every k-nearest-neighbour estimator looks them up.</summary>
internal static class DigammaTable
{
    /// <summary>psi up to the largest of the counts: mostly far below the number of rows.</summary>
    public static double[] Over(params ReadOnlySpan<int[]> counts)
    {
        var largest = 0;
        foreach (var group in counts)
            largest = Math.Max(largest, group.Max());
        return UpTo(largest);
    }

    /// <summary>psi(0 .. n), psi(0) as NaN. Each entry for itself: a running sum would gather roundings.</summary>
    public static double[] UpTo(int n)
    {
        var table = new double[n + 1];
        table[0] = double.NaN;
        for (var i = 1; i <= n; i++)
            table[i] = SpecialFunctions.Digamma(i);
        return table;
    }
}
