using CsCheck;
using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Topics;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Topics;

public class TopicTests
{
    static TopicTests() => TensorLibrary.EnsureLoaded();

    [Fact]
    public void Npmi_by_hand()
    {
        // Of 4 documents 0 and 1 share one and are in 2 each: independent. 2 and 3 are always together, 0 and 2 never.
        var corpus = new CoOccurrence(SmallDocuments.Of(5, [0, 1, 1], [0], [1, 2, 3, 4], [2, 3]), [0, 1, 2, 3, 4]);
        Assert.Equal(1, corpus.Count(0, 1));
        Assert.Equal(0, corpus.Npmi(0, 1), 1e-12);
        Assert.Equal(1, corpus.Npmi(2, 3), 1e-12);
        Assert.Equal(-1, corpus.Npmi(0, 2));
        // p_14 = 1/4, p_1 = 1/2, p_4 = 1/4: ln 2 / ln 4.
        Assert.Equal(0.5, corpus.Npmi(1, 4), 1e-12);
        // Pairs 1-2 and 1-3 are independent, 2-3 always together.
        Assert.Equal(1.0 / 3, TopicCoherence.Npmi(corpus, [1, 2, 3]), 1e-12);
    }

    [Fact]
    public void Npmi_lies_between_minus_one_and_one_and_is_symmetric() =>
        Gen.Int[0, 3]
            .Array[1, 4]
            .Array[1, 20]
            .Sample(documents =>
            {
                var corpus = new CoOccurrence(SmallDocuments.Of(4, documents), [0, 1, 2, 3]);
                for (var i = 0; i < 4; i++)
                    for (var j = 0; j < 4; j++)
                    {
                        // Rounding of two logarithms.
                        Assert.InRange(corpus.Npmi(i, j), -1 - 1e-12, 1 + 1e-12);
                        Assert.Equal(corpus.Npmi(i, j), corpus.Npmi(j, i));
                    }
            });

    [Fact]
    public void Words_that_are_always_together_have_coherence_one_by_both_measures()
    {
        var corpus = new CoOccurrence(SmallDocuments.Of(4, [0, 1, 2], [0, 1, 2], [3]), [0, 1, 2]);
        Assert.Equal(1, TopicCoherence.Npmi(corpus, [0, 1, 2]), 1e-12);
        Assert.Equal(1, TopicCoherence.Cv(corpus, [0, 1, 2]), 1e-12);
    }

    /// <summary>
    /// Two words that never meet are (1, -1) and (-1, 1): their sum is 0, and nothing is near it. With a third that is near one of them, by hand.
    /// </summary>
    [Fact]
    public void C_v_by_hand()
    {
        var corpus = new CoOccurrence(SmallDocuments.Of(3, [0, 2], [1], [0, 2], [1]), [0, 1, 2]);
        Assert.Equal(0, TopicCoherence.Cv(corpus, [0, 1]));
        // Vectors (1, -1, 1), (-1, 1, -1), (1, -1, 1); their sum is (1, -1, 1): cosines 1, -1, 1.
        Assert.Equal(1.0 / 3, TopicCoherence.Cv(corpus, [0, 1, 2]), 1e-12);
    }

    [Fact]
    public void Diversity_is_the_share_of_different_words()
    {
        Assert.Equal(
            1,
            TopicCoherence.Diversity([
                [0, 1],
                [2, 3],
            ])
        );
        Assert.Equal(
            0.5,
            TopicCoherence.Diversity([
                [0, 1],
                [1, 0],
            ])
        );
    }

    [Fact]
    public void Completion_shows_half_of_the_words_and_holds_out_the_rest() =>
        Gen.Select(Gen.Int[0, 5].Array[0, 9].Array[1, 6], Gen.Int)
            .Sample(
                (documents, seed) =>
                {
                    var data = SmallDocuments.Of(6, documents);
                    if (DocumentCompletion.Of(data, seed) is not { } parts)
                    {
                        Assert.All(documents, document => Assert.True(document.Length < 2));
                        return;
                    }
                    int[][] parted = [.. documents.Where(document => document.Length >= 2)];
                    for (var i = 0; i < parted.Length; i++)
                    {
                        Assert.Equal(parted[i].Length / 2, Sum(parts.Shown, i));
                        var together = $"{SmallDocuments.Words(parts.Shown, i)} {SmallDocuments.Words(parts.HeldOut, i)}"
                            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                            .Order();
                        Assert.Equal(parted[i].Select(word => $"w{word}").Order(), together);
                    }
                }
            );

