namespace Isthmus.Reporting.Drawing;

/// <summary>Axis of a chart: its label, its range, and the round numbers to mark.</summary>
internal sealed record ChartAxis
{
    /// <summary>Creates an axis over the finite <paramref name="values"/>: 0 to 1 if there are none; with one value, that value is in the middle.</summary>
    /// <param name="label">Quantity and unit.</param>
    /// <param name="values">Values that the axis must cover.</param>
    /// <param name="whole">Mark whole numbers only.</param>
    /// <param name="tight">End at the values and not at round numbers.</param>
    /// <param name="padded">End a little beyond the values and not at round numbers.</param>
    /// <param name="ticks">How many marks, or one more or less: 4 to 6 by default. Only whole numbers from a few are fewer.</param>
    public ChartAxis(string label, IEnumerable<double> values, bool whole = false, bool tight = false, bool padded = false, int ticks = 5)
    {
        Label = label;
        var finite = values.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (least, most) = (finite.Min(), finite.Max());
        if (most - least <= 1e-12 * Math.Max(Math.Abs(least), Math.Abs(most)))
        {
            var margin =
                whole ? 0.5
                : least == 0 ? 1
                : 0.1 * Math.Abs(least);
            (least, most) = least == 0 && !whole ? (0, 1) : (least - margin, most + margin);
        }
        if (padded)
            (least, most) = (least - 0.04 * (most - least), most + 0.04 * (most - least));
        var step = StepOf(least, most, whole, tight || padded, ticks);
        (Least, Most) = tight || padded ? (least, most) : (Math.Floor(least / step + 1e-9) * step, Math.Ceiling(most / step - 1e-9) * step);
        var first = (long)Math.Ceiling(Least / step - 1e-9);
        var last = (long)Math.Floor(Most / step + 1e-9);
        Decimals = Enumerable.Range(0, 13).FirstOrDefault(decimals => IsWhole(step * Math.Pow(10, decimals)), 12);
        Ticks = [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }

    public string Label { get; }

    public double Least { get; }

    public double Most { get; }

    public IReadOnlyList<double> Ticks { get; }

    private int Decimals { get; }

    /// <summary>Format of a tick's label; powers of ten for an axis of logarithms.</summary>
    public Func<double, string>? Format { get; init; }

    public string TickText(double tick) => Format?.Invoke(tick) ?? NumberText.Fixed(tick, Decimals);

    /// <summary>Returns the position of a value, 0 at the smallest and 1 at the largest.</summary>
    public double Place(double value) => (value - Least) / (Most - Least);

    // Steps between marks, as parts of a power of ten, and how much rounder another would be.
    private static readonly (double Part, double Oddness)[] Steps = [(1, 0), (2, 0), (5, 0), (2.5, 0.5), (4, 0.6), (3, 0.8), (1.5, 0.9), (6, 0.9), (8, 0.9)];

    /// <summary>Returns the roundest step that gives about as many marks as are wanted, and leaves little of the axis empty.</summary>
    private static double StepOf(double least, double most, bool whole, bool endsAtValues, int ticks)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10((most - least) / ticks)));
        double Faults((double Part, double Oddness) step, double factor)
        {
            var size = step.Part * factor;
            var (first, last) = endsAtValues
                ? (Math.Ceiling(least / size - 1e-9), Math.Floor(most / size + 1e-9))
                : (Math.Floor(least / size + 1e-9), Math.Ceiling(most / size - 1e-9));
            var off = Math.Abs(last - first + 1 - ticks);
            var empty = endsAtValues ? 0 : Math.Max(0, (last - first) * size / (most - least) - 1);
            return step.Oddness + 0.3 * off + 10 * Math.Max(0, off - 1) + 2 * empty;
        }
        return (
            from factor in (double[])[power / 10, power, 10 * power]
            from step in Steps
            where !whole || IsWhole(step.Part * factor)
            orderby Faults(step, factor)
            select step.Part * factor
        ).FirstOrDefault(Math.Max(1, Math.Ceiling(power)));
    }

    private static bool IsWhole(double value) => value >= 1 - 1e-9 && Math.Abs(value - Math.Round(value)) <= 1e-9 * value;
}
