using Isthmus.Information.Numerics;
using Isthmus.NeuralInformation;

namespace Isthmus.Tests.NeuralInformation;

public sealed class NeuralMutualInformationTests
{
    /// <summary>A narrow critic and few steps: a test's worth of work.</summary>
    private static readonly NeuralOptions Quick = new() { Hidden = 16, Steps = 120 };

    private static double[] Normal(int n, Random random) =>
        [.. Enumerable.Range(0, n).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];

    /// <summary>d pairs of normals of this correlation: I = -d/2 ln(1 - r^2).</summary>
    private static (Points X, Points Y) CorrelatedNormals(int n, int d, double r, int seed)
    {
        var random = new Random(seed);
        var x = Enumerable.Range(0, d).Select(_ => Normal(n, random)).ToArray();
        return (
            Points.FromColumns(x),
            Points.FromColumns([.. x.Select(column => column.Zip(Normal(n, random), (a, e) => r * a + Math.Sqrt(1 - r * r) * e).ToArray())])
        );
    }

    private static NeuralEstimate Estimate(Points x, Points y, NeuralOptions options) =>
        NeuralMutualInformation.Estimate(x, y, options, cancellationToken: TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(1, 0.8)]
    [InlineData(5, 0.5)]
    [InlineData(20, 0.3)]
    public void Correlated_normals_have_their_closed_form_in_any_dimension(int d, double r)
    {
        var (x, y) = CorrelatedNormals(1000, d, r, seed: 1);
        var estimate = Estimate(x, y, Quick);
        Assert.InRange(
            estimate.Value.Value,
            -d / 2.0 * Math.Log(1 - r * r) - 3 * estimate.Value.StandardError,
            -d / 2.0 * Math.Log(1 - r * r) + 3 * estimate.Value.StandardError
        );
    }

    [Fact]
    public void Much_linear_information_is_not_cut_at_the_logarithm_of_the_batch()
    {
        // 10 pairs with correlation 0.995: 23.0 nats, where a bound on 400 held-out rows stops at ln 400 = 6.0. The base's error
        // is sqrt(sum rho^2 / N) = 0.071 nats.
        var (x, y) = CorrelatedNormals(2000, 10, 0.995, seed: 2);
        var truth = -5 * Math.Log(1 - 0.995 * 0.995);
        Assert.InRange(Estimate(x, y, Quick).Value.Value, truth - 0.3, truth + 0.3);
    }

    [Theory]
    [InlineData("infonce", true)]
    [InlineData("infonce", false)]
    [InlineData("dv", false)]
    [InlineData("mine", false)]
    [InlineData("nwj", false)]
    [InlineData("smile", false)]
    public void Independent_variables_share_nothing(string bound, bool withBase)
    {
        var (x, y) = CorrelatedNormals(1000, 3, 0, seed: 3);
        var fit = Estimate(x, y, Quick with { Bound = bound, GaussianBase = withBase });
        var estimate = fit.Value;
        // A critic that was given up leaves nothing of itself; exponentials and logarithms of float32 round at 1e-7.
        if (!withBase && fit.Parts.Single().Steps == 0)
            Assert.Equal(0, estimate.Value, 6);
        // Where no critic beats the base on the validation rows, terms do not vary and the figure is exactly 0, or the base's own
        // (error sqrt(d_x d_y / 2) / N = 0.002).
        Assert.InRange(estimate.Value, -0.02 - 3 * estimate.StandardError, 0.008 + 3 * estimate.StandardError);
    }

    [Theory]
    [InlineData(CriticKind.Separable)]
    [InlineData(CriticKind.Joint)]
    public void The_critic_finds_what_no_line_shows(CriticKind critic)
    {
        // Y = |X| + noise, both normal: uncorrelated. KSG on 20,000 rows gives 0.40; half of it within reach of 1,000 rows.
        var random = new Random(4);
        var x = Normal(1500, random);
        double[] y = [.. x.Zip(Normal(1500, random), (a, e) => Math.Abs(a) + 0.3 * e)];
        var estimate = Estimate(x, y, Quick with { Critic = critic });
        Assert.InRange(estimate.Value.Value, 0.25, 0.75);
        Assert.True(estimate.Parts.Single().Steps > 0);
    }

    [Fact]
    public void The_same_seed_gives_the_same_figure()
    {
        var (x, y) = CorrelatedNormals(400, 2, 0.5, seed: 5);
        double Of(int seed) => Estimate(x, y, Quick with { GaussianBase = false, Seed = seed }).Value.Value;
        Assert.Equal(Of(1), Of(1));
        Assert.NotEqual(Of(1), Of(2));
    }

    [Fact]
    public void The_part_reported_on_is_never_trained_on_nor_stopped_by()
    {
        var (x, y) = CorrelatedNormals(400, 2, 0.7, seed: 6);
        var options = Quick with { GaussianBase = false };
        var (train, _, report) = NeuralMutualInformation.Cut(400, options).Single();
        var fit = Estimate(x, y, options).Parts.Single();

        // Other partners in the part reported on: the same fit to the last bit, and another figure.
        var elsewhere = Estimate(x, Turned(y, report), options).Parts.Single();
        Assert.Equal((fit.Steps, fit.TrainNats, fit.ValidationNats), (elsewhere.Steps, elsewhere.TrainNats, elsewhere.ValidationNats));
        Assert.NotEqual(fit.ReportNats, elsewhere.ReportNats);

        // Other partners in the part trained on: another fit.
        Assert.NotEqual(fit.TrainNats, Estimate(x, Turned(y, train), options).Parts.Single().TrainNats);
    }

