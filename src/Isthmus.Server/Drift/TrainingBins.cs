namespace Isthmus.Server.Drift;

/// <summary>
/// Bins in which served values are compared with training values, and how many of the latter are in each. Numbers: between the deciles of the training values,
/// as far as they differ. Categories: each that has at least a hundredth of the training values, and one for all others. The last bin is of missing values.
/// </summary>
internal sealed class TrainingBins
{
    private const int Parts = 10;
    private const double LeastShare = 0.01;

    // Upper bounds, inclusive, of all bins of numbers but the last two; null for categories.
    private readonly float[]? _bounds;

    // The bin of each category; those beyond have the one of all others.
    private readonly int[] _places;

    private TrainingBins(float[]? bounds, int[] places, int bins, IEnumerable<float> training)
    {
        (_bounds, _places, Counts) = (bounds, places, new long[bins]);
        foreach (var value in training)
            Counts[Of(value)]++;
    }

    /// <summary>Number of training values in each bin.</summary>
    public long[] Counts { get; }

    /// <summary>Bins of numbers.</summary>
    /// <param name="training">Training values; NaN for a missing value.</param>
    public static TrainingBins OfNumbers(IReadOnlyCollection<float> training)
    {
        float[] sorted = [.. training.Where(value => !float.IsNaN(value)).Order()];
        float[] bounds =
            sorted.Length == 0 ? [] : [.. Enumerable.Range(1, Parts - 1).Select(part => sorted[(int)((long)part * sorted.Length / Parts)]).Distinct()];
        return new(bounds, [], bounds.Length + 2, training);
    }

    /// <summary>Bins of categories.</summary>
    /// <param name="training">Indices of training categories; NaN for a missing value.</param>
    public static TrainingBins OfCategories(IReadOnlyCollection<float> training)
    {
        var counts = training.Where(value => !float.IsNaN(value)).CountBy(value => (int)value).ToDictionary();
        var least = LeastShare * counts.Values.Sum();
        int[] own = [.. counts.Where(count => count.Value >= least).Select(count => count.Key).Order()];
        int[] places =
        [
            .. Enumerable.Range(0, own.Length == 0 ? 0 : own[^1] + 1).Select(index => Array.IndexOf(own, index) is >= 0 and var at ? at : own.Length),
        ];
        return new(null, places, own.Length + 2, training);
    }

    /// <summary>Returns the bin of a value.</summary>
    /// <param name="value">A number, or the index of a category; NaN for a missing value.</param>
    public int Of(float value)
    {
        if (float.IsNaN(value))
            return Counts.Length - 1;
        if (_bounds is null)
            return value < _places.Length && value >= 0 ? _places[(int)value] : Counts.Length - 2;
        var (low, high) = (0, _bounds.Length);
        while (low < high)
            if ((low + high) / 2 is var middle && _bounds[middle] < value)
                low = middle + 1;
            else
                high = middle;
        return low;
    }

    /// <summary>
    /// Returns the population stability index of counts against the training values, sum over bins of (q - p) ln(q / p), in nats: the two Kullback-Leibler
    /// divergences added up. Half a count is added to each bin, so that an empty one is not infinitely far.
    /// </summary>
    public double Psi(ReadOnlySpan<long> counts)
    {
        var (all, training) = (counts.Length / 2.0, Counts.Length / 2.0);
        foreach (var count in counts)
            all += count;
        foreach (var count in Counts)
            training += count;
        var sum = 0.0;
        for (var bin = 0; bin < counts.Length; bin++)
        {
            // A bin that neither has says nothing.
            if (counts[bin] + Counts[bin] == 0)
                continue;
            var (p, q) = ((Counts[bin] + 0.5) / training, (counts[bin] + 0.5) / all);
            sum += (q - p) * Math.Log(q / p);
        }
        return sum;
    }
}
