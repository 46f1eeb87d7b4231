using System.Globalization;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Topics;

/// <summary>
/// Evaluation of models of documents. Perplexity is exp(-bound / words): the bound is E_q ln p(words in their order | z) - KL(q || p), so that no bits are
/// saved by ignoring the order of words; z is drawn <see cref="Draws"/> times a document. Documents without words have no perplexity and are left out of it.
/// </summary>
internal sealed class DocumentFigures : RecordFigures
{
    private const int Draws = 10,
        BatchSize = 500,
        CoherenceWords = 10,
        DiversityWords = 25;

    /// <summary>NPMI hardly above that of random words: topics that people find coherent have 0.1 and more (Lau et al. 2014).</summary>
    public const double LeastCoherence = 0.03;

    /// <summary>False: a document lacks more than a corruption removes.</summary>
    public override bool SeesCorrupted => false;

    /// <summary>False: words are compared with their frequencies.</summary>
    public override bool ExplainsVariance => false;

    /// <summary>None: perplexity takes its place.</summary>
    public override Figure? PerDimension(Autoencoder model, Dataset test, string prefix, string title, Estimate nats) => null;

    /// <summary>Evaluates perplexities and, if the decoder has topics and the training documents are at hand, the quality of topics.</summary>
    public override IEnumerable<Figure> OfDecoder(TrainedModel trained, Dataset test, Dataset? train, EvaluationOptions options) =>
        Of(trained.Network, test, train is null ? null : trained.Prepare(train), options);

    /// <inheritdoc/>
    public override string? Untrained(Verdict verdict) =>
        verdict.Figures.Topics is { CompletionPerplexity: { } perplexity, CompletionPerplexityOfFrequencies: { } common }
        && perplexity.Value >= common.Value
        && !verdict.IsMean(common.Value / perplexity.Value - 1)
            ? $"words are predicted no better than from their frequencies (perplexity {perplexity.Value:F0}, from frequencies {common.Value:F0})"
            : null;

