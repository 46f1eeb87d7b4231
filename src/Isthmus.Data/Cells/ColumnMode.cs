namespace Isthmus.Data.Cells;

/// <summary>Component of a Gaussian mixture fitted to a column, on the model's scale.</summary>
/// <param name="Share">Weight of the component, from 0 to 1.</param>
/// <param name="Mean">Mean of the component.</param>
/// <param name="Deviation">Standard deviation of the component.</param>
public sealed record ColumnMode(double Share, double Mean, double Deviation)
{
    /// <summary>
    /// Returns the smallest deviation allowed: half a grid step, or a thousandth of the column's own. Below it the density could grow without limit.
    /// </summary>
    public static double SmallestDeviation(double scaledStep) => Math.Max(scaledStep / 2, 1e-3);

    private const int MostModes = 5,
        MostValues = 2000,
        Rounds = 60;
    private const double LeastShare = 0.02;

    /// <summary>Returns the single component that describes the whole column.</summary>
    internal static ColumnMode Whole(ReadOnlySpan<double> values)
    {
        var (mean, square) = (0.0, 0.0);
        foreach (var value in values)
            mean += value / values.Length;
        foreach (var value in values)
            square += (value - mean) * (value - mean) / values.Length;
        return new(1, mean, Math.Max(Math.Sqrt(square), 1e-3));
    }

    /// <summary>
    /// Fits the number of components, 1 to 5, with the smallest Bayesian information criterion, 3 K ln n - 2 ln L, by expectation maximisation from evenly
    /// spaced quantiles; deterministic.
    /// </summary>
    /// <param name="sorted">Ascending values.</param>
    /// <param name="scaledStep">Step of the grid that the values lie on.</param>
    internal static IReadOnlyList<ColumnMode> Fit(double[] sorted, double scaledStep)
    {
        var values =
            sorted.Length <= MostValues ? sorted : [.. Enumerable.Range(0, MostValues).Select(i => sorted[(int)((i + 0.5) * sorted.Length / MostValues)])];
        var least = SmallestDeviation(scaledStep);
        IReadOnlyList<ColumnMode> best = [Whole(values) is var whole ? whole with { Deviation = Math.Max(whole.Deviation, least) } : whole];
        var bestCriterion = Criterion(values, best);
        for (var count = 2; count <= Math.Min(MostModes, values.Length / 10); count++)
        {
            var modes = Maximise(values, Quantiles(values, count, least), least);
            // A component of a few rows is not a mode of the column.
            if (modes.Any(mode => mode.Share < LeastShare))
                continue;
            var criterion = Criterion(values, modes);
            if (criterion < bestCriterion)
                (best, bestCriterion) = (modes, criterion);
        }
        return best;
    }

    /// <summary>Returns the mean fourth power of the distances from the most likely component in its deviations: 3 for a Gaussian.</summary>
    internal static double Kurtosis(double[] values, IReadOnlyList<ColumnMode> modes)
    {
        var (square, fourth) = (0.0, 0.0);
        foreach (var value in values)
        {
            var mode = modes.MaxBy(mode => Log(mode, value))!;
            var distance = (value - mode.Mean) / mode.Deviation;
            square += distance * distance / values.Length;
            fourth += Math.Pow(distance, 4) / values.Length;
        }
        return square > 0 ? fourth / (square * square) : 0;
    }

    private static double Log(ColumnMode mode, double value)
    {
        var distance = (value - mode.Mean) / mode.Deviation;
        return Math.Log(mode.Share) - Math.Log(mode.Deviation) - 0.5 * (distance * distance + Math.Log(2 * Math.PI));
    }

    private static double Criterion(double[] values, IReadOnlyList<ColumnMode> modes)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            var logs = modes.Select(mode => Log(mode, value)).ToArray();
            var peak = logs.Max();
            sum += peak + Math.Log(logs.Sum(log => Math.Exp(log - peak)));
        }
        return 3 * modes.Count * Math.Log(values.Length) - 2 * sum;
    }

    private static ColumnMode[] Quantiles(double[] values, int count, double least) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(k =>
                    Whole(values.AsSpan((k * values.Length / count)..((k + 1) * values.Length / count))) is var part
                        ? new ColumnMode(1.0 / count, part.Mean, Math.Max(part.Deviation, least))
                        : part
                ),
        ];

    private static ColumnMode[] Maximise(double[] values, ColumnMode[] modes, double least)
    {
        var (shares, sums, squares, logs) = (new double[modes.Length], new double[modes.Length], new double[modes.Length], new double[modes.Length]);
        for (var round = 0; round < Rounds; round++)
        {
            Array.Clear(shares);
            Array.Clear(sums);
            Array.Clear(squares);
            foreach (var value in values)
            {
                for (var k = 0; k < modes.Length; k++)
                    logs[k] = Log(modes[k], value);
                var peak = logs.Max();
                var total = logs.Sum(log => Math.Exp(log - peak));
                for (var k = 0; k < modes.Length; k++)
                {
                    var share = Math.Exp(logs[k] - peak) / total;
                    shares[k] += share;
                    sums[k] += share * (value - modes[k].Mean);
                    squares[k] += share * (value - modes[k].Mean) * (value - modes[k].Mean);
                }
            }
            for (var k = 0; k < modes.Length; k++)
                if (shares[k] > 0)
                {
                    var shift = sums[k] / shares[k];
                    modes[k] = new(
                        Math.Max(shares[k] / values.Length, 1e-12),
                        modes[k].Mean + shift,
                        Math.Max(Math.Sqrt(Math.Max(squares[k] / shares[k] - shift * shift, 0)), least)
                    );
                }
        }
        return modes;
    }
}