    /// <summary>A model all of whose weights are 0 codes everything as the prior and gives every word the same probability.</summary>
    [Theory]
    [InlineData("nvdm")]
    [InlineData("etm")]
    public void The_perplexity_of_knowing_nothing_is_the_number_of_words(string preset)
    {
        var data = SmallDocuments.Of(7, [0, 1, 2, 2], [], [6], [3, 3]);
        using var model = Untrained(preset, data);
        using (no_grad())
            foreach (var parameter in model.Network.parameters())
                parameter.zero_();
        var figures = Evaluator.Evaluate(model, data, null, new() { ImportanceSamples = 0 }, cancellationToken: TestContext.Current.CancellationToken).Values;
        Assert.Equal(0, figures["rate_nats"], 1e-9);
        // float32 through a logarithm; ETM keeps 1e-10 aside.
        foreach (var key in new[] { "perplexity", "perplexity_over_words", "completion_perplexity" })
            Assert.Equal(7, figures[key], 1e-4);
        Assert.Equal(Math.Log2(7), figures["bits_per_word"], 1e-5);
        Assert.DoesNotContain("bits_per_interaction", figures.Keys);
    }

    [Theory]
    [InlineData("nvdm")]
    [InlineData("prod-lda")]
    [InlineData("etm")]
    public void A_document_without_words_is_coded_as_the_prior_and_costs_nothing(string preset)
    {
        var data = SmallDocuments.Of(5, [0, 1], [], [2]);
        using var model = Untrained(preset, data);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var code = model.Network.Encode(TensorBatches.Gather(data, [0, 1, 2]), sample: false);
        var (means, rates) = (code.Z.Numbers().Chunk(4).ToArray(), code.Rate.Numbers());
        Assert.Equal([0, 0, 0, 0], means[1]);
        Assert.Equal(0, rates[1]);
        Assert.NotEqual(0, rates[0]);
    }

    [Fact]
    public void The_prior_of_proportions_has_the_variance_of_Laplaces_approximation()
    {
        using var scope = NewDisposeScope();
        var data = SmallDocuments.Of(5, [0, 1], [2]);
        foreach (var dirichlet in new[] { "1", "0.1" })
        {
            using var model = Untrained("etm", data, $"dirichlet={dirichlet}");
            // softmax of (s, 0, 0, 0): the first is e^s times the others, and s^2 = (1 - 1/4) / concentration.
            var shares = model
                .Network.Topics!.Proportions(
                    tensor(
                        new float[,]
                        {
                            { 1, 0, 0, 0 },
                        }
                    )
                )
                .Numbers();
            Assert.Equal(0.75 / double.Parse(dirichlet, System.Globalization.CultureInfo.InvariantCulture), Math.Pow(Math.Log(shares[0] / shares[1]), 2), 1e-3);
        }
    }

    [Theory]
    [InlineData("nvdm")]
    [InlineData("prod-lda")]
    [InlineData("etm")]
    public void A_topics_distribution_is_what_the_decoder_gives_of_that_topic_alone(string preset)
    {
        using var scope = NewDisposeScope();
        using var model = Untrained(preset, SmallDocuments.Of(5, [0, 1], [2]));
        var topics = model.Network.Topics!;
        Assert.All(topics.LogProbabilities().exp().sum(1).Numbers(), sum => Assert.Equal(1, sum, 1e-5));
        // So much of one topic that nothing is left of the others.
        var alone = model.Network.Decode(eye(4) * (preset == "nvdm" ? 1 : 1e4)).log_softmax(-1);
        foreach (var (one, other) in topics.LogProbabilities().Numbers().Zip(alone.Numbers()))
            Assert.Equal(one, other, 1e-4);
    }