    /// <summary>The values of these rows handed round among them: margins stay, partners change.</summary>
    private static Points Turned(Points points, long[] rows)
    {
        int[] order = [.. Enumerable.Range(0, points.Count)];
        for (var i = 0; i < rows.Length; i++)
            order[rows[i]] = (int)rows[(i + 1) % rows.Length];
        return points.Rows(order);
    }

    [Fact]
    public void Cross_fitting_reports_on_each_row_once()
    {
        var parts = NeuralMutualInformation.Cut(
            103,
            new()
            {
                Folds = 5,
                CrossFit = true,
                Seed = 7,
            }
        );
        Assert.Equal(Enumerable.Range(0, 103).Select(row => (long)row), parts.SelectMany(part => part.Report).Order());
        Assert.All(parts, part =>
            Assert.Equal(Enumerable.Range(0, 103).Select(row => (long)row), part.Train.Concat(part.Validation).Concat(part.Report).Order())
        );
    }

    [Fact]
    public void Rank_margins_take_away_every_increasing_map()
    {
        var (x, y) = CorrelatedNormals(300, 1, 0.6, seed: 8);
        // The figure and its warnings rest on ranks; the distance from the middle is in the columns' own units, and the critic's.
        double Base(Points a, Points b) => Estimate(a, b, Quick with { Seed = 1 }).Value.Value;
        double[] cubed = [.. x[0].ToArray().Select(v => v * v * v)];
        Assert.Equal(Base(x, y), Base(cubed, y), 0.05);
    }

    [Fact]
    public void A_constant_column_tells_nothing()
    {
        var (x, y) = CorrelatedNormals(200, 1, 0.6, seed: 9);
        Assert.Equal(0, Estimate(x, Enumerable.Repeat(2.0, 200).ToArray(), Quick).Value.Value);
        var beside = Points.Join(y, Points.FromColumns(Enumerable.Repeat(2.0, 200).ToArray()));
        Assert.Equal(Estimate(x, y, Quick).Value, Estimate(x, beside, Quick).Value);
    }

    [Fact]
    public void Many_columns_for_the_rows_are_warned_of()
    {
        var (x, y) = CorrelatedNormals(300, 20, 0.2, seed: 10);
        Assert.Contains(Estimate(x, y, Quick).Warnings, warning =>
            warning.StartsWith("Many columns for the rows: with 20 x 20 columns and 300 rows", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(5.1, 100, 5.1, 5.1, "Saturated: 300 pairs are compared at once, and no more than ln 300 = 5.70 nats can show")]
    [InlineData(0.5, 100, 0.5, 0.7, "The critic scores rows it was trained on 0.200 nats better than rows it never met")]
    [InlineData(0.5, 800, 0.5, 0.5, "The critic was still improving when training ended at its limit of 800 steps")]
    [InlineData(0.5, 100, 0.5, 0.52, null)]
    public void Signs_that_the_figure_is_low_are_warned_of(double value, int steps, double report, double train, string? expected)
    {
        var (x, y) = CorrelatedNormals(2000, 1, 0.5, seed: 11);
        var warnings = NeuralWarnings.Of(new(value, 0.02), [new CriticReport(steps, 800, train, report, report)], x, y, Quick, compared: 300);
        if (expected is null)
            Assert.Empty(warnings);
        else
            Assert.StartsWith(expected, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var (x, y) = CorrelatedNormals(200, 1, 0.5, seed: 12);
        void Refused<T>(string message, Action action)
            where T : Exception => Assert.Contains(message, Assert.Throws<T>(action).Message);
        Refused<InvalidInputException>("at least 100 rows; there are 99", () =>
            Estimate(x.Rows([.. Enumerable.Range(0, 99)]), y.Rows([.. Enumerable.Range(0, 99)]), new())
        );
        Refused<InvalidInputException>("Neural bound 'nce' is not known; give one of infonce, dv", () => Estimate(x, y, new() { Bound = "nce" }));
        Refused<InvalidInputException>("1 parts of 200 rows", () => Estimate(x, y, new() { Folds = 1 }));
        Refused<InvalidInputException>("0 hidden units are too few", () => Estimate(x, y, new() { Hidden = 0 }));
        Refused<ArgumentException>("equal numbers of rows", () => Estimate(x, y.Rows([0, 1, 2]), new()));
        Refused<ArgumentException>("linear functions of one another", () => Estimate(x, x, new()));
    }

    [Fact]
    public void Cancelling_stops_between_two_steps()
    {
        var (x, y) = CorrelatedNormals(200, 1, 0.5, seed: 13);
        Assert.Throws<OperationCanceledException>(() =>
            NeuralMutualInformation.Estimate(x, y, Quick, cancellationToken: new CancellationToken(canceled: true))
        );
    }
}
