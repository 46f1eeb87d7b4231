using CsCheck;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.MutualInformation;

public sealed class EstimateWarningsTests
{
    [Fact]
    public void Mardias_kurtosis_of_the_corners_of_a_square_is_nine_quarters() =>
        // Deviations over N - 1 are sqrt(4/3), so each row has |z|^2 = 3/2.
        Assert.Equal(2.25, CorrelationMatrix.MardiaKurtosis(Points.FromColumns([1, 1, -1, -1], [1, -1, 1, -1])), 12);

    [Fact]
    public void Mardias_kurtosis_does_not_know_units_and_directions() =>
        Gen.Double[-3, 3]
            .Array[3]
            .Sample(slopes =>
            {
                double[][] columns = [Samples.Normal(50, 1), Samples.Normal(50, 2)];
                // Determinant 1 + s0^2 + ... is never 0: a shear, a shear the other way, and a stretch.
                var first = columns[0].Zip(columns[1], (a, b) => a + slopes[0] * b).ToArray();
                var second = first.Zip(columns[1], (a, b) => slopes[1] * a + b).ToArray();
                double[] stretched = [.. second.Select(v => Math.Exp(slopes[2]) * v + slopes[0])];
                var plain = CorrelationMatrix.MardiaKurtosis(Points.FromColumns(columns));
                // Rounding grows with the condition of the covariance, at most some 1e6 here.
                Assert.Equal(plain, CorrelationMatrix.MardiaKurtosis(Points.FromColumns(first, stretched)), 1e-8 * plain);
            });

    [Fact]
    public void Columns_that_are_not_jointly_normal_are_told_from_those_that_are()
    {
        var (x, y) = Samples.CorrelatedNormals(2000, 2, 0.6, 5);
        Assert.Single(EstimateWarnings.OfNormal(Points.Join(x, y)));
        var radius = Samples.Uniform(2000, 9);
        var student = Points.FromColumns([.. Enumerable.Range(0, 2).Select(c => x[c].ToArray().Zip(radius, (v, u) => v / Math.Sqrt(-Math.Log(u))).ToArray())]);
        Assert.Contains(EstimateWarnings.OfNormal(student), doubt => doubt.StartsWith("The columns are not jointly normal", StringComparison.Ordinal));
        Assert.Single(EstimateWarnings.OfNormal(Points.FromColumns([1.0, 1.0, 1.0])));
    }

    [Fact]
    public void Heavy_tails_are_told_from_light_ones()
    {
        Assert.Empty(EstimateWarnings.OfTails(Samples.Normal(2000, 3)));
        Assert.Empty(EstimateWarnings.OfTails(Samples.Uniform(2000, 3)));
        Assert.Single(EstimateWarnings.OfTails(Samples.Uniform(2000, 3), Samples.Normal(2000, 3).Zip(Samples.Normal(2000, 4), (a, b) => a / b).ToArray()));
    }

    [Fact]
    public void More_combinations_than_half_the_rows_are_doubted()
    {
        Assert.Single(EstimateWarnings.OfCounts(10, 19));
        Assert.Empty(EstimateWarnings.OfCounts(10, 20));
    }

    [Fact]
    public void A_figure_that_moves_with_the_rows_is_doubted_and_one_that_does_not_is_not()
    {
        Assert.Single(EstimateWarnings.OfRows(new(1, 0.1), 100, 10, rows => new(rows.Length / 100.0, 0.1)));
        Assert.Empty(EstimateWarnings.OfRows(new(1, 0.1), 100, 10, _ => new(1, 0.1)));
        Assert.Empty(EstimateWarnings.OfRows(new(1, 0.1), 9, 10, _ => throw new InvalidOperationException("too few rows have no halves")));
    }

    [Fact]
    public void A_figure_that_neighbours_do_not_find_is_doubted()
    {
        var (x, y) = Samples.CorrelatedNormals(1000, 1, 0.6, 5);
        var near = Isthmus.Information.MutualInformation.KsgMutualInformation.Estimate(x, y, new() { Margins = Margins.RankGaussian });
        Assert.Empty(EstimateWarnings.OfSecond(near, x, y, new()));
        Assert.Single(EstimateWarnings.OfSecond(near with { Value = near.Value + 4 * near.StandardError }, x, y, new()));
        Assert.Empty(EstimateWarnings.OfSecond(new(0, 0), Points.FromColumns([1.0, 2.0]), Points.FromColumns([1.0, 2.0]), new()));
    }
}
