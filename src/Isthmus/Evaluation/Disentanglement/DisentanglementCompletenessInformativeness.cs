using Isthmus.Information;

namespace Isthmus.Evaluation.Disentanglement;

/// <summary>
/// DCI (Eastwood and Williams 2018), from the importance R of each unit for each factor. Disentanglement: 1 - H of a unit's row of R over
/// ln K, weighted by the unit's part of all importance: does the unit matter for one factor only? Completeness: 1 - H of a factor's column over ln L, the
/// mean over factors: does one unit only matter for it? Informativeness: the fraction of other records whose level is predicted, the mean over factors.
/// </summary>
/// <param name="Disentanglement">Disentanglement, in [0, 1].</param>
/// <param name="Completeness">Completeness, in [0, 1].</param>
/// <param name="Informativeness">Informativeness, in [0, 1], with the standard error over the records.</param>
internal sealed record DisentanglementCompletenessInformativeness(double Disentanglement, double Completeness, Estimate Informativeness)
{
    /// <summary>Measures by trees fitted on some records and checked on others.</summary>
    /// <param name="fitted">Fitted on.</param>
    /// <param name="reported">Reported on.</param>
    /// <param name="seed">Random seed.</param>
    public static DisentanglementCompletenessInformativeness Of(FactoredCodes fitted, FactoredCodes reported, int seed)
    {
        BaggedTrees[] trees = [.. Enumerable.Range(0, fitted.Factors.Count).Select(factor => new BaggedTrees(fitted, factor, seed))];
        var importance = new double[fitted.Units.Count, trees.Length];
        for (var unit = 0; unit < fitted.Units.Count; unit++)
            for (var factor = 0; factor < trees.Length; factor++)
                importance[unit, factor] = trees[factor].Importance[unit];
        var right = new RunningMoments();
        for (var row = 0; row < reported.Count; row++)
            right.Add(trees.Select((tree, factor) => tree.Predict(reported.Units, row) == reported.Factors[factor].Values[row] ? 1.0 : 0).Average());
        var (disentanglement, completeness) = Shares(importance);
        return new(disentanglement, completeness, right.Estimate);
    }

    /// <summary>Returns disentanglement and completeness of an importance L x K.</summary>
    public static (double Disentanglement, double Completeness) Shares(double[,] importance)
    {
        var (units, factors) = (importance.GetLength(0), importance.GetLength(1));
        double[] Row(int unit) => [.. Enumerable.Range(0, factors).Select(factor => importance[unit, factor])];
        double[] Column(int factor) => [.. Enumerable.Range(0, units).Select(unit => importance[unit, factor])];
        var all = importance.Cast<double>().Sum();
        if (all == 0)
            return (0, 0);
        return (
            Enumerable.Range(0, units).Sum(unit => Row(unit).Sum() / all * Purity(Row(unit))),
            Enumerable.Range(0, factors).Average(factor => Purity(Column(factor)))
        );
    }

    /// <summary>Returns 1 - H / ln n of n weights; 1 for a single one, 0 for none.</summary>
    private static double Purity(double[] weights)
    {
        var sum = weights.Sum();
        if (sum == 0)
            return 0;
        var entropy = -weights.Where(weight => weight > 0).Sum(weight => weight / sum * Math.Log(weight / sum));
        return weights.Length == 1 ? 1 : 1 - entropy / Math.Log(weights.Length);
    }
}