    /// <inheritdoc/>
    public override Finding? Shortcoming(Verdict verdict) =>
        verdict.Figures.Topics?.Npmi is { Value: < LeastCoherence } npmi
            ? new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Topics at random: the first words of a topic occur in the same documents hardly more often than any words do (NPMI "
                        + $"{Verdict.Text(Math.Round(npmi.Value, 2))}{(npmi.StandardError is { } error ? FormattableString.Invariant($" ± {error:F2}") : "")}; "
                        + $"0 is random)."
                ),
                verdict.Longer(3)
            )
            : null;

    /// <inheritdoc/>
    public override string Next(TrainedModel trained, string path) =>
        trained.Network.Topics is not null ? $"isthmus topics -m {path}" : base.Next(trained, path);

    private static IEnumerable<Figure> Of(Autoencoder model, Dataset test, Dataset? train, EvaluationOptions options)
    {
        foreach (var figure in Perplexities(model, test, options).Concat(HeldOutLikelihood(model, test, train, options)))
            yield return figure;
        if (model.Topics is null)
            yield break;
        var topics = FirstWords(model, DiversityWords);
        var first = Array.ConvertAll(topics, words => words[..Math.Min(CoherenceWords, words.Length)]);
        if (train is not null && first[0].Length > 1)
        {
            var corpus = new CoOccurrence(train, first.SelectMany(words => words));
            yield return new(
                "npmi",
                $"NPMI of the first {CoherenceWords} words, over training documents, mean over topics",
                "",
                Over(first, words => TopicCoherence.Npmi(corpus, words))
            );
            yield return new("c_v", $"c_v of the same words, whole documents for windows", "", Over(first, words => TopicCoherence.Cv(corpus, words)));
        }
        yield return new(
            "topic_diversity",
            $"Topic diversity: fraction of different words among the first {DiversityWords} of all topics",
            "",
            TopicCoherence.Diversity(topics)
        );
    }

    /// <summary>Returns the words of the greatest weight of each topic, in order.</summary>
    public static int[][] FirstWords(Autoencoder model, int count)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var weights = model.Topics!.Weights();
        var width = (int)Math.Min(count, weights.shape[1]);
        return [.. weights.topk(width, -1).indexes.cpu().data<long>().ToArray().Select(word => (int)word).Chunk(width)];
    }

    private static IEnumerable<Figure> Perplexities(Autoencoder model, Dataset test, EvaluationOptions options)
    {
        if (!model.Bottleneck.IsVariational)
            yield break;
        var (perWord, nats, words) = (new RunningMoments(), 0.0, 0.0);
        using (inference_mode())
        {
            using var draws = RandomDraws.Seeded(RandomStream.Seed(options.Seed, RandomStream.Evaluation, -2));
            foreach (var x in TensorBatches.InOrder(test, BatchSize, options.Device))
            {
                using var scope = NewDisposeScope();
                var (head, bound) = (model.Encoder.call(x), zeros(x.shape[0], device: x.device));
                for (var draw = 0; draw < Draws; draw++)
                {
                    var code = model.Bottleneck.Encode(head, sample: true, x);
                    bound -= (MultinomialLikelihood.LogProbabilityInOrder(x, model.Decode(code.Z)) - code.Rate).Over(Draws);
                }
                var lengths = x.sum(-1).cpu().data<float>().ToArray();
                foreach (var (length, cost) in lengths.Zip(bound.cpu().data<float>().ToArray()))
                    if (length > 0)
                    {
                        perWord.Add(cost / length);
                        nats += cost;
                        words += length;
                    }
            }
        }
        if (words == 0)
            yield break;
        yield return new("perplexity", "Perplexity: exp of -ELBO / words, mean over documents (Miao et al. 2016)", "words", Exp(perWord.Estimate));
        yield return new("perplexity_over_words", "Perplexity over all words: exp of total -ELBO / total words", "words", Math.Exp(nats / words));
        yield return new("nats_per_word", "-ELBO per word, in their order", "nats", nats / words);
        yield return new("bits_per_word", "-ELBO per word, in their order", "bits", InformationUnits.NatsToBits(nats / words));
    }

    private static IEnumerable<Figure> HeldOutLikelihood(Autoencoder model, Dataset test, Dataset? train, EvaluationOptions options)
    {
        if (DocumentCompletion.Of(test, options.Seed) is not { } parts)
            yield break;
        var (nats, words) = (0.0, 0.0);
        using (inference_mode())
            foreach (
                var (shown, heldOut) in TensorBatches
                    .InOrder(parts.Shown, BatchSize, options.Device)
                    .Zip(TensorBatches.InOrder(parts.HeldOut, BatchSize, options.Device))
            )
            {
                using var scope = NewDisposeScope();
                nats -= MultinomialLikelihood.LogProbabilityInOrder(heldOut, Training.HeldOutLikelihood.Logits(model, test.Schema, shown)).sum().item<float>();
                words += heldOut.sum().item<float>();
            }
        yield return new("completion_perplexity", "Perplexity of half of each document's words given the other half", "words", Math.Exp(nats / words));
        yield return new(
            "completion_perplexity_of_frequencies",
            "Perplexity of the same words from their frequencies alone",
            "words",
            Math.Exp(NatsByFrequency(parts.HeldOut, train ?? parts.Shown) / words)
        );
    }

    /// <summary>
    /// Returns -ln p of all words of <paramref name="data"/>, nats, with p a word's fraction of <paramref name="counted"/> plus one of each word.
    /// </summary>
    private static double NatsByFrequency(Dataset data, Dataset counted)
    {
        var counts = Enumerable.Repeat(1.0, data.Schema.Dimension).ToArray();
        for (var document = 0; document < counted.Count; document++)
        {
            var record = counted.Sparse(document);
            for (var i = 0; i < record.Columns.Length; i++)
                counts[record.Columns[i]] += record.Values[i];
        }
        var (whole, nats) = (counts.Sum(), 0.0);
        for (var document = 0; document < data.Count; document++)
        {
            var record = data.Sparse(document);
            for (var i = 0; i < record.Columns.Length; i++)
                nats -= record.Values[i] * Math.Log(counts[record.Columns[i]] / whole);
        }
        return nats;
    }

    private static Estimate Over(int[][] topics, Func<int[], double> figure)
    {
        var moments = new RunningMoments();
        foreach (var words in topics)
            moments.Add(figure(words));
        return moments.Estimate;
    }

    // To first order the error of an exponential is its value times that of the exponent.
    private static Estimate Exp(Estimate nats) => new(Math.Exp(nats.Value), Math.Exp(nats.Value) * nats.StandardError);
}
