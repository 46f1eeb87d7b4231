using Isthmus.Compute;
using Isthmus.Data.Interactions;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Recommenders;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Recommenders;

public sealed class RecommendationTests
{
    static RecommendationTests() => TensorLibrary.EnsureLoaded();

    // Held out: 7 and 9. The list has 9 at rank 2 and 7 at rank 4.
    private static readonly int[] List = [3, 9, 5, 7, 1];
    private static readonly HashSet<int> HeldOut = [7, 9];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0.6309297535714575 / 1.6309297535714575)]
    [InlineData(10, (0.6309297535714575 + 0.43067655807339306) / 1.6309297535714575)]
    public void Ndcg_by_hand(int k, double expected) => Assert.Equal(expected, RankingMetrics.Ndcg(List, HeldOut, k), 1e-12);

    [Theory]
    [InlineData(1, 0, 0, 0)]
    [InlineData(2, 0.5, 1, 0.25)]
    [InlineData(3, 0.5, 1, 0.25)]
    [InlineData(4, 1, 1, (0.5 + 0.5) / 2)]
    [InlineData(100, 1, 1, (0.5 + 0.5) / 2)]
    public void Recall_hit_rate_and_average_precision_by_hand(int k, double recall, double hit, double precision)
    {
        Assert.Equal(recall, RankingMetrics.Recall(List, HeldOut, k));
        Assert.Equal(hit, RankingMetrics.HitRate(List, HeldOut, k));
        Assert.Equal(precision, RankingMetrics.AveragePrecision(List, HeldOut, k));
    }

    /// <summary>With one place and two held-out items, one hit is all there can be.</summary>
    [Fact]
    public void Recall_is_of_what_could_be_hit()
    {
        Assert.Equal(1, RankingMetrics.Recall([9], HeldOut, 1));
        Assert.Equal(1, RankingMetrics.AveragePrecision([9], HeldOut, 1));
        Assert.Equal(1, RankingMetrics.Ndcg([9], HeldOut, 1));
    }

    [Fact]
    public void Item_neighbours_by_hand()
    {
        using var scope = NewDisposeScope();
        // Users {0,1}, {0,1}, {1,2}: |x_0| = sqrt 2, |x_1| = sqrt 3, |x_2| = 1; products 01: 2, 12: 1.
        var neighbours = new ItemNeighbours(new(Histories.Of(3, [0, 1], [0, 1], [1, 2])), 3, neighbours: 1, shrink: 0);
        var scores = neighbours.Scores(Histories.Of(3, [1], [0, 2]), [0, 1]).Numbers();
        // The nearest of 0 and of 2 is 1; the nearest of 1 is 0, for 2 / sqrt 6 > 1 / sqrt 3.
        double[] expected = [2 / Math.Sqrt(6), 0, 1 / Math.Sqrt(3), 0, 2 / Math.Sqrt(6), 0];
        foreach (var (score, byHand) in scores.Zip(expected))
            Assert.Equal(byHand, score, 1e-6);
    }

    [Fact]
    public void Figures_of_the_most_popular_by_hand()
    {
        // 4 training users: item 0 met by 4, item 1 by 2, items 2 and 3 by 1 each.
        var train = Histories.Of(4, [0, 1], [0, 1], [0, 2], [0, 3]);
        var products = new ItemProducts(train);
        // One user has seen 1, and 0 is held out: it stands first of three.
        var heldOut = new HeldOutSplit(Histories.Of(4, [1]), Histories.Of(4, [0]));
        var result = RankingResult.Of(new MostPopular(products, 4), heldOut, products, train.Count, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, result.NdcgAt100.Value);
        Assert.Equal(1, result.HitRateAt10.Value);
        // p(0) = 4 of the 6 meetings with unseen items.
        Assert.Equal(Math.Log2(1.5), result.HeldOutBits!.Value, 1e-6);
        Assert.Equal(0.75, result.Coverage.Value);
        // Self-information 0, 2 and 2 bits; popularity 4, 1, 1 against 2.
        Assert.Equal(4.0 / 3, result.NoveltyBits!.Value, 1e-12);
        Assert.Equal(1, result.PopularityBias!.Value, 1e-12);
    }

    public static TheoryData<string, string> Models =>
        new()
        {
            { "ease", "l2=200" },
            { "mult-dae", "hidden=32 latent=8 epochs=60 average=0" },
            { "mult-vae", "hidden=32 latent=8 epochs=60 average=0 warm-up=20" },
            { "rec-vae", "dense-width=32 dense-depth=2 latent=8 epochs=60 average=0" },
        };

    [Theory]
    [MemberData(nameof(Models))]
    public void Users_of_two_tastes_are_told_apart(string preset, string settings)
    {
        var data = Histories.TwoTastes();
        var run = TrainingRun.Train(preset, data, new() { Settings = Tiny.Settings(settings), Threads = 1 });
        using var model = run.Model;
        // A user who is new to the model.
        var found = Recommendation.For(model, [10, 11, 12], 7);
        Assert.Equal(Enumerable.Range(13, 7), found.Select(item => item.Item).Order());
        Assert.All(found, item => Assert.All(item.Reasons, reason => Assert.True(reason.Bits > 0)));
        Assert.Equal(found.Select(item => item.Bits).Order(), found.Select(item => item.Bits));
        var evaluation = Evaluator.Evaluate(model, data.Test, data.Train, new(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(evaluation.Ranking!.HeldOutBits!.Value < evaluation.Rankings[1].HeldOutBits!.Value);
        Assert.True(evaluation.Rankings[1].NdcgAt100.Value < evaluation.Ranking.NdcgAt100.Value);
        Assert.Contains("over item-knn", evaluation.Verdict);

        var table = Recommendation.ForAll(model, data.Test, 3, cancellationToken: TestContext.Current.CancellationToken).Single();
        Assert.Equal(["user", "rank", "item", "bits"], table.Select(column => column.Name));
        Assert.Equal(3 * data.Test.Count, table[0].Count);
        var history = Histories.Rows(data.Test)[0];
        Assert.Equal(
            Recommendation.For(model, history, 3).Select(item => ((InteractionSchema)data.Test.Schema).Items[item.Item]),
            Enumerable.Range(0, 3).Select(table[2].Text)
        );

        using var folder = new TemporaryFolder();
        model.Save(folder.File("m.isthmus"));
        using var loaded = TrainedModel.Load(folder.File("m.isthmus"));
        Assert.Equal(found.Select(item => item.Bits), Recommendation.For(loaded, [10, 11, 12], 7).Select(item => item.Bits));
    }

    /// <summary>
    /// Of networks as they are built, with logits so near each other that 8-bit numbers alone would mix them up, and of EASE;
    /// the float32 product has another order of sums. 1,400 items are three tiles, the last of them no multiple of 16.
    /// </summary>
    [Theory]
    [InlineData("mult-vae", "hidden=40 latent=9")]
    [InlineData("mult-dae", "hidden= latent=20")]
    [InlineData("vae", "hidden=20,30 latent=5")]
    [InlineData("rec-vae", "dense-width=30 dense-depth=3 latent=9")]
    [InlineData("ease", "")]
    public void First_items_found_without_zeros_are_those_of_the_dense_way(string preset, string settings)
    {
        const int Items = 1401,
            Count = 12;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var random = new Random(3);
        var data = Histories.Of(
            Items,
            [.. Enumerable.Range(0, 300).Select(user => Enumerable.Range(0, Items).Where(_ => random.Next(user % 90 + 2) == 0).ToArray())]
        );
        using var model = ModelSpecification.Resolve(preset, data.Schema, Tiny.Settings(settings), TrainingSettings.All).Build(1);
        model.eval();
        if (preset == "ease")
            model.state_dict()["decoder.weight"].normal_();
        int[] users = [.. Enumerable.Range(0, data.Count)];
        var x = TensorBatches.Gather(data, users);
        var logProbabilities = MultinomialLikelihood.WithoutSeen(model.Decode(model.Bottleneck.MeanCode(model.Head(x))), x).log_softmax(-1) / Math.Log(2);
        foreach (var inWholeNumbers in new[] { true, false })
        {
            using var pass = RecommendationPass.For(model, null, inWholeNumbers)!;
            var (items, bits) = pass.Best(data.SparseRecords(users), Count, rows: 64);
            var theirs = (-logProbabilities.topk(Count, -1).values).Numbers();
            var ours = (-logProbabilities.gather(1, tensor(items.Select(item => (long)item).ToArray()).view(-1, Count))).Numbers();
            for (var i = 0; i < ours.Length; i++)
            {
                // The item may be another only where the two cost the same to float32's rounding.
                Assert.Equal(theirs[i], ours[i], 1e-4);
                Assert.Equal(ours[i], bits[i], inWholeNumbers ? 0.02 : 1e-4);
            }
            Assert.All(items.Chunk(Count), row => Assert.Equal(Count, row.Distinct().Count()));
        }
    }

    [Fact]
    public void Of_equal_scores_the_first_items_come_first()
    {
        var data = Histories.Of(600, [0, 2, 599], []);
        using var model = ModelSpecification.Resolve("ease", data.Schema, [], TrainingSettings.All).Build(1);
        model.eval();
        using var pass = RecommendationPass.For(model, null)!;
        var (items, bits) = pass.Best(data.SparseRecords([0, 1]), 4, rows: 64);
        Assert.Equal([1, 3, 4, 5, 0, 1, 2, 3], items);
        Assert.All(bits[..4], cost => Assert.Equal(Math.Log2(597), cost, 1e-4));
    }

    [Fact]
    public void A_history_that_lacks_fewer_items_gets_fewer()
    {
        var data = Histories.Of(20, [.. Enumerable.Range(0, 18)], [0, 1]);
        using var model = ModelSpecification.Resolve("mult-dae", data.Schema, Tiny.Settings("hidden=4 latent=2"), TrainingSettings.All).Build(1);
        model.eval();
        using var pass = RecommendationPass.For(model, null)!;
        var (items, _) = pass.Best(data.SparseRecords([0, 1]), 5, rows: 64);
        Assert.Equal([18, 19], items[..2].Order());
        Assert.Equal([-1, -1, -1], items[2..5]);
        Assert.All(items[5..], item => Assert.InRange(item, 2, 19));
    }

    [Fact]
    public void A_reason_is_how_much_likelier_an_item_is_with_it()
    {
        var data = Histories.TwoTastes();
        using var model = TrainingRun.Train("ease", data, new() { Threads = 1 }).Model;
        var best = Recommendation.For(model, [0, 1, 2], 1, reasons: 3)[0];
        foreach (var reason in best.Reasons)
        {
            int[] without = [.. new[] { 0, 1, 2 }.Where(item => item != reason.Item)];
            // Without the item it could itself be the next: its share must be taken out to compare.
            var all = Recommendation.For(model, without, 18);
            var share = Math.Pow(2, -all.Single(item => item.Item == reason.Item).Bits);
            var bits = all.Single(item => item.Item == best.Item).Bits + Math.Log2(1 - share);
            Assert.Equal(bits - best.Bits, reason.Bits, 1e-3);
        }
    }

    [Fact]
    public void Items_are_found_by_id_or_title_and_strangers_are_refused()
    {
        var schema = new InteractionSchema(["1", "300", "5", "6"], ["300 (2006)", "Quiz Show (1994)", "Matrix, The (1999)", "Heat (1995)"], new());
        var lookup = new ItemLookup(schema);
        Assert.Equal([3, 2], lookup.FindAll("heat, The Matrix"));
        Assert.Equal([2, 3], lookup.FindAll("Matrix, The (1999),Heat (1995)"));
        Assert.Equal(1, lookup.Find("id:300"));
        Assert.Equal(0, lookup.Find("300 (2006)"));
        Assert.Contains("give the whole title", Assert.Throws<InvalidInputException>(() => lookup.Find("300")).Message);
        var unknown = Assert.Throws<InvalidInputException>(() => lookup.Find("Haet")).Message;
        Assert.Contains("did you mean 'Heat (1995)'?", unknown);
        Assert.Contains("train again on data that hold it", unknown);
        Assert.Contains("'Quiz Show'", Assert.Throws<InvalidInputException>(() => lookup.Find("Quiz")).Message);
        Assert.Contains("names no item", Assert.Throws<InvalidInputException>(() => lookup.FindAll(" , ")).Message);
    }
}
