using Isthmus.Codes;
using Isthmus.Data.Documents;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Topics;

/// <summary>A topic of a model, with its words and documents.</summary>
/// <param name="Number">Index of the unit of the code, 0 for the first.</param>
/// <param name="Share">Mean proportion of the topic in the documents.</param>
/// <param name="Words">Most probable words of the topic.</param>
/// <param name="Documents">Documents with the largest proportions of the topic.</param>
public sealed record DocumentTopic(int Number, double Share, IReadOnlyList<TopicWord> Words, IReadOnlyList<TopicDocument> Documents)
{
    /// <summary>Returns the topics of a model, those with the largest mean proportion first.</summary>
    /// <param name="trained">A model with a decoder of topics.</param>
    /// <param name="data">Documents over its words.</param>
    /// <param name="words">Number of words of each topic.</param>
    /// <param name="documents">Number of documents of each topic.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <exception cref="InvalidInputException">The model has no topics, or the data are of another shape.</exception>
    public static IReadOnlyList<DocumentTopic> Of(TrainedModel trained, Dataset data, int words, int documents, Device? device = null)
    {
        var decoder = DecoderOf(trained);
        data = trained.Prepare(data);
        var vocabulary = ((DocumentSchema)data.Schema).Vocabulary;
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var proportions = decoder.Proportions(RecordCodes.Of(trained.Network, data, device)).cpu();
        var shares = proportions.mean([0L]).data<float>().ToArray();
        var probabilities = decoder.LogProbabilities().exp().cpu();
        var first = DocumentFigures.FirstWords(trained.Network, words);
        var (best, places) = proportions.topk((int)Math.Min(documents, data.Count), 0);
        return
        [
            .. Enumerable
                .Range(0, shares.Length)
                .OrderByDescending(topic => shares[topic])
                .Select(topic =>
                {
                    using var inner = NewDisposeScope();
                    var row = probabilities[topic].data<float>().ToArray();
                    var (shown, at) = (best.select(1, topic).contiguous().data<float>().ToArray(), places.select(1, topic).contiguous().data<long>().ToArray());
                    return new DocumentTopic(
                        topic,
                        shares[topic],
                        [.. first[topic].Select(word => new TopicWord(vocabulary[word], row[word]))],
                        [.. at.Zip(shown, (place, share) => new TopicDocument((int)place, data.RecordNames?[(int)place] ?? $"record {place}", share))]
                    );
                }),
        ];
    }

    /// <summary>The first words of each topic, in the order of the code.</summary>
    /// <param name="trained">A model with a decoder of topics.</param>
    /// <param name="words">Words of each topic.</param>
    /// <exception cref="InvalidInputException">The model has no topics.</exception>
    public static IReadOnlyList<IReadOnlyList<TopicWord>> WordsOf(TrainedModel trained, int words)
    {
        var (decoder, vocabulary) = (DecoderOf(trained), ((DocumentSchema)trained.Specification.Schema).Vocabulary);
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var probabilities = decoder.LogProbabilities().exp().cpu();
        return
        [
            .. DocumentFigures
                .FirstWords(trained.Network, words)
                .Select(
                    (first, topic) =>
                    {
                        var row = probabilities[topic].data<float>().ToArray();
                        return first.Select(word => new TopicWord(vocabulary[word], row[word])).ToArray();
                    }
                ),
        ];
    }

    /// <summary>Returns the model's decoder as one of topics.</summary>
    /// <exception cref="InvalidInputException">It is another kind.</exception>
    public static TopicDecoder DecoderOf(TrainedModel trained) =>
        trained.Network.Topics
        ?? throw new InvalidInputException(
            $"The model ({trained.Specification.Preset})",
            $"is of {trained.Specification.Schema}, and has no topics",
            $"train one of documents ({OptionNames.Model("prod-lda")})"
        );
}

/// <summary>A word of a topic.</summary>
/// <param name="Word">The word.</param>
/// <param name="Probability">p(word | only this topic).</param>
public sealed record TopicWord(string Word, double Probability);

/// <summary>A document of a topic.</summary>
/// <param name="Record">Index of the document, 0 for the first.</param>
/// <param name="Name">Name.</param>
/// <param name="Share">The topic's proportion in it.</param>
public sealed record TopicDocument(int Record, string Name, double Share);
