using CsCheck;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.Numerics;

public class RankGaussianTests
{
    [Fact]
    public void Quantiles_are_those_of_the_normal_table()
    {
        Assert.Equal(0, RankGaussian.Quantile(0.5));
        Assert.Equal(1.959963984540054, RankGaussian.Quantile(0.975), 1e-14);
        Assert.Equal(-3.090232306167813, RankGaussian.Quantile(0.001), 1e-13);
        // Phi(-10) = 7.619853024160526e-24.
        Assert.Equal(-10, RankGaussian.Quantile(7.619853024160526e-24), 1e-12);
    }

    [Fact]
    public void Ties_share_a_score_and_the_middle_is_zero() => Assert.Equal([0, 0, 0], RankGaussian.Transform(new double[] { 7, 7, 7 })[0].ToArray());

    [Fact]
    public void Scores_keep_order_and_do_not_change_with_increasing_maps() =>
        Gen.Double[-5, 5]
            .Array[1, 40]
            .Sample(values =>
            {
                var scores = RankGaussian.Transform(values)[0].ToArray();
                var again = RankGaussian.Transform(values.Select(v => 2 * v).ToArray())[0].ToArray();
                return scores.SequenceEqual(again)
                    && values.Index().All(a => values.Index().All(b => a.Item.CompareTo(b.Item) == scores[a.Index].CompareTo(scores[b.Index])));
            });
}
