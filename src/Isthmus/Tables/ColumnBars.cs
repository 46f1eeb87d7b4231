using Isthmus.Data.Tables;

namespace Isthmus.Tables;

/// <summary>Distribution of a column in two sets of rows over the same bars: ranges of a number, or the most frequent training categories.</summary>
/// <param name="Real">Share of the real rows in each bar.</param>
/// <param name="Synthetic">Share of the synthetic rows in each bar.</param>
/// <param name="From">Least training value, or the most frequent category.</param>
/// <param name="To">Greatest training value, or the number of categories.</param>
internal sealed record ColumnBars(IReadOnlyList<double> Real, IReadOnlyList<double> Synthetic, string From, string To)
{
    private const int Most = 20;

    /// <summary>Counts cells on the model's scale; missing values are left out, values beyond the training rows' are in the outermost bars.</summary>
    public static ColumnBars Of(FittedColumn field, IEnumerable<float> real, IEnumerable<float> synthetic)
    {
        var numbers = field as FittedNumbers;
        var levels = (field as FittedCategories)?.Levels;
        var bars = levels is null ? Most : Math.Clamp(levels.Count + 1, 1, Most);
        double[] Shares(IEnumerable<float> cells)
        {
            var (shares, count) = (new double[bars], 0);
            foreach (var cell in cells.Where(cell => !float.IsNaN(cell)))
            {
                var place = numbers is null
                    ? cell
                    : (UsualCells.Rounded(numbers, numbers.Unscaled(cell)) - numbers.Minimum)
                        / Math.Max(numbers.Maximum - numbers.Minimum, double.Epsilon)
                        * bars;
                shares[(int)Math.Clamp(place, 0, bars - 1)]++;
                count++;
            }
            return Array.ConvertAll(shares, share => share / Math.Max(1, count));
        }
        return new(
            Shares(real),
            Shares(synthetic),
            numbers?.Written(numbers.Minimum) ?? (levels is [var first, ..] ? first : ""),
            numbers?.Written(numbers.Maximum) ?? (levels is [var only] ? only : $"{levels!.Count} categories")
        );
    }
}
