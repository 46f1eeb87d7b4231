namespace Isthmus.Evaluation.Disentanglement;

/// <summary>
/// SAP (Kumar et al. 2018): for each factor, the accuracy of its best single unit less that of the next best; the mean over factors. A unit predicts by a
/// linear classifier, here Fisher's discriminant: argmax of ln share_c - (z - mean_c)^2 / 2 s^2 with one s for all levels. The literature fits a linear support
/// vector machine to the same columns; both cut the line into intervals.
/// </summary>
internal static class SeparatedAttributePredictability
{
    /// <summary>Returns SAP on <paramref name="reported"/>, fitted on other records.</summary>
    public static double Of(FactoredCodes fitted, FactoredCodes reported) =>
        Enumerable
            .Range(0, fitted.Factors.Count)
            .Average(factor =>
            {
                double[] best = [.. Enumerable.Range(0, fitted.Units.Count).Select(unit => Accuracy(fitted, reported, unit, factor)).OrderDescending().Take(2)];
                return best.Length == 2 ? best[0] - best[1] : 0;
            });

    /// <summary>Returns the fraction of reported records whose level one unit predicts.</summary>
    internal static double Accuracy(FactoredCodes fitted, FactoredCodes reported, int unit, int factor)
    {
        var (values, levels) = (fitted.Units[unit], fitted.Factors[factor].Values);
        var (count, mean) = (new double[fitted.Factors[factor].Classes.Count], new double[fitted.Factors[factor].Classes.Count]);
        for (var row = 0; row < values.Length; row++)
            mean[levels[row]] += (values[row] - mean[levels[row]]) / ++count[levels[row]];
        var variance = 0.0;
        for (var row = 0; row < values.Length; row++)
            variance += (values[row] - mean[levels[row]]) * (values[row] - mean[levels[row]]) / values.Length;
        // Levels that a unit tells apart without spread are told apart by any small one.
        variance = Math.Max(variance, 1e-12);
        int Foretold(float z) =>
            Enumerable
                .Range(0, count.Length)
                .Where(level => count[level] > 0)
                .MaxBy(level => Math.Log(count[level]) - (z - mean[level]) * (z - mean[level]) / (2 * variance));
        return reported.Units[unit].Zip(reported.Factors[factor].Values).Count(pair => Foretold(pair.First) == pair.Second) / (double)reported.Count;
    }
}
