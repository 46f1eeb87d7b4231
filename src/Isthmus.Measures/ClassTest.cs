using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Measures;

/// <summary>
/// Permutation test of independence of two columns by the plug-in information of symbols, numbers cut into N^(1/3) classes of equal mass: a valid test whatever
/// the estimator of the information, and fast enough for many pairs. It uses at most 5,000 rows, drawn at random.
/// </summary>
internal static class ClassTest
{
    private const int TestedRows = 5000;

    /// <summary>Returns the p-value of independence, on the rows where both columns have a value.</summary>
    /// <exception cref="InvalidInputException">Fewer than 2 such rows.</exception>
    public static double PValue(MeasuredTable table, MeasuredColumn x, MeasuredColumn y, int permutations, int seed)
    {
        var rows = InformationMeasure.WithoutCopies([x], [y], table.Complete([x, y]));
        if (rows.Length > TestedRows)
        {
            new Random(seed).Shuffle(rows);
            rows = rows[..TestedRows];
        }
        return new DiscreteIndependenceTest { Seed = seed, Permutations = permutations }
            .Test(Classes(x.Take(rows)), Classes(y.Take(rows)))
            .PValue;
    }

    private static DiscreteColumn Classes(Variable variable)
    {
        if (variable.IsDiscrete)
            return variable.Symbols();
        // Equal numbers share the mean of their ranks, 1 to N, and so a class.
        var classes = Math.Max(2, (int)Math.Cbrt(variable.Rows));
        return DiscreteColumn.Of<int>(Array.ConvertAll(Ranks.Of(variable.Numbers()[0]), rank => (int)((rank - 0.5) * classes / variable.Rows)));
    }
}
