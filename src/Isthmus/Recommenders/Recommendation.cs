using Isthmus.Compute;
using Isthmus.Data.Cells;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using static TorchSharp.torch;

namespace Isthmus.Recommenders;

/// <summary>A recommended item, which the history lacks.</summary>
/// <param name="Item">Index of the item, 0 .. D - 1.</param>
/// <param name="Bits">-log2 p(item | history), over the items not in the history. The best item costs the fewest bits.</param>
/// <param name="Reasons">The items of the history that raise its probability most.</param>
public sealed record Recommendation(int Item, double Bits, IReadOnlyList<RecommendationReason> Reasons)
{
    private const int Users = 500;

    /// <summary>Returns the most likely next items for one history, new or known, without retraining.</summary>
    /// <param name="trained">A model of interactions.</param>
    /// <param name="history">Items met.</param>
    /// <param name="count">Number of items; fewer if fewer are left.</param>
    /// <param name="reasons">Largest number of reasons for each.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    public static IReadOnlyList<Recommendation> For(TrainedModel trained, IReadOnlyList<int> history, int count, int reasons = 2, Device? device = null)
    {
        var schema = SchemaOf(trained);
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var seen = TensorBatches.Gather(
            Histories(
                schema,
                [
                    [.. history],
                ]
            ),
            [0],
            device
        );
        var logProbabilities = LogProbabilities(trained, seen, seen);
        var (nats, items) = logProbabilities.squeeze(0).topk(Math.Min(count, schema.Dimension - history.Count), -1);
        // Each row lacks one item of the history; what is recommended stays the same.
        int[][] without = [.. history.Select(left => history.Where(item => item != left).ToArray())];
        var gains = new List<Tensor>();
        foreach (var part in Enumerable.Range(0, without.Length).Chunk(Users))
            gains.Add(
                nats
                    - LogProbabilities(
                            trained,
                            TensorBatches.Gather(Histories(schema, [.. part.Select(row => without[row])]), [.. Enumerable.Range(0, part.Length)], device),
                            seen
                        )
                        .index_select(1, items)
            );
        var gained = cat(gains, 0).Over(Math.Log(2)).cpu();
        var (bits, chosen) = ((-nats).Over(Math.Log(2)).cpu().data<float>().ToArray(), items.cpu().data<long>().ToArray());
        return
        [
            .. chosen.Select(
                (item, place) =>
                {
                    using var column = gained.select(1, place).contiguous();
                    var why = column
                        .data<float>()
                        .ToArray()
                        .Zip(history, (gain, left) => new RecommendationReason(left, gain))
                        .Where(reason => reason.Bits > 0);
                    return new Recommendation((int)item, bits[place], [.. why.OrderByDescending(reason => reason.Bits).Take(reasons)]);
                }
            ),
        ];
    }

    /// <summary>
    /// Returns the items that one item speaks for most, by their share p(j | i) log2 (p(j | i) / p(j | nothing)) in what it tells of the next item: a rare item
    /// that is raised from nearly nothing is no neighbour.
    /// </summary>
    /// <param name="trained">A model of interactions.</param>
    /// <param name="item">The item, i.</param>
    /// <param name="count">Number of neighbours, j; fewer if it raises fewer.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <returns>The neighbours with log2 p(j | i) - log2 p(j | nothing), bits.</returns>
    internal static IReadOnlyList<RecommendationReason> Near(TrainedModel trained, int item, int count, Device? device = null)
    {
        var schema = SchemaOf(trained);
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        Tensor Of(int[] history) => TensorBatches.Gather(Histories(schema, [history]), [0], device);
        var own = Of([item]);
        var (with, without) = (LogProbabilities(trained, own, own).squeeze(0), LogProbabilities(trained, Of([]), own).squeeze(0));
        var gains = (with - without).Over(Math.Log(2));
        var (told, items) = (with.exp() * gains).topk(Math.Min(count, schema.Dimension - 1), -1);
        var bits = gains.index_select(0, items).cpu().data<float>().ToArray();
        return
        [
            .. items
                .cpu()
                .data<long>()
                .ToArray()
                .Zip(bits, told.cpu().data<float>().ToArray())
                .Where(near => near.Third > 0)
                .Select(near => new RecommendationReason((int)near.First, near.Second)),
        ];
    }

    /// <summary>
    /// Returns the most likely next items of every history, as a table of user, rank, item, title (if known) and bits, some users at a time: the next are
    /// ranked while these are written.
    /// </summary>
    /// <param name="trained">A model of interactions.</param>
    /// <param name="histories">Histories over its items.</param>
    /// <param name="count">Number of items for each history.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <param name="progress">Receiver of the fraction of users done.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    public static IEnumerable<IReadOnlyList<Column>> ForAll(
        TrainedModel trained,
        Dataset histories,
        int count,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => ForShare(trained, histories, count, null, device, progress, cancellationToken);

