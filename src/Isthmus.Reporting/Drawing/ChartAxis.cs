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
    /// <param name="ticks">About how many marks.</param>
    public ChartAxis(string label, IEnumerable<double> values, bool whole = false, bool tight = false, bool padded = false, int ticks = 4)
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
        var step = RoundStep((most - least) / ticks);
        if (whole)
            step = Math.Max(1, Math.Ceiling(step));
        // At least three marks, where the ends are not round.
        for (var i = 0; i < 2 && (tight || padded) && !(whole && step <= 1) && Math.Floor(most / step) - Math.Ceiling(least / step) < 2; i++)
            step = whole ? Math.Max(1, Math.Floor(step / 2)) : RoundStep(step / 2.1);
        (Least, Most) = tight || padded ? (least, most) : (Math.Floor(least / step + 1e-9) * step, Math.Ceiling(most / step - 1e-9) * step);
        var first = (long)Math.Ceiling(Least / step - 1e-9);
        var last = (long)Math.Floor(Most / step + 1e-9);
        Decimals = Math.Clamp(-(int)Math.Floor(Math.Log10(step) + 1e-9), 0, 12);
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

    // 1, 2 or 5 times a power of ten.
    private static double RoundStep(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch
        {
            <= 1.0001 => 1,
            <= 2.0001 => 2,
            <= 5.0001 => 5,
            _ => 10,
        } * power;
    }
}
