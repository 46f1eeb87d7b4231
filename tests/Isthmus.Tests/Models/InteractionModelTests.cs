using System.Text.Json;
using CsCheck;
using Isthmus.Compute;
using Isthmus.Data.Formats;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>The parts that models of interactions are made of.</summary>
public sealed class InteractionModelTests
{
    static InteractionModelTests() => TensorLibrary.EnsureLoaded();

    /// <summary>All ways to have N counts of 3 things.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Multinomial_probabilities_of_all_counts_of_N_draws_sum_to_one(int draws)
    {
        using var scope = NewDisposeScope();
        using var likelihood = new MultinomialLikelihood(3);
        var counts = from a in Enumerable.Range(0, draws + 1) from b in Enumerable.Range(0, draws + 1 - a) select new double[] { a, b, draws - a - b };
        var x = tensor([.. counts.SelectMany(count => count)], float64).view(-1, 3);
        var logits = tensor(new[] { 0.3, -2, 1.7 });
        Assert.Equal(0, likelihood.LogProbability(x, logits).logsumexp(0).Number(), 1e-12);
    }

    [Fact]
    public void A_set_of_two_equally_likely_items_costs_log_of_the_pairs()
    {
        using var scope = NewDisposeScope();
        using var likelihood = new MultinomialLikelihood(4);
        // Two draws of four equal things: 2! / 4^2.
        Assert.Equal(Math.Log(2.0 / 16), likelihood.LogProbability(tensor(new double[] { 1, 0, 0, 1 }), zeros(4, dtype: float64)).Number(), 1e-12);
        // One thing twice has but one order.
        Assert.Equal(Math.Log(1.0 / 16), likelihood.LogProbability(tensor(new double[] { 2, 0, 0, 0 }), zeros(4, dtype: float64)).Number(), 1e-12);
    }

    [Fact]
    public void What_has_been_seen_has_no_share_of_the_next_draw()
    {
        using var scope = NewDisposeScope();
        var next = MultinomialLikelihood
            .WithoutSeen(
                zeros(1, 4),
                tensor(
                    new float[,]
                    {
                        { 1, 0, 0, 1 },
                    }
                )
            )
            .softmax(-1);
        Assert.Equal([0, 0.5, 0.5, 0], next.Numbers());
    }

    [Fact]
    public void A_multinomial_draw_and_its_mean_agree()
    {
        using var scope = NewDisposeScope();
        using var likelihood = new MultinomialLikelihood(3);
        manual_seed(1);
        var logits = tensor(new[] { 0.3, -1, 1.1 });
        var shares = likelihood.Sample(logits.expand(40_000, 3)).mean([0L]).Numbers();
        // Shares of 40,000 draws have standard errors below 0.0025; five of them.
        foreach (var (share, mean) in shares.Zip(likelihood.Mean(logits).Numbers()))
            Assert.Equal(mean, share, 0.0125);
        Assert.Equal([0, 0, 1], likelihood.Mode(logits).Numbers());
    }

    /// <summary>
    /// The prior holds 3/4 of the earlier posterior, so that at no z it is less: the rate of an encoder that has not moved is at most ln 4/3 a unit.
    /// </summary>
    [Fact]
    public void Standing_still_costs_at_most_the_log_of_four_thirds_a_unit()
    {
        using var scope = NewDisposeScope();
        var data = Histories.TwoTastes().Train;
        var specification = ModelSpecification.Resolve(
            "rec-vae",
            data.Schema,
            Tiny.Settings("dense-width=8 dense-depth=2 latent=4 mask-rate=0"),
            TrainingSettings.All
        );
        using var model = specification.Build(1);
        model.eval();
        var x = TensorBatches.Gather(data, [0, 1, 2, 3, 4]);
        Assert.Contains(model.Encode(x, sample: true).Rate.Numbers(), rate => rate > 4 * Math.Log(4.0 / 3));
        model.FollowEncoder();
        foreach (var rate in model.Encode(x, sample: true).Rate.Numbers())
            Assert.InRange(rate, double.NegativeInfinity, 4 * Math.Log(4.0 / 3) + 1e-4);
    }

