namespace Isthmus.Data.Tables;

/// <summary>
/// Where usual values of a column lie: within 20 interquartile ranges of its quartiles. Of a Gaussian that is 27 deviations, and of a log-normal
/// of deviation 1 all but one in a thousand; what lies beyond is wild, and must not set a scale on which all others are one point.
/// Of a column that is one value in half of its cells there is no such range, and all are usual.
/// </summary>
/// <param name="Least">The least usual value.</param>
/// <param name="Greatest">The greatest.</param>
internal readonly record struct UsualRange(double Least, double Greatest)
{
    private const double Ranges = 20;
    private const int FewValues = 8;

    /// <summary>The range of some values.</summary>
    /// <param name="sorted">Ascending.</param>
    public static UsualRange Of(ReadOnlySpan<double> sorted)
    {
        if (sorted.Length < FewValues)
            return new(double.NegativeInfinity, double.PositiveInfinity);
        var (low, high) = (sorted[sorted.Length / 4], sorted[sorted.Length - 1 - sorted.Length / 4]);
        var range = high - low;
        return range > 0 ? new(low - Ranges * range, high + Ranges * range) : new(double.NegativeInfinity, double.PositiveInfinity);
    }

    /// <summary>The values within it.</summary>
    /// <param name="sorted">Ascending.</param>
    public double[] Within(double[] sorted)
    {
        var (least, greatest) = this;
        return sorted.Length == 0 || sorted[0] >= least && sorted[^1] <= greatest
            ? sorted
            : Array.FindAll(sorted, value => value >= least && value <= greatest);
    }

    /// <summary>The value, or the end of the range that it lies beyond.</summary>
    public double Nearest(double value) => Math.Clamp(value, Least, Greatest);
}
