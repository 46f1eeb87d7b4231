namespace Isthmus.Information.MutualInformation;

/// <summary>
/// The standard error of any estimator whose variance falls as B / N, from estimates on disjoint parts of the rows
/// (Holmes and Nemenman 2019).
/// </summary>
/// <remarks>
/// For m parts, s_m^2, the variance of their m estimates, expects B m / N; under normal estimates the likelihood is
/// greatest at B / N = sum (m - 1) s_m^2 / m / sum (m - 1). No bootstrap: repeated rows are ties, and ruin
/// nearest-neighbour estimates. Cost: one more estimate's worth for each m, less where cost grows faster than N.
/// </remarks>
public static class SubsampledStandardError
{
    /// <summary>Returns the standard error of <paramref name="estimate"/> on all <paramref name="rows"/> rows, in its unit.</summary>
    /// <param name="estimate">The estimate on some rows, given by their numbers.</param>
    /// <param name="rows">Rows, N; the smallest part has N / <paramref name="most"/>.</param>
    /// <param name="seed">Random seed for the division of the rows.</param>
    /// <param name="most">Largest number of parts; every number from 2 up to it is used. Default 10.</param>
    /// <exception cref="ArgumentException">Fewer than 2 parts, or parts of fewer than 2 rows.</exception>
    public static double Of(Func<int[], double> estimate, int rows, int seed, int most = 10)
    {
        if (most < 2 || rows / most < 2)
            throw new ArgumentException($"A subsampled standard error needs at least 2 parts of at least 2 rows each; it is {most} parts of {rows} rows.");
        var random = new Random(seed);
        int[] order = [.. Enumerable.Range(0, rows)];
        var (sum, freedom) = (0.0, 0);
        for (var parts = 2; parts <= most; parts++)
        {
            random.Shuffle(order);
            var moments = new RunningMoments();
            for (var part = 0; part < parts; part++)
                moments.Add(estimate(order[(int)((long)rows * part / parts)..(int)((long)rows * (part + 1) / parts)]));
            sum += (parts - 1) * moments.Variance / parts;
            freedom += parts - 1;
        }
        return Math.Sqrt(sum / freedom);
    }
}
