using CsCheck;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.Numerics;

public class RanksTests
{
    [Fact]
    public void Equal_numbers_share_the_mean_of_their_places() => Assert.Equal([1, 3.5, 5, 3.5, 2], Ranks.Of([-2, 7, 9, 7, 0.5]));

    [Fact]
    public void Ranks_are_how_many_are_less_and_half_of_those_that_are_equal() =>
        Gen.Int[-5, 5]
            .Array[1, 30]
            .Sample(numbers =>
            {
                double[] x = [.. numbers.Select(number => (double)number)];
                Assert.Equal(x.Select(number => x.Count(other => other < number) + (x.Count(other => other == number) + 1) / 2.0), Ranks.Of(x));
            });

    [Fact]
    public void Rank_correlation_sees_order_alone()
    {
        double[] x = [3, 1, 4, 1.5, 9];
        Assert.Equal(1, Ranks.Correlation(x, [.. x.Select(Math.Exp)]), 1e-12);
        Assert.Equal(-1, Ranks.Correlation(x, [.. x.Select(number => -number)]), 1e-12);
        Assert.Equal(0, Ranks.Correlation(x, [2, 2, 2, 2, 2]));
    }

    [Fact]
    public void The_area_under_ROC_is_the_share_of_pairs_in_order() =>
        Gen.Select(Gen.Int[0, 5], Gen.Bool)
            .Array[2, 40]
            .Where(rows => rows.Any(row => row.Item2) && rows.Any(row => !row.Item2))
            .Sample(rows =>
            {
                var pairs = rows.Where(row => row.Item2)
                    .SelectMany(
                        _ => rows.Where(row => !row.Item2),
                        (high, low) =>
                            high.Item1 > low.Item1 ? 1
                            : high.Item1 == low.Item1 ? 0.5
                            : 0
                    );
                Assert.Equal(pairs.Average(), Ranks.AreaUnderRoc([.. rows.Select(row => (double)row.Item1)], [.. rows.Select(row => row.Item2)]), 1e-12);
            });

    [Fact]
    public void Of_one_kind_there_is_no_area() => Assert.Equal(double.NaN, Ranks.AreaUnderRoc([1, 2], [true, true]));
}
