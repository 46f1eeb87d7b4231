using Isthmus.Compute;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

public sealed class MixedLikelihoodTests
{
    internal static readonly TableSchema Table = Fitted();

    static MixedLikelihoodTests() => TensorLibrary.EnsureLoaded();

    [Fact]
    public void Cells_add_up_to_the_row_and_a_blank_one_costs_nothing()
    {
        using var scope = NewDisposeScope();
        using var likelihood = new MixedLikelihood(Table);
        manual_seed(1);
        var parameters = randn(3, likelihood.ParameterWidth);
        var x = Rows();
        var cells = likelihood.CellLogProbability(x, parameters);
        Assert.True(cells.sum(-1).allclose(likelihood.LogProbability(x, parameters)));
        Assert.Equal(0, cells[2, 0].item<float>());
        Assert.True(cells.isfinite().all().item<bool>());
    }

    [Fact]
    public void Levels_and_counts_sum_to_one()
    {
        using var scope = NewDisposeScope();
        using var likelihood = new MixedLikelihood(Table);
        manual_seed(2);
        var parameters = randn(1, likelihood.ParameterWidth);
        foreach (var (column, values) in new[] { (2, 3), (3, 4), (4, 4000) })
        {
            var x = zeros(values, Table.Dimension);
            x.select(1, column).copy_(arange(values));
            var sum = likelihood.CellLogProbability(x, parameters).select(1, column).exp().sum().item<float>();
            Assert.Equal(1, sum, 1e-3);
        }
    }

    [Fact]
    public void Densities_integrate_to_one_step_of_the_grid_or_one()
    {
        using var scope = NewDisposeScope();
        using var likelihood = new MixedLikelihood(Table);
        // Zeros: each component is its mode's own Gaussian, or Student-t, so that a fine sum over +-50 holds all but the Cauchy's tail.
        var parameters = zeros(1, likelihood.ParameterWidth);
        var grid = arange(-50, 50, 0.001);
        foreach (var column in new[] { 0, 1 })
        {
            var x = zeros(grid.shape[0], Table.Dimension);
            x.select(1, column).copy_(grid);
            var integral = likelihood.CellLogProbability(x, parameters).select(1, column).to(float64).exp().sum().item<double>() * 0.001;
            var field = (FittedNumbers)Table.Fields[column];
            // A Student-t of 4 degrees of freedom has 1e-6 beyond 50 deviations; the Cauchy 1e-4 of weight has 1.3 % of it.
            Assert.Equal(field.Step > 0 ? field.ScaledStep : 1, integral, 1e-3 * (field.Step > 0 ? field.ScaledStep : 1));
        }
    }

