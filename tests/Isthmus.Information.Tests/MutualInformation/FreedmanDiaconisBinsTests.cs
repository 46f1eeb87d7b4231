using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.MutualInformation;

public class FreedmanDiaconisBinsTests
{
    [Fact]
    public void Bins_that_hold_one_value_each_give_the_discrete_figure()
    {
        // 64 rows, quartiles 0.75 and 2.25 of 0 .. 3: width 2 (1.5) / 4 = 0.75, and every value has its own bin.
        double[] x = [.. Enumerable.Range(0, 64).Select(i => (double)(i % 4))],
            y = [.. Enumerable.Range(0, 64).Select(i => (double)(i / 2 % 4))];
        var expected = DiscreteMutualInformation.Of(Entropy(x), Entropy(y), new Information.Entropy.MillerMadowEntropy());
        Assert.Equal(expected, FreedmanDiaconisBinsMutualInformation.Estimate(x, y));
    }

    [Fact]
    public void Correlated_normals_are_found_within_the_bias_of_sparse_cells()
    {
        var (x, y) = Samples.CorrelatedNormals(20_000, 1, 0.9, 1);
        var estimate = FreedmanDiaconisBinsMutualInformation.Estimate(x, y);
        Assert.Equal(-0.5 * Math.Log(1 - 0.81), estimate.Value, 4 * estimate.StandardError + 0.03);
    }

    [Fact]
    public void On_ranks_increasing_maps_change_nothing_and_a_constant_has_no_information()
    {
        var (x, y) = Samples.CorrelatedNormals(500, 1, 0.8, 9);
        double[] cubed = [.. x[0].ToArray().Select(v => v * v * v)];
        Assert.Equal(
            FreedmanDiaconisBinsMutualInformation.Estimate(x, y, Margins.RankGaussian),
            FreedmanDiaconisBinsMutualInformation.Estimate(cubed, y, Margins.RankGaussian)
        );
        Assert.Equal(0, FreedmanDiaconisBinsMutualInformation.Estimate(new double[500], y).Value, 1e-12);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        double[] x = [1, 2, 3, 4, 5, 7],
            mostlyZero = [0, 0, 0, 0, 0, 7];
        Assert.Contains("quartiles of the second column are 0", Message(() => FreedmanDiaconisBinsMutualInformation.Estimate(x, mostlyZero)));
        Assert.Contains("one column a variable; there are 2 and 1", Message(() => FreedmanDiaconisBinsMutualInformation.Estimate(Points.FromColumns(x, x), x)));
        Assert.Contains("the first has 6 and another has 2", Message(() => FreedmanDiaconisBinsMutualInformation.Estimate(x, x[..2])));
    }

    private static Information.Entropy.DiscreteColumn Entropy(double[] column) => Information.Entropy.DiscreteColumn.Of<double>(column);

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
