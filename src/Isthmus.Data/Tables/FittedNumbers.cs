using System.Globalization;
using System.Numerics;
using System.Text.Json.Serialization;
using Isthmus.Data.Cells;

namespace Isthmus.Data.Tables;

/// <summary>
/// A column of numbers. On the model's scale a cell is z = (x - center) / scale, clipped to +-<see cref="Farthest"/>; counts
/// stay counts. Where the training values gather around several places, these are the modes of a Gaussian mixture on that
/// scale (mode-specific normalisation, Xu et al. 2019), and the likelihood has a component at each.
/// </summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">Numeric, integer, count or date.</param>
/// <param name="Center">Mean of the usual training values: those between their 1 % and 99 % quantiles, ends included, except outliers
/// (<see cref="UsualRange"/>).</param>
/// <param name="Scale">Their standard deviation; of a constant column 1.</param>
/// <param name="Step">The grid that the training values lie on: 1 of whole numbers, 0.01 of prices; 0 where there is none of six decimals or fewer, counted
/// from the greatest value's first digit where all are below 1.</param>
/// <param name="Minimum">The least training value.</param>
/// <param name="Maximum">The greatest.</param>
/// <param name="Modes">The modes; one that is the whole column where it has a single one.</param>
/// <param name="HasHeavyTails">True if the training values are more spread out around their modes than a Gaussian: kurtosis above 4.</param>
/// <param name="Observed">Number of training rows with a value.</param>
public sealed record FittedNumbers(
    string Name,
    ColumnKind Kind,
    double Center,
    double Scale,
    double Step,
    double Minimum,
    double Maximum,
    IReadOnlyList<ColumnMode> Modes,
    bool HasHeavyTails,
    int Observed
) : FittedColumn(Name, Kind)
{
    /// <summary>Bound at which numbers on the model's scale are clipped: a million standard deviations. 1e308 in a cell is surprising, not fatal.</summary>
    public const float Farthest = 1e6f;

    private const double LargestCount = 1 << 24,
        LargestWhole = 9.2e18,
        HeavyKurtosis = 4;
    private const int MostDecimals = 6,
        MostPower = 300,
        SecondsADay = 86400;

    /// <summary>Spelling of the training file's numbers; null if it has types, or in files written before this was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NumberSpelling? Spelling { get; init; }

    /// <summary>Spelling of the training file's dates; null for numbers, or if it was not kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateSpelling? Dates { get; init; }

    /// <summary>Order of dates that do not begin with the year, if the training file has any.</summary>
    internal DateOrder? Order =>
        Dates?.Order switch
        {
            "dmy" => DateOrder.DayMonthYear,
            "mdy" => DateOrder.MonthDayYear,
            _ => null,
        };

    /// <summary>Grid step on the model's scale.</summary>
    public double ScaledStep => Step / Scale;

    /// <summary>Fits the scale and the modes on the training rows.</summary>
    /// <param name="column">The column.</param>
    /// <param name="sorted">Its training values in ascending order, or evenly spaced ones of them.</param>
    /// <param name="least">The least of all training values.</param>
    /// <param name="greatest">The greatest.</param>
    /// <param name="observed">Number of training rows with a value.</param>
    internal static FittedNumbers Fit(ColumnBuffer column, double[] sorted, double least, double greatest, int observed)
    {
        var (center, scale) = Spread(sorted);
        // An outlier is not a mode.
        var scaled = Array.ConvertAll(UsualRange.Of(sorted).Within(sorted), value => Math.Clamp((value - center) / scale, -Farthest, Farthest));
        // The grid holds the ends too.
        var isWhole = sorted.Length == observed;
        var step = GridStep(isWhole ? sorted : [least, .. sorted, greatest]);
        var modes = column.Kind == ColumnKind.Count ? [ColumnMode.Whole(scaled)] : ColumnMode.Fit(scaled, step / scale);
        return new(
            column.Name,
            column.Kind,
            center,
            scale,
            step,
            isWhole ? sorted[0] : least,
            isWhole ? sorted[^1] : greatest,
            modes,
            scaled.Length < sorted.Length || ColumnMode.Kurtosis(scaled, modes) > HeavyKurtosis,
            observed
        )
        {
            Spelling = column.Kind == ColumnKind.Date ? null : column.Spelling,
            Dates = column.Kind == ColumnKind.Date ? column.Dates : null,
        };
    }

    /// <summary>
    /// Returns the column with the values of more training rows: its range holds them, and its grid too, which may be a finer one or none; whole numbers are
    /// such no more if one is not. Scale, modes and tails stay, as a model's weights are on them.
    /// </summary>
    /// <param name="more">Their values, or some of them with the least and the greatest.</param>
    /// <param name="observed">Number of them with a value.</param>
    internal FittedNumbers Grown(double[] more, int observed)
    {
        // Two neighbours on the grid are all of it.
        double[] sorted = [.. more.Append(Minimum).Append(Math.Min(Minimum + Step, Maximum)).Append(Maximum).Order()];
        var step = Step > 0 ? GridStep(sorted) : 0;
        var isWholeNoMore = Kind == ColumnKind.Integer && step % 1 != 0;
        var decimals = step > 0 ? Decimals(step) : int.MaxValue;
        return this with
        {
            Kind = isWholeNoMore ? ColumnKind.Numeric : Kind,
            Type = isWholeNoMore ? null : Type,
            Spelling = Spelling is null || step == Step || decimals <= Spelling.MostDecimals ? Spelling : Spelling with { MostDecimals = decimals },
            Step = step,
            Minimum = sorted[0],
            Maximum = sorted[^1],
            Observed = Observed + observed,
        };
    }

    /// <inheritdoc/>
    public override int Encode(ColumnBuffer column, Span<float> destination, int width, int place)
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
    protected override string Natural =>
        Kind switch
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
        return Spelling is null && Kind != ColumnKind.Date ? Plain(value) : Written(number);
    }

    /// <summary>Returns a number in the column's own unit as the training file writes it.</summary>
    public string Written(double number) =>
        Kind == ColumnKind.Date && Dates is not null ? Dates.Write(number)
        : Spelling is not null ? Spelling.Write(number)
        : Kind == ColumnKind.Date
            ? DateTime.UnixEpoch.AddSeconds(number).ToString(IsOfDays ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns a value on the model's scale as a number with a decimal point, whatever the file's own spelling.</summary>
    internal string Plain(float value) =>
        Step > 0
            ? Number(value).ToString($"F{Decimals(Step)}", CultureInfo.InvariantCulture)
            // The model's scale has the digits of a 32-bit float.
            : ((float)Number(value)).ToString(CultureInfo.InvariantCulture);

    /// <summary>Converts a value on the model's scale to the column's own unit, on its grid and in its range.</summary>
    public double Number(float value)
    {
        var number = Math.Clamp(Unscaled(value), Minimum, Maximum);
        return Step > 0 ? Math.Clamp(Minimum + Math.Round((number - Minimum) / Step) * Step, Minimum, Maximum) : number;
    }

    /// <summary>Converts a value on the model's scale to the column's own unit, without limits.</summary>
    public double Unscaled(float value) => Kind == ColumnKind.Count ? value : value * Scale + Center;

    /// <summary>Converts a value in the column's own unit to the model's scale.</summary>
    internal float Scaled(double number) => (float)(Kind == ColumnKind.Count ? number : (number - Center) / Scale);

    /// <inheritdoc/>
    public override float SquaredNorm(float value) => Kind == ColumnKind.Count ? (float)Math.Pow((value - Center) / Scale, 2) : value * value;

    /// <inheritdoc/>
    public bool Equals(FittedNumbers? other) =>
        other is not null
        && (Name, Kind, Center, Scale, Step, Minimum, Maximum, HasHeavyTails, Observed)
            == (other.Name, other.Kind, other.Center, other.Scale, other.Step, other.Minimum, other.Maximum, other.HasHeavyTails, other.Observed)
        && Modes.SequenceEqual(other.Modes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, Center, Scale);

    // A few outliers must not make all others one point; without outliers, this is almost the plain deviation.
    private static (double Center, double Scale) Spread(double[] sorted)
    {
        var cut = sorted.Length / 100;
        var inner = UsualRange.Of(sorted).Within(sorted[cut..^cut]);
        // Exactly constant: a sum of rounded parts would leave a deviation of its own.
        if (inner[0] != inner[^1])
        {
            var (mean, square) = (0.0, 0.0);
            foreach (var value in inner)
                mean += value / inner.Length;
            foreach (var value in inner)
                square += (value - mean) / inner.Length * (value - mean);
            if (Math.Sqrt(square) is > 0 and var deviation && double.IsFinite(deviation))
                return (mean, deviation);
        }
        // All but a hundredth are one value: the rest gives the scale.
        var range = sorted[^1] / 2 - sorted[0] / 2;
        return (sorted[sorted.Length / 2], range > 0 && cut > 0 ? Math.Max(range, double.Epsilon) : 1);
    }

    /// <summary>
    /// Returns the greatest common divisor of the distances from the smallest value, in units of 10^-decimals; 0 if the allowed decimals do not hold the
    /// values.
    /// </summary>
    private static double GridStep(double[] sorted)
    {
        if (sorted.All(value => value == Math.Floor(value) && Math.Abs(value) < LargestWhole))
            return Math.Max(Divisor(sorted, value => (long)value), 1);
        var greatest = Math.Max(Math.Abs(sorted[0]), Math.Abs(sorted[^1]));
        // Six decimals of the greatest value, so that 5.69e-10 lies on a grid as 5.69 does.
        var most = MostDecimals + Math.Max(0, -(int)Math.Floor(Math.Log10(greatest)) - 1);
        for (var decimals = 1; decimals <= Math.Min(most, MostPower); decimals++)
        {
            var unit = Math.Pow(10, decimals);
            if (
                sorted.All(value =>
                    Math.Abs(value) * unit < 1e15
                    && Math.Abs(value * unit - Math.Round(value * unit)) <= 1e-9 * Math.Max(Math.Min(1, greatest * unit), Math.Abs(value * unit))
                )
            )
                return Math.Max(Divisor(sorted, value => (long)Math.Round(value * unit)), 1) / unit;
        }
        return 0;
    }

    private static long Divisor(double[] sorted, Func<double, long> units)
    {
        var (first, divisor) = (units(sorted[0]), 0L);
        foreach (var value in sorted)
            divisor = (long)BigInteger.GreatestCommonDivisor((BigInteger)units(value) - first, divisor);
        return divisor;
    }

    private static int Decimals(double step)
    {
        var decimals = 0;
        while (
            decimals < MostPower
            && (step * Math.Pow(10, decimals) < 0.5 || Math.Abs(step * Math.Pow(10, decimals) - Math.Round(step * Math.Pow(10, decimals))) > 1e-9)
        )
            decimals++;
        return decimals;
    }
}
