namespace Isthmus.Data.Tables;

/// <summary>
/// Range of the usual values of a column: within 20 interquartile ranges of its quartiles. For a Gaussian that is 27 standard deviations, and for a log-normal
/// of deviation 1 all but one in a thousand; values beyond are outliers, which must not set a scale on which all others are one point. If half of a column's
/// cells are one value, there is no such range, and all values are usual.
/// </summary>
/// <param name="Least">Smallest usual value.</param>
/// <param name="Greatest">Largest usual value.</param>
internal readonly record struct UsualRange(double Least, double Greatest)
{
    private const double Ranges = 20;
    private const int FewValues = 8;

    /// <summary>Computes the range of some values.</summary>
    /// <param name="sorted">Values in ascending order.</param>
    public static UsualRange Of(ReadOnlySpan<double> sorted)
    {
        if (sorted.Length < FewValues)
            return new(double.NegativeInfinity, double.PositiveInfinity);
        var (low, high) = (sorted[sorted.Length / 4], sorted[sorted.Length - 1 - sorted.Length / 4]);
        var range = high - low;
        return range > 0 ? new(low - Ranges * range, high + Ranges * range) : new(double.NegativeInfinity, double.PositiveInfinity);
    }

    /// <summary>Returns the values within the range.</summary>
    /// <param name="sorted">Ascending.</param>
    public double[] Within(double[] sorted)
    {
        var (least, greatest) = this;
        return sorted.Length == 0 || sorted[0] >= least && sorted[^1] <= greatest
            ? sorted
            : Array.FindAll(sorted, value => value >= least && value <= greatest);
    }

    /// <summary>Returns the value, or the end of the range beyond which it lies.</summary>
    public double Nearest(double value) => Math.Clamp(value, Least, Greatest);
}
