namespace Isthmus.Information.Entropy;

/// <summary>Checks weights of symbols and divides them by their sum.</summary>
internal static class DiscreteWeights
{
    public static double[] Normalize(ReadOnlySpan<double> weights, string subject)
    {
        double largest = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0) || double.IsPositiveInfinity(weights[i]))
                throw new ArgumentException($"{subject} needs finite weights of at least 0; that at index {i} is {weights[i]}.");
            largest = Math.Max(largest, weights[i]);
        }
        if (largest == 0)
            throw new ArgumentException($"{subject} needs a weight above 0; " + (weights.IsEmpty ? "there is no weight." : $"all {weights.Length} are zero."));
        // By the largest first, so that sums of the largest doubles do not overflow and of the smallest keep their digits.
        var result = new double[weights.Length];
        var sum = 0.0;
        for (var i = 0; i < result.Length; i++)
            sum += result[i] = weights[i] / largest;
        for (var i = 0; i < result.Length; i++)
            result[i] /= sum;
        return result;
    }

    public static double[] FromCounts(ReadOnlySpan<long> counts, string subject)
    {
        var total = SymbolCounts.Total(counts, subject);
        var result = new double[counts.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = (double)counts[i] / total;
        return result;
    }

    public static void RequireSameAlphabet(int p, int q, string subject)
    {
        if (p != q)
            throw new ArgumentException($"{subject} needs two distributions over the same symbols; they have {p} and {q}.");
    }

    /// <summary>Returns the variance of the mean of f(symbol) over the observations of a histogram; NaN from one observation.</summary>
    public static double VarianceOfMean(double[] p, ReadOnlySpan<long> counts, Func<int, double> f)
    {
        var total = SymbolCounts.Total(counts, "Variance");
        double mean = 0,
            squares = 0;
        for (var i = 0; i < p.Length; i++)
            if (p[i] > 0)
                mean += p[i] * f(i);
        for (var i = 0; i < p.Length; i++)
            if (p[i] > 0)
                squares += p[i] * (f(i) - mean) * (f(i) - mean);
        return total == 1 ? double.NaN : squares / total;
    }
}
