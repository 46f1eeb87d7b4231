using Isthmus.Compute;
using Isthmus.Data.Interactions;
using Isthmus.Evaluation;
using Isthmus.Information;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Recommenders;

/// <summary>Result of one recommender for users it was not fitted on: metrics with standard errors over users.</summary>
/// <param name="Name">Name of the recommender.</param>
/// <param name="Figures">Metrics, in the order of display.</param>
/// <param name="UserNdcg">NDCG@100 of each user, for paired comparisons.</param>
public sealed record RankingResult(string Name, IReadOnlyList<Figure> Figures, IReadOnlyList<double> UserNdcg) : RankingFigures(Name, Figures)
{
    private const int Longest = 100,
        Shown = 10,
        Users = 250;

    /// <summary>Ranks the items that each user has not seen, and compares them with the held-out ones.</summary>
    /// <param name="recommender">The recommender.</param>
    /// <param name="data">Users in two parts.</param>
    /// <param name="items">Popularity of items among the training users; null if it is not known.</param>
    /// <param name="trainUsers">Training users.</param>
    /// <param name="progress">Receiver of the fraction of users done.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public static RankingResult Of(
        Recommender recommender,
        HeldOutSplit data,
        ItemProducts? items,
        int trainUsers,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var dimension = data.Seen.Schema.Dimension;
        var (ndcg, means) = (new List<double>(), new OrderedDictionary<string, RunningMoments>());
        var recommended = new bool[dimension];
        void Add(string key, double value)
        {
            if (!means.TryGetValue(key, out var moments))
                means.Add(key, moments = new());
            moments.Add(value);
        }
        using var noGradient = inference_mode();
        for (var start = 0; start < data.Seen.Count; start += Users)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            int[] users = [.. Enumerable.Range(start, Math.Min(Users, data.Seen.Count - start))];
            var seen = TensorBatches.Gather(data.Seen, users);
            var scores = MultinomialLikelihood.WithoutSeen(recommender.Scores(data.Seen, users).cpu(), seen);
            var bits = recommender.IsProbabilistic ? BitsOfHeldOut(scores, TensorBatches.Gather(data.HeldOut, users)) : [];
            var length = Math.Min(Longest, dimension);
            int[] ranked = Array.ConvertAll(scores.topk(length, -1).indexes.data<long>().ToArray(), item => (int)item);
            for (var i = 0; i < users.Length; i++)
            {
                var history = data.Seen.Sparse(users[i]).Columns;
                // What has been seen stands last, and is not recommended.
                ReadOnlySpan<int> list = ranked.AsSpan(i * length, Math.Min(length, dimension - history.Length));
                var heldOut = data.HeldOut.Sparse(users[i]).Columns.ToArray().ToHashSet();
                Add("ndcg_10", RankingMetrics.Ndcg(list, heldOut, 10));
                ndcg.Add(RankingMetrics.Ndcg(list, heldOut, 100));
                Add("ndcg_100", ndcg[^1]);
                Add("recall_20", RankingMetrics.Recall(list, heldOut, 20));
                Add("recall_50", RankingMetrics.Recall(list, heldOut, 50));
                Add("map_100", RankingMetrics.AveragePrecision(list, heldOut, 100));
                Add("hit_rate_10", RankingMetrics.HitRate(list, heldOut, 10));
                if (recommender.IsProbabilistic)
                    Add("held_out_bits", bits[i]);
                var top = list[..Math.Min(Shown, list.Length)];
                foreach (var item in top)
                    recommended[item] = true;
                if (items is null || top.Length == 0)
                    continue;
                Add("novelty_bits", Mean(top, item => Math.Log2(trainUsers / Math.Max(1.0, items.RecordsWith(item)))));
                Add("popularity_bias", Mean(top, item => items.RecordsWith(item)) / Math.Max(1, Mean(history, item => items.RecordsWith(item))));
            }
            progress?.Report(ndcg.Count / (double)data.Seen.Count);
        }
        var coverage = new Figure(
            "coverage",
            $"Coverage: fraction of items among any user's first {Shown}",
            "",
            recommended.Count(item => item) / (double)dimension
        );
        return new(
            recommender.Name,
            [
                .. means.Select(mean => new Figure(
                    mean.Key,
                    Titles[mean.Key],
                    mean.Key.EndsWith("bits", StringComparison.Ordinal) ? "bits" : "",
                    mean.Value.Estimate
                )),
                coverage,
            ],
            ndcg
        );
    }

    /// <summary>Returns the mean difference of NDCG@100 from another recommender on the same users, with its standard error over users.</summary>
    public Estimate Over(RankingResult other)
    {
        var difference = new RunningMoments();
        foreach (var (mine, theirs) in UserNdcg.Zip(other.UserNdcg))
            difference.Add(mine - theirs);
        return difference.Estimate;
    }

    private static readonly Dictionary<string, string> Titles = new()
    {
        ["ndcg_10"] = "NDCG@10",
        ["ndcg_100"] = "NDCG@100",
        ["recall_20"] = "Recall@20",
        ["recall_50"] = "Recall@50",
        ["map_100"] = "MAP@100",
        ["hit_rate_10"] = "Hit rate@10",
        ["held_out_bits"] = "Cost of a held-out item",
        ["novelty_bits"] = "Novelty@10: self-information of an item",
        ["popularity_bias"] = "Popularity bias@10: popularity over that of the user's own items",
    };

    /// <summary>Returns, for each user, the mean of -log2 p over the held-out items.</summary>
    private static float[] BitsOfHeldOut(Tensor scores, Tensor heldOut) =>
        [.. (-MultinomialLikelihood.LogProbabilityInOrder(heldOut, scores) / heldOut.sum(-1)).Over(Math.Log(2)).data<float>()];

    private static double Mean(ReadOnlySpan<int> items, Func<int, double> value)
    {
        var sum = 0.0;
        foreach (var item in items)
            sum += value(item);
        return sum / items.Length;
    }
}