    /// <summary>Returns them for a share of the histories; null for all. Blocks of users are those of one process.</summary>
    internal static IEnumerable<IReadOnlyList<Column>> ForShare(
        TrainedModel trained,
        Dataset histories,
        int count,
        Share? share,
        Device? device,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        var schema = SchemaOf(trained);
        var width = Math.Min(count, schema.Dimension);
        using var pass = RecommendationPass.For(trained.Network, device);
        var block = pass is null ? Users : RecommendationPass.BlockOf(histories.Count);
        var (atOnce, threads) = (pass?.Histories(block) ?? Users, get_num_threads());
        var (first, end) = share is { } only && only.Of(histories.Count, block) is var own ? ((int)own.First, (int)own.End) : (0, histories.Count);
        if (first == end)
            yield break;
        Task<(int[] Items, float[] Bits)> Rank(int start) =>
            Task.Run(() =>
            {
                using var same = TensorThreads.Use(threads);
                int[] users = [.. Enumerable.Range(start, Math.Min(atOnce, end - start))];
                return pass?.Best(histories.SparseRecords(users), width, block) ?? Best(trained, TensorBatches.Gather(histories, users, device), width);
            });
        var ranking = Rank(first);
        try
        {
            for (var start = first; start < end; start += atOnce)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (items, bits) = ranking.GetAwaiter().GetResult();
                if (start + atOnce < end)
                    ranking = Rank(start + atOnce);
                yield return Columns(schema, histories.RecordNames!, start, width, items, bits);
                progress?.Report(Math.Min(1, (start + atOnce - first) / (double)(end - first)));
            }
        }
        finally
        {
            // What it works with is disposed of next.
            ((IAsyncResult)ranking).AsyncWaitHandle.WaitOne();
        }
    }

    private static IReadOnlyList<Column> Columns(InteractionSchema schema, IReadOnlyList<string> users, int start, int width, int[] items, float[] bits)
    {
        // The places past the end of what a history lacks are left out.
        int[] places = [.. Enumerable.Range(0, items.Length).Where(place => items[place] >= 0)];
        return
        [
            new Column("user", Array.ConvertAll(places, place => users[start + place / width])),
            new Column("rank", Array.ConvertAll(places, place => place % width + 1)),
            new Column("item", Array.ConvertAll(places, place => schema.Items[items[place]])),
            .. schema.Titles is { } titles ? [new Column("title", Array.ConvertAll(places, place => titles[items[place]]))] : Array.Empty<Column>(),
            new Column("bits", Array.ConvertAll(places, place => bits[place])),
        ];
    }

    /// <summary>Returns the items that a model of interactions knows.</summary>
    /// <exception cref="InvalidInputException">It is another kind of model.</exception>
    public static InteractionSchema SchemaOf(TrainedModel trained) => SchemaOf(trained.Specification.Schema);

    /// <inheritdoc cref="SchemaOf(TrainedModel)"/>
    public static InteractionSchema SchemaOf(DataSchema schema) =>
        schema.Demand<InteractionSchema>(
            $"The model is of {schema}, and recommends nothing",
            $"train one on interactions ({OptionNames.Model("mult-vae")} with {OptionNames.User} and {OptionNames.Item})"
        );

    private static (int[] Items, float[] Bits) Best(TrainedModel trained, Tensor seen, int count)
    {
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        using (seen)
        {
            var (nats, items) = LogProbabilities(trained, seen, seen).topk(count, -1);
            // What has been seen costs a billion nats.
            var lacked = items.MaskedFill(nats.Below(-1e8), -1);
            return ([.. lacked.cpu().data<long>().Select(item => (int)item)], [.. (-nats).Over(Math.Log(2)).cpu().data<float>()]);
        }
    }

    private static Tensor LogProbabilities(TrainedModel trained, Tensor histories, Tensor seen) =>
        MultinomialLikelihood.WithoutSeen(trained.Network.Decode(trained.Network.Encode(histories, sample: false).Z), seen).log_softmax(-1);

    /// <summary>Returns histories of items by their indices as data.</summary>
    internal static Dataset Histories(InteractionSchema schema, int[][] histories) =>
        Dataset.Counts("history", schema, SparseCounts.Of(histories.Select(items => (items, Enumerable.Repeat(1f, items.Length).ToArray()))));
}

/// <summary>Reason for a recommendation.</summary>
/// <param name="Item">An item of the history.</param>
/// <param name="Bits">Effect on the recommended item, bits: log2 p(item | history) - log2 p(item | history without it).</param>
public sealed record RecommendationReason(int Item, double Bits);
