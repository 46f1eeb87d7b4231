using System.Globalization;
using System.Numerics;

namespace Isthmus.Data;

/// <summary>
/// A column of numbers. On the model's scale a cell is z = (x - center) / scale, clipped to +-<see cref="Farthest"/>; counts
/// stay counts. Where the training values gather around several places, these are the modes of a Gaussian mixture on that
/// scale (mode-specific normalisation, Xu et al. 2019), and the likelihood has a component at each.
/// </summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">Numeric, integer, count or date.</param>
/// <param name="Center">Mean of the training values between their 1 % and 99 % quantiles, ends included.</param>
/// <param name="Scale">Their standard deviation; of a constant column 1.</param>
/// <param name="Step">The grid that the training values lie on: 1 of whole numbers, 0.01 of prices; 0 where there is none of six decimals or fewer.</param>
/// <param name="Minimum">The least training value.</param>
/// <param name="Maximum">The greatest.</param>
/// <param name="Modes">The modes; one that is the whole column where it has a single one.</param>
/// <param name="HasHeavyTails">Whether the training values are more spread out around their modes than a Gaussian: kurtosis above 4.</param>
/// <param name="Observed">Training rows that are not blank.</param>
public sealed record NumberField(string Name, ColumnKind Kind, double Center, double Scale, double Step, double Minimum, double Maximum, IReadOnlyList<ColumnMode> Modes, bool HasHeavyTails, int Observed) : TableField(Name, Kind)
{
    /// <summary>Where numbers on the model's scale are clipped: a million standard deviations. 1e308 in a cell is surprising, not fatal.</summary>
    public const float Farthest = 1e6f;

    private const double LargestCount = 1 << 24, HeavyKurtosis = 4;
    private const int MostDecimals = 6, SecondsADay = 86400;

    /// <summary>One grid step on the model's scale.</summary>
    public double ScaledStep => Step / Scale;

    /// <summary>Fits the scale and the modes on the training rows.</summary>
    internal static NumberField Fit(ColumnValues column, ReadOnlySpan<int> rows)
    {
        var values = new List<double>(rows.Length);
        foreach (var row in rows)
            if (column.Numbers[row] is var value && !double.IsNaN(value))
                values.Add(value);
        double[] sorted = [.. values.Order()];
        var (center, scale) = Spread(sorted);
        var scaled = Array.ConvertAll(sorted, value => Math.Clamp((value - center) / scale, -Farthest, Farthest));
        var step = GridStep(sorted);
        var modes = column.Kind == ColumnKind.Count ? [ColumnMode.Whole(scaled)] : ColumnMode.Fit(scaled, step / scale);
        return new(column.Name, column.Kind, center, scale, step, sorted[0], sorted[^1], modes, ColumnMode.Kurtosis(scaled, modes) > HeavyKurtosis, sorted.Length);
    }

    /// <inheritdoc/>
    public override int Encode(ColumnValues column, Span<float> destination, int width, int place)
    {
        var numbers = column.Numbers;
        var (least, most) = Kind == ColumnKind.Count ? (0.0, LargestCount) : (-Farthest, Farthest);
        var clipped = 0;
        for (var row = 0; row < numbers.Length; row++)
        {
            var value = Kind == ColumnKind.Count ? numbers[row] : (numbers[row] - Center) / Scale;
            if (value < least || value > most)
                clipped++;
            destination[row * width + place] = (float)Math.Clamp(value, least, most);
        }
        return clipped;
    }

    /// <inheritdoc/>
    protected override string Natural => Kind switch
    {
        ColumnKind.Date => IsOfDays ? "DATE" : "TIMESTAMP",
        ColumnKind.Integer or ColumnKind.Count => "BIGINT",
        _ => "DOUBLE",
    };

    private bool IsOfDays => Step > 0 && Step % SecondsADay == 0;

    /// <inheritdoc/>
    public override string Decode(float value, Random random)
    {
        var number = Number(value);
        if (Kind == ColumnKind.Date)
            return DateTime.UnixEpoch.AddSeconds(number).ToString(IsOfDays ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return Step > 0 ? number.ToString($"F{Decimals(Step)}", CultureInfo.InvariantCulture) : ((float)number).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A value on the model's scale in the column's own unit, on its grid and in its range.</summary>
    public double Number(float value)
    {
        var number = Math.Clamp(Unscaled(value), Minimum, Maximum);
        return Step > 0 ? Math.Clamp(Minimum + Math.Round((number - Minimum) / Step) * Step, Minimum, Maximum) : number;
    }

    /// <summary>A value on the model's scale in the column's own unit, wherever it lies.</summary>
    public double Unscaled(float value) => Kind == ColumnKind.Count ? value : value * Scale + Center;

    /// <summary>A value in the column's own unit on the model's scale.</summary>
    internal float Scaled(double number) => (float)(Kind == ColumnKind.Count ? number : (number - Center) / Scale);

    /// <inheritdoc/>
    public override float SquaredNorm(float value) => Kind == ColumnKind.Count ? (float)Math.Pow((value - Center) / Scale, 2) : value * value;

    /// <inheritdoc/>
    public bool Equals(NumberField? other) => other is not null
        && (Name, Kind, Center, Scale, Step, Minimum, Maximum, HasHeavyTails, Observed) == (other.Name, other.Kind, other.Center, other.Scale, other.Step, other.Minimum, other.Maximum, other.HasHeavyTails, other.Observed)
        && Modes.SequenceEqual(other.Modes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, Center, Scale);

    // A few wild values must not make all others one point; of data without such, this is all but the plain deviation.
    private static (double Center, double Scale) Spread(double[] sorted)
    {
        var cut = sorted.Length / 100;
        var inner = sorted.AsSpan(cut..^cut);
        var (mean, square) = (0.0, 0.0);
        foreach (var value in inner)
            mean += value / inner.Length;
        foreach (var value in inner)
            square += (value - mean) / inner.Length * (value - mean);
        var deviation = Math.Sqrt(square);
        if (deviation > 0 && double.IsFinite(deviation))
            return (mean, deviation);
        // All but a hundredth are one value: the rest has the scale.
        var range = sorted[^1] / 2 - sorted[0] / 2;
        return (sorted[sorted.Length / 2], range > 0 && cut > 0 ? Math.Max(range, double.Epsilon) : 1);
    }

    /// <summary>The greatest common divisor of the distances from the least value, in units of 10^-decimals; 0 where six decimals do not hold the values.</summary>
    private static double GridStep(double[] sorted)
    {
        for (var decimals = 0; decimals <= MostDecimals; decimals++)
        {
            var unit = Math.Pow(10, decimals);
            if (!sorted.All(value => Math.Abs(value) * unit < 1e15 && Math.Abs(value * unit - Math.Round(value * unit)) <= 1e-9 * Math.Max(1, Math.Abs(value * unit))))
                continue;
            var divisor = 0L;
            foreach (var value in sorted)
                divisor = (long)BigInteger.GreatestCommonDivisor((long)Math.Round(value * unit) - (long)Math.Round(sorted[0] * unit), divisor);
            return Math.Max(divisor, 1) / unit;
        }
        return 0;
    }

    private static int Decimals(double step)
    {
        var decimals = 0;
        while (decimals < MostDecimals && Math.Abs(step * Math.Pow(10, decimals) - Math.Round(step * Math.Pow(10, decimals))) > 1e-9)
            decimals++;
        return decimals;
    }
}