    [Fact]
    public void A_wild_cell_has_a_bounded_price_and_gradient()
    {
        using var scope = NewDisposeScope();
        using var likelihood = new MixedLikelihood(Table);
        var parameters = zeros(1, likelihood.ParameterWidth).requires_grad_();
        var x = zeros(1, Table.Dimension);
        x[0, 0] = FittedNumbers.Farthest;
        var cost = -likelihood.LogProbability(x, parameters).sum();
        cost.backward();
        // -ln 1e-4 + ln pi + 2 ln 1e6 = 38 nats, and the other cells' few.
        Assert.InRange(cost.item<float>(), 30, 70);
        Assert.True(parameters.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void Draws_have_the_mean_that_the_likelihood_says()
    {
        using var scope = NewDisposeScope();
        using var likelihood = new MixedLikelihood(Table);
        manual_seed(3);
        var parameters = zeros(1, likelihood.ParameterWidth);
        var draws = likelihood.Sample(parameters.expand(20000, -1));
        var (mean, deviation) = (draws.mean([0L]), draws.std(0));
        var expected = likelihood.Mean(parameters)[0];
        foreach (var column in new[] { 0, 1, 4 })
            // Five standard errors.
            Assert.InRange(Math.Abs((mean[column] - expected[column]).item<float>()), 0, 5 * deviation[column].item<float>() / Math.Sqrt(20000));
    }

    [Fact]
    public void Chosen_cells_have_the_mean_of_all_cells_and_are_drawn_alike()
    {
        using var scope = NewDisposeScope();
        using var likelihood = new MixedLikelihood(Table);
        manual_seed(4);
        var parameters = randn(1, 3, likelihood.ParameterWidth).Times(0.3).expand(20000, -1, -1);
        // Out of order, some of one column twice; each form of column is there.
        (int Row, int Column)[] cells = [(2, 4), (0, 0), (0, 1), (1, 3), (1, 1), (2, 2), (2, 0)];
        var (means, draws) = likelihood.OfCells(parameters, cells);
        var (all, drawn) = (likelihood.Mean(parameters), likelihood.Sample(parameters));
        Assert.Equal([20000, cells.Length], means.shape);
        foreach (var (place, (row, column)) in cells.Index())
        {
            Assert.True(means[.., place].equal(all[.., row, column]).all().item<bool>());
            // Quartiles, as tails are heavy. The share below a quartile of the others has two standard errors of sqrt(3 / 16 / 20000); five of the difference.
            foreach (var share in new[] { 0.25f, 0.5f, 0.75f })
            {
                var edge = drawn[.., row, column].quantile(tensor(share));
                var (below, most) = (draws[.., place].lt(edge), draws[.., place].le(edge));
                var error = 5 * Math.Sqrt(2 * share * (1 - share) / 20000);
                Assert.InRange(share, below.to(float32).mean().item<float>() - error, most.to(float32).mean().item<float>() + error);
            }
        }
    }

    [Fact]
    public void What_is_as_narrow_as_its_grid_lets_it_be_is_drawn_at_its_location()
    {
        using var scope = NewDisposeScope();
        using var likelihood = new MixedLikelihood(Table);
        // softplus(-100) is 0: every scale is the least.
        var parameters = full([200, likelihood.ParameterWidth], -100f);
        var tails = (FittedNumbers)Table.Fields[1];
        var drawn = likelihood.Sample(parameters).select(1, 1);
        Assert.True(tails.Step > 0);
        Assert.Equal(1, drawn.unique().output.shape[0]);
        Assert.Equal(likelihood.Mode(parameters)[0, 1].item<float>(), drawn[0].item<float>());
    }

    [Fact]
    public void The_encoder_sees_a_blank_as_zeros()
    {
        using var scope = NewDisposeScope();
        using var input = new RowInput(Table);
        var seen = input.call(full([1, Table.Dimension], float.NaN));
        Assert.Equal(input.Width, seen.shape[1]);
        Assert.Equal(0, seen.abs().sum().item<float>());
    }

    private static Tensor Rows() => tensor([0.5f, -1, 0, 1, 3, -2, 100, 1, 3, 0, float.NaN, 0, 2, 0, 40]).view(3, 5);

    /// <summary>A number, a number of heavy tails on a grid, two levels, three levels, a count.</summary>
    private static TableSchema Fitted()
    {
        var random = new Random(1);
        ColumnBuffer[] columns =
        [
            new("real", ColumnKind.Numeric),
            new("tails", ColumnKind.Integer),
            new("two", ColumnKind.Boolean),
            new("three", ColumnKind.Category),
            new("count", ColumnKind.Count),
        ];
        for (var i = 0; i < 500; i++)
        {
            columns[0].Add(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            columns[1].Add(Math.Round(10 * Math.Tan(1.4 * (random.NextDouble() - 0.5))) + (i % 100 == 0 ? 40 : 0));
            columns[2].Add(i % 3 == 0 ? "a" : "b");
            columns[3].Add("xyz"[i % 3].ToString());
            columns[4].Add(i % 5);
        }
        return TableSchema.Fit(columns, [.. Enumerable.Range(0, 500)], []);
    }
}