    [Theory]
    [InlineData("nvdm")]
    [InlineData("prod-lda")]
    [InlineData("etm")]
    public void Documents_of_two_subjects_are_told_apart(string preset)
    {
        var data = SmallDocuments.TwoSubjectsSplit();
        var run = TrainingRun.Train(
            preset,
            data,
            new()
            {
                Settings = Tiny.Settings(
                    "latent=4 hidden=16 dropout=0 topic-dropout=0 mask-rate=0 epochs=60 batch-size=16 average=0 learning-rate=0.01 weight-decay=0 beta1=0.9"
                ),
                Threads = 1,
            }
        );
        using var model = run.Model;
        var evaluation = Evaluator.Evaluate(
            model,
            data.Test,
            data.Train,
            new() { ImportanceSamples = 2 },
            cancellationToken: TestContext.Current.CancellationToken
        );
        // 16 words in two halves: to know which half is to halve the perplexity.
        Assert.InRange(evaluation.Topics!.CompletionPerplexity!.Value, 7, 12);
        Assert.Equal(1, evaluation.Probes.Values.Single().LinearAccuracy.Value);
        Assert.InRange(evaluation.Topics.Diversity!.Value, 0.1, 1);
        Assert.InRange(evaluation.Topics.Npmi!.Value, -1, 1);

        var found = DocumentSearch.Find(
            model,
            data.Train,
            DocumentSearch.Query(data.Train.Schema, "The ROCKET, the rocket!"),
            data.Train.Count,
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.All(found.Take(data.Train.Count / 3), document => Assert.Equal(0, data.Train.Labels[0].Values[document.Record]));
        Assert.Equal(found.Select(document => document.Bits).OrderDescending(), found.Select(document => document.Bits));
        // Of all documents, how much likelier each makes the query is 1 on average: p(query) is that mean.
        Assert.Equal(1, found.Average(document => Math.Pow(2, document.Bits)), 1e-6);

        var topics = DocumentTopic.Of(model, data.Test, 5, 2);
        Assert.Equal(4, topics.Count);
        Assert.Equal(1, topics.Sum(topic => topic.Share), 1e-5);
        Assert.Equal(topics.Select(topic => topic.Share).OrderDescending(), topics.Select(topic => topic.Share));
        Assert.All(topics, topic => Assert.Equal((5, 2), (topic.Words.Count, topic.Documents.Count)));

        using var folder = new TemporaryFolder();
        model.Save(folder.File("m.isthmus"));
        using var loaded = TrainedModel.Load(folder.File("m.isthmus"));
        Assert.Equal(data.Train.Schema, loaded.Specification.Schema);
        Assert.Equal(topics.SelectMany(topic => topic.Words), DocumentTopic.Of(loaded, data.Test, 5, 2).SelectMany(topic => topic.Words));
    }

    /// <summary>
    /// A product of experts and a mixture see of two numbers only their difference: the codes of like documents may point anywhere but for that.
    /// </summary>
    [Theory]
    [InlineData("prod-lda")]
    [InlineData("etm")]
    public void With_two_topics_found_documents_lie_on_the_querys_side(string preset)
    {
        var data = SmallDocuments.TwoSubjectsSplit();
        using var model = TrainingRun
            .Train(
                preset,
                data,
                new()
                {
                    Settings = Tiny.Settings(
                        "latent=2 hidden=16 dropout=0 mask-rate=0 epochs=60 batch-size=16 average=0 learning-rate=0.01 weight-decay=0 beta1=0.9"
                    ),
                    Threads = 1,
                }
            )
            .Model;
        var found = DocumentSearch.Find(
            model,
            data.Train,
            DocumentSearch.Query(data.Train.Schema, "rocket"),
            data.Train.Count,
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.All(found.Take(data.Train.Count / 3), document =>
            Assert.Equal((0, 1), (data.Train.Labels[0].Values[document.Record], Math.Round(document.Similarity, 4)))
        );
        Assert.Equal(-1, found[^1].Similarity, 1e-4);
    }

    [Theory]
    [InlineData("nvdm", "counts=as-is")]
    [InlineData("nvdm", "counts=share")]
    [InlineData("prod-lda", "")]
    [InlineData("etm", "")]
    public void Codes_without_zeros_are_those_of_the_dense_encoder(string preset, string settings)
    {
        var random = new Random(2);
        var data = SmallDocuments.Of(
            70,
            [.. Enumerable.Range(0, 40).Select(document => Enumerable.Range(0, document % 13).Select(_ => random.Next(70)).ToArray())]
        );
        using var model = Untrained(preset, data, settings);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var dense = model.Network.Encode(TensorBatches.Gather(data, [.. Enumerable.Range(0, data.Count)]), sample: false).Z.Numbers();
        Assert.Equal(4 * data.Count, dense.Length);
        foreach (var (one, other) in RecordCodes.Of(model.Network, data, batch: 16).Numbers().Zip(dense))
            Assert.Equal(other, one, 1e-5);
    }

    [Fact]
    public void A_query_of_unknown_words_is_refused_with_the_nearest()
    {
        var schema = SmallDocuments.TwoSubjectsSplit().Train.Schema;
        Assert.Contains("did you mean 'rocket'", Assert.Throws<InvalidInputException>(() => DocumentSearch.Query(schema, "rockett zzzzzzzz")).Message);
        Assert.Contains("knows no word of ''", Assert.Throws<InvalidInputException>(() => DocumentSearch.Query(schema, "")).Message);
        Assert.Contains("searches no documents", Assert.Throws<InvalidInputException>(() => DocumentSearch.Query(Histories.Of(3, [1]).Schema, "moon")).Message);
    }

    private static float Sum(Dataset data, int record)
    {
        var sum = 0f;
        foreach (var value in data.Sparse(record).Values)
            sum += value;
        return sum;
    }

    private static TrainedModel Untrained(string preset, Dataset data, string settings = "")
    {
        var specification = ModelSpecification.Resolve(preset, data.Schema, Tiny.Settings($"latent=4 hidden=8 {settings}"), TrainingSettings.All);
        return new(specification, specification.Build(1), null, new(data.Name, data.Count, 1, 1, 1, 1, 0, 1, default, "test"));
    }
}
