using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Documents;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Reporting.Pages;
using Isthmus.Topics;
using static TorchSharp.torch;

namespace Isthmus.Studio.Texts;

/// <summary>
/// Topics of a model: how likely each makes each word, how large each is in some documents, and where they lie in a plane. p(w) is the mixture
/// sum_t p(t) p(w | t), p(t) the mean proportion of topic t. Safe to use from several threads.
/// </summary>
public sealed class TopicTable
{
    private readonly float[] _logarithms,
        _proportions;
    private readonly double[] _marginal;

    private TopicTable(TrainedModel trained, Dataset? documents)
    {
        var decoder = DocumentTopic.DecoderOf(trained);
        Words = ((DocumentSchema)trained.Specification.Schema).Vocabulary;
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var logarithms = decoder.LogProbabilities().to(float32).cpu();
        _logarithms = logarithms.contiguous().data<float>().ToArray();
        Count = _logarithms.Length / Words.Count;
        _proportions = documents is null ? [] : ProportionsOf(trained, documents);
        var documentCount = _proportions.Length / Count;
        Shares =
        [
            .. Enumerable
                .Range(0, Count)
                .Select(topic => documentCount == 0 ? 1.0 / Count : Enumerable.Range(0, documentCount).Average(document => Proportion(document, topic))),
        ];
        _marginal = [.. Enumerable.Range(0, Words.Count).Select(word => Enumerable.Range(0, Count).Sum(topic => Shares[topic] * Probability(topic, word)))];
        Order = [.. Enumerable.Range(0, Count).OrderByDescending(topic => Shares[topic]).ThenBy(topic => topic)];
        // Hellinger's distance between topics is that of the square roots of their probabilities.
        (Places, Shown) = ModelViews.PrincipalPlane(logarithms.Times(0.5).exp());
        Numbers = Words.Index().ToDictionary(word => word.Item, word => word.Index, StringComparer.Ordinal);
    }

    /// <summary>Reads the topics; uses the tensor library.</summary>
    /// <param name="trained">A model of documents.</param>
    /// <param name="documents">Documents over its words; null if none are at hand, and topics are taken to be of equal size.</param>
    /// <exception cref="InvalidInputException">The model has no topics.</exception>
    public static TopicTable Of(TrainedModel trained, Dataset? documents) => new(trained, documents);

    /// <summary>Proportions of the topics in documents, N x K; uses the tensor library.</summary>
    public static float[] ProportionsOf(TrainedModel trained, Dataset documents)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var codes = RecordCodes.Of(trained.Network, trained.Prepare(documents));
        return DocumentTopic.DecoderOf(trained).Proportions(codes).to(float32).cpu().contiguous().data<float>().ToArray();
    }

    /// <summary>Number of topics, K.</summary>
    public int Count { get; }

    /// <summary>Words of the model.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Number of each word.</summary>
    public IReadOnlyDictionary<string, int> Numbers { get; }

    /// <summary>p(t) of each topic: its mean proportion in the documents.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>Topics from the largest to the smallest.</summary>
    public IReadOnlyList<int> Order { get; }

    /// <summary>Topics in the plane of the two greatest variances of sqrt p(w | t).</summary>
    public IReadOnlyList<(double X, double Y)> Places { get; }

    /// <summary>Fraction of that variance which the plane shows.</summary>
    public double Shown { get; }

    /// <summary>p(w | t).</summary>
    public double Probability(int topic, int word) => Math.Exp(_logarithms[topic * Words.Count + word]);

    /// <summary>p(w).</summary>
    public double Probability(int word) => _marginal[word];

    /// <summary>Relevance of a word to a topic (Sievert and Shirley 2014): lambda ln p(w | t) + (1 - lambda) ln (p(w | t) / p(w)), nats.</summary>
    public double Relevance(int topic, int word, double lambda)
    {
        var logarithm = _logarithms[topic * Words.Count + word];
        return logarithm - (1 - lambda) * Math.Log(_marginal[word]);
    }

    /// <summary>The most relevant words of a topic, in order.</summary>
    public IReadOnlyList<int> FirstWords(int topic, int count, double lambda) =>
        [.. Enumerable.Range(0, Words.Count).OrderByDescending(word => Relevance(topic, word, lambda)).ThenBy(word => word).Take(count)];

    /// <summary>p(t | w) of each topic over all documents: p(t) p(w | t) / p(w).</summary>
    public double[] TopicsOf(int word) => [.. Enumerable.Range(0, Count).Select(topic => Shares[topic] * Probability(topic, word) / _marginal[word])];

    /// <summary>p(t | w, document) of each topic: in proportion to the topic's proportion in the document times p(w | t).</summary>
    public double[] TopicsOf(int word, ReadOnlySpan<float> proportions)
    {
        var shares = new double[Count];
        for (var topic = 0; topic < Count; topic++)
            shares[topic] = proportions[topic] * Probability(topic, word);
        var sum = shares.Sum();
        return Array.ConvertAll(shares, share => share / sum);
    }

    /// <summary>Proportions of the topics in a document.</summary>
    public ReadOnlySpan<float> Proportions(int document) => _proportions.AsSpan(document * Count, Count);

    /// <summary>Documents with the largest proportion of a topic.</summary>
    public IReadOnlyList<(int Document, double Share)> Documents(int topic, int count) =>
        [
            .. Enumerable
                .Range(0, _proportions.Length / Count)
                .Select(document => (document, Share: Proportion(document, topic)))
                .OrderByDescending(document => document.Share)
                .ThenBy(document => document.document)
                .Take(count),
        ];

    private double Proportion(int document, int topic) => _proportions[document * Count + topic];
}