    [Fact]
    public void The_earlier_encoder_is_not_trained()
    {
        var data = Histories.TwoTastes();
        using var model = ModelSpecification
            .Resolve("rec-vae", data.Train.Schema, Tiny.Settings("dense-width=8 dense-depth=2 latent=4"), TrainingSettings.All)
            .Build(1);
        var held = model.named_parameters().Where(p => !p.parameter.requires_grad).Select(p => p.name).ToArray();
        Assert.NotEmpty(held);
        Assert.All(held, name => Assert.StartsWith("bottleneck.", name));
    }

    /// <summary>The minimum of |X - X B|^2 + l |B|^2 under diag B = 0: off the diagonal the gradient (X'X + l) B - X'X is 0.</summary>
    [Fact]
    public void Ease_is_a_minimum_among_matrices_that_do_not_copy() =>
        Gen.Int[0, 5]
            .Array[1, 6]
            .Array[3, 12]
            .Sample(
                histories =>
                {
                    using var scope = NewDisposeScope();
                    var data = Histories.Of(6, [.. histories.Select(history => history.Distinct().ToArray())]);
                    var b = Solve(data, "2");
                    var gram = zeros(6, 6, float64);
                    var row = new float[6];
                    for (var item = 0; item < 6; item++)
                    {
                        new ItemProducts(data).CopyRow(item, row);
                        gram[item] = tensor(row).to(float64);
                    }
                    var gradient = (gram + 2 * eye(6, dtype: float64)).matmul(b) - gram;
                    Assert.All(b.diagonal().Numbers(), entry => Assert.Equal(0, entry));
                    // 12 histories of 6: eigenvalues from 2 to 74, a condition number below 40. B is known to 40 times 2^-24 a few times
                    // over, and the gradient to 74 times that: 2e-4, and room for the number of operations.
                    Assert.InRange((gradient - gradient.diagonal().diag()).abs().max().Number(), 0, 2e-3);
                },
                iter: 30,
                threads: 1
            );

    private sealed record Oracle(
        string Source,
        int Users,
        int Items,
        int Interactions,
        double Penalty,
        double Norm,
        int Stride,
        double[] Entries,
        string User,
        string[] Best
    );

    [Fact]
    public void Ease_on_movielens_latest_small_is_that_of_NumPy()
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("ISTHMUS_DATA") ?? "", "movielens-latest-small", "ratings.csv");
        Assert.SkipUnless(File.Exists(path), "movielens-latest-small is not under ISTHMUS_DATA.");
        var oracle = JsonSerializer.Deserialize<Oracle>(File.ReadAllBytes(GoldenFile.PathOf("oracle/ease.json")), JsonSerializerOptions.Web)!;
        var data = DataSource.LoadAll(
            path,
            new()
            {
                Interactions = new()
                {
                    User = "userId",
                    Item = "movieId",
                    Rating = "rating",
                    MinRating = 4,
                    MinPerUser = 1,
                    MinPerItem = 5,
                },
            }
        );
        var schema = (InteractionSchema)data.Schema;
        Assert.Equal((oracle.Users, oracle.Items, oracle.Interactions), (data.Count, schema.Dimension, Histories.Rows(data).Sum(history => history.Length)));
        using var scope = NewDisposeScope();
        var b = Solve(data, oracle.Penalty.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(oracle.Norm, b.norm().Number(), 1e-5 * oracle.Norm);
        var numbers = b.Numbers();
        for (var i = 0; i < oracle.Entries.Length; i++)
            Assert.Equal(oracle.Entries[i], numbers[i * oracle.Stride], 1e-5);
        var history = data.Sparse(data.RecordNames!.Index().First(name => name.Item == oracle.User).Index).Columns.ToArray();
        var scores = b.index_select(0, tensor(history)).sum([0L]).Numbers();
        var best = Enumerable.Range(0, scores.Length).Except(history).OrderByDescending(item => scores[item]).Take(10).Select(item => schema.Items[item]);
        Assert.Equal(oracle.Best, best);
    }

    private static Tensor Solve(Dataset data, string penalty)
    {
        var specification = ModelSpecification.Resolve("ease", data.Schema, [new("l2", penalty)], TrainingSettings.All);
        using var model = specification.Build(1);
        var x = TensorBatches.Gather(data, [0]);
        model.ClosedForm!.Solve(data, x, 1 - x, CancellationToken.None);
        return model.state_dict()["decoder.weight"].to(float64);
    }
}
