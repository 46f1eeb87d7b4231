using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Documents;
using Isthmus.Data.Records;
using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Topics;

/// <summary>A document found by a query.</summary>
/// <param name="Record">Index of the document, 0 for the first.</param>
/// <param name="Bits">
/// Bits that the document saves in coding the query: log2 p(query | code of the document) - log2 p(query), where p(query) is the mean of the
/// first probability over all documents searched.
/// </param>
/// <param name="Similarity">Cosine of the document's code and the query's, -1 .. 1: of what the decoder sees of them
/// (<see cref="Models.Networks.TopicDecoder.Directions"/>).</param>
public sealed record FoundDocument(int Record, double Bits, double Similarity);

/// <summary>
/// Finds documents by their codes: the words of the query need not occur in them. The best documents are those that most increase the probability of the
/// query's words.
/// </summary>
public static class DocumentSearch
{
    private const int MostSuggestions = 3,
        BatchSize = 500;

    /// <summary>Returns the query as a record of the model.</summary>
    /// <exception cref="InvalidInputException">The model is not of documents, or the query has no word that it knows.</exception>
    public static Dataset Query(DataSchema schema, string text)
    {
        var documents = schema.Demand<DocumentSchema>(
            $"The model is of {schema}, and searches no documents",
            $"train one of documents ({OptionNames.Model("nvdm")})"
        );
        var records = new CountsWriter("query", new(IsAsked: false));
        new WordCounts(records, documents.Vocabulary).Add(text);
        var query = records.ToDataset(documents, null, null, null, []);
        if (query.Sparse(0).Columns.Length > 0)
            return query;
        string[] near =
        [
            .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .SelectMany(word => NearestName.Several(word, documents.Vocabulary).Take(1))
                .Distinct()
                .Take(MostSuggestions),
        ];
        throw new InvalidInputException(
            "The model",
            $"knows no word of '{text}', but the {documents.Dimension} words of its training documents",
            $"{(near.Length > 0 ? $"did you mean {string.Join(" or ", near.Select(word => $"'{word}'"))}?" : "give words of those")}"
        );
    }

    /// <summary>Returns the documents with the most bits about the query, in order.</summary>
    /// <param name="trained">A model of documents.</param>
    /// <param name="data">Documents over its words.</param>
    /// <param name="query">One record of its words: <see cref="Query"/>.</param>
    /// <param name="count">Number of documents; all if there are fewer.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public static IReadOnlyList<FoundDocument> Find(
        TrainedModel trained,
        Dataset data,
        Dataset query,
        int count,
        Device? device = null,
        CancellationToken cancellationToken = default
    )
    {
        data = trained.Prepare(data);
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var asked = trained.Prepare(query).Sparse(0);
        var (words, times) = (
            tensor(asked.Columns.ToArray().Select(word => (long)word).ToArray(), device: device),
            tensor(asked.Values.ToArray(), device: device)
        );
        var codes = RecordCodes.Of(trained.Network, data, device);
        var nats = empty(data.Count);
        for (var start = 0; start < data.Count; start += BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var batch = NewDisposeScope();
            var length = Math.Min(BatchSize, data.Count - start);
            var logits = trained.Network.Decode(codes.narrow(0, start, length).to(device ?? CPU));
            nats.narrow(0, start, length).copy_(logits.log_softmax(-1).index_select(1, words).matmul(times).cpu());
        }
        var bits = (nats.to(float64) - nats.to(float64).logsumexp(0)).Plus(Math.Log(data.Count)).Over(Math.Log(2));
        // The decoder's own weights are on the device; what is compared is not.
        Tensor Seen(Tensor z) => trained.Network.Topics?.Directions(z.to(device ?? CPU)).cpu() ?? z;
        var similarities = nn.functional.cosine_similarity(Seen(codes), Seen(RecordCodes.Of(trained.Network, query, device)), dim: 1);
        var (best, places) = bits.topk(Math.Min(count, data.Count));
        var near = similarities.index_select(0, places).data<float>().ToArray();
        return
        [
            .. places
                .data<long>()
                .ToArray()
                .Zip(best.data<double>().ToArray(), near)
                .Select(found => new FoundDocument((int)found.First, found.Second, found.Third)),
        ];
    }
}
