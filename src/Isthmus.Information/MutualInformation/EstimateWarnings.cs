using System.Globalization;
using Isthmus.Information.Entropy;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// Warnings about an estimate, found in the data themselves, one sentence each: signs that it is off by more than its standard error, which covers spread but
/// not bias.
/// </summary>
public static class EstimateWarnings
{
    // More standard errors than this from the normal law are not put down to chance.
    private const double Beyond = 3;

    private const int ManyColumns = 4,
        RowsALabel = 10;

    internal const string NormalOnly =
        "The figure is what is left of a dependence when it is taken for a normal one: any other part is missing from it, and its standard error holds for "
        + "normal dependence.";

    /// <summary>
    /// Warns about information by nearest neighbours: many columns, more nats than neighbours can find, or an estimate that changes with the number of rows.
    /// </summary>
    /// <param name="whole">The estimate on all rows, nats.</param>
    /// <param name="columns">Columns of numbers and of symbols, all variables together.</param>
    /// <param name="rows">N.</param>
    /// <param name="k">Neighbours.</param>
    /// <param name="on">Computes the same estimate on some rows.</param>
    public static IEnumerable<string> OfNeighbours(Estimate whole, int columns, int rows, int k, Func<int[], Estimate> on)
    {
        if (columns >= ManyColumns)
            yield return $"{columns} columns: nearest neighbours find too little information in many dimensions; read the figure as at least that.";
        if (whole.Value > Math.Log(rows) / 2)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{whole.Value:F1} nats from {rows:N0} rows is near what nearest neighbours can find (ln N = {Math.Log(rows):F1}): read it as at least that."
            );
        foreach (var doubt in OfRows(whole, rows, 2 * (k + 1), on))
            yield return doubt;
    }

    /// <summary>
    /// Warns about <see cref="RossMutualInformation"/>: labels of fewer than 10 k rows on average, and as <see cref="OfNeighbours"/> does if labels recur often
    /// enough to halve the rows.
    /// </summary>
    public static IEnumerable<string> OfLabel(Estimate whole, DiscreteColumn label, Points numbers, NeighbourOptions options)
    {
        var average = (double)label.Rows / label.Symbols;
        // Twice the neighbours, by which the bias is told, are then a fifth of a label and more.
        if (average < RowsALabel * options.K)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{label.Symbols:N0} labels of {average:0.#} rows on average: with fewer than {RowsALabel * options.K} the nearest rows of a label reach far, "
                    + $"and the figure may be off by more than its error. Join labels, or bring more rows."
            );
        // With fewer labels than rows in a half, some label is there twice.
        var others = OfNeighbours(whole, 1 + numbers.Dimensions, label.Rows, Math.Max(options.K, label.Symbols), rows =>
            RossMutualInformation.Estimate(label.Take(rows).Codes, numbers.Rows(rows), options)
        );
        foreach (var warning in others)
            yield return warning;
    }

    /// <summary>Warns about labels that occur once: such rows have no neighbours and are left out.</summary>
    public static IEnumerable<string> OfLabelsSeenOnce(DiscreteColumn label)
    {
        var alone = label.Counts().Count(count => count == 1);
        if (alone > 0)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{alone:N0} label{(alone == 1 ? " occurs" : "s occur")} once and {(alone == 1 ? "is" : "are")} left "
                    + $"out{(alone * 2 > label.Rows ? "; is the label really a number or a name? The figure says little" : "")}."
            );
    }

    /// <summary>Warns about an estimate that changes when it is made again on two halves of the rows: its bias falls with N.</summary>
    /// <param name="whole">The estimate on all rows.</param>
    /// <param name="rows">N.</param>
    /// <param name="least">Smallest number of rows that is tested; with fewer there is no warning.</param>
    /// <param name="on">Computes the same estimate on some rows.</param>
    public static IEnumerable<string> OfRows(Estimate whole, int rows, int least, Func<int[], Estimate> on)
    {
        if (rows < least)
            yield break;
        int[] order = [.. Enumerable.Range(0, rows)];
        // Any halves will do; the same ones each time keep the warning the same.
        new Random(1).Shuffle(order);
        var (first, second) = (on(order[..(rows / 2)]), on(order[(rows / 2)..]));
        var halves = (first.Value + second.Value) / 2;
        var error = Math.Sqrt(first.StandardError * first.StandardError + second.StandardError * second.StandardError) / 2;
        if (Math.Abs(whole.Value - halves) > 2 * error)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The figure still moves with the number of rows ({halves:F3} nats on halves of them, {whole.Value:F3} on all): more rows would move it "
                    + $"further."
            );
    }

    /// <summary>
    /// Warns about heavy tails, for distances in columns as they are: a few far rows decide them. Excess kurtosis above 20 is beyond any exponential tail (6
    /// for the exponential law itself).
    /// </summary>
    public static IEnumerable<string> OfTails(params IEnumerable<Points> parts)
    {
        if (HaveHeavyTails(parts))
            yield return "Heavy tails: a few far rows decide the distances, and the figure is off by more than its error. Take normal scores of the ranks "
                + "instead, which leave information as it is.";
    }

    /// <summary>
    /// Warns about information by bins or kernel densities, whose standard error ignores bias, if nearest neighbours on normal scores of the ranks give another
    /// estimate.
    /// </summary>
    /// <param name="whole">The estimate on all rows, nats.</param>
    /// <param name="x">X.</param>
    /// <param name="y">Y.</param>
    /// <param name="options">Options of the nearest-neighbour estimate.</param>
    public static IEnumerable<string> OfSecond(Estimate whole, Points x, Points y, NeighbourOptions options)
    {
        if (options.K >= x.Count)
            yield break;
        var second = KsgMutualInformation.Estimate(x, y, options with { Margins = Margins.RankGaussian });
        if (Math.Abs(second.Value - whole.Value) > Beyond * Math.Max(whole.StandardError, second.StandardError))
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Nearest neighbours on ranks find {second.Value:F3} ± {second.StandardError:F3} nats where this finds {whole.Value:F3}: one of the two is off "
                    + $"by more than its error, and it is seldom they."
            );
    }

    /// <summary>
    /// Warns about an estimate that assumes jointly normal columns, if Mardia's kurtosis, mean (z' S^-1 z)^2, differs from that of normal columns, d (d + 2)
    /// with standard error sqrt(8 d (d + 2) / N) (Mardia, Biometrika 57, 1970). No test can prove normality.
    /// </summary>
    /// <exception cref="ArgumentException">As the Gaussian estimators: columns that depend linearly.</exception>
    public static IEnumerable<string> OfNormal(Points columns)
    {
        yield return NormalOnly;
        if (CorrelationMatrix.Varying(columns) is not { } moving)
            yield break;
        var d = moving.Dimensions;
        var departure = (CorrelationMatrix.MardiaKurtosis(moving) - d * (d + 2.0)) / Math.Sqrt(8 * d * (d + 2.0) / moving.Count);
        if (Math.Abs(departure) > Beyond)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The columns are not jointly normal: Mardia's kurtosis is {departure:+0;-0} standard errors off."
            );
    }

    /// <summary>Warns about counts with more combinations of symbols than the rows can cover.</summary>
    /// <param name="cells">Combinations that occur.</param>
    /// <param name="rows">N.</param>
    public static IEnumerable<string> OfCounts(int cells, int rows)
    {
        if (cells * 2L > rows)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{cells:N0} combinations of symbols in {rows:N0} rows: most were seen once or never, and the figure says little; trust the p-value of a "
                    + $"permutation test before it."
            );
    }

    /// <summary>Warns about an information more than three standard errors below 0, which a true information never is.</summary>
    public static IEnumerable<string> OfSign(Estimate information)
    {
        if (information.Value < -Beyond * information.StandardError)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The figure came out at {information.Value:F4} ± {information.StandardError:F4} nats, below 0 by more than three errors, and is shown as 0: "
                    + $"it is biased by at least that much."
            );
    }

    /// <summary>Warns about <see cref="ShrunkMutualInformation"/> with too few rows a combination to know the bias.</summary>
    public static IEnumerable<string> OfTable(DiscreteColumn x, DiscreteColumn y)
    {
        var table = ShrunkMutualInformation.Of(x, y);
        return [.. OfCounts(table.Cells, x.Rows), .. OfBias(table)];
    }

    /// <summary>Warns about counts whose bias depends on combinations seen too seldom.</summary>
    internal static IEnumerable<string> OfBias(ShrunkMutualInformation.ShrunkTable table)
    {
        if (!table.IsBiasKnown)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{table.Cells:N0} combinations of symbols, many seen only a few times: ways to allow for those not seen differ by {table.Gap:F3} nats. Join "
                    + $"rare symbols, or bring more rows."
            );
    }

    internal static bool HaveHeavyTails(IEnumerable<Points> parts) =>
        parts.Any(points =>
            Enumerable
                .Range(0, points.Dimensions)
                .Any(c =>
                {
                    var column = points[c].ToArray();
                    double mean = column.Average(),
                        second = column.Average(v => (v - mean) * (v - mean)),
                        fourth = column.Average(v => Math.Pow(v - mean, 4));
                    return fourth > 23 * second * second;
                })
        );
}
