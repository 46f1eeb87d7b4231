using Isthmus.Compute;
using Isthmus.Data.Lines;
using Isthmus.Evaluation;
using Isthmus.Lines;
using Isthmus.Models;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Lines;

/// <summary>A small model of lines, trained once: its figures, scores, searches and samples.</summary>
public sealed class LineModelTests(LineModelTests.Trained trained) : IClassFixture<LineModelTests.Trained>
{
    /// <summary>The model.</summary>
    public sealed class Trained : IDisposable
    {
        public Trained()
        {
            TensorLibrary.EnsureLoaded();
            Data = Sentences.Records(240).Split();
            Model = new ModelOptions("text-vae") { Latent = 4 }.Fit(
                Data,
                new()
                {
                    Settings = Tiny.Settings(
                        "decoder-units=24 encoder-units=12 encoder-embedding=8 decoder-embedding=8 batch-size=16 epochs=25 learning-rate=0.02 warm-up=5 "
                            + "posterior=diagonal free-nats=0.8 average=0.9 precision=float32"
                    ),
                    Threads = 1,
                }
            );
        }

        public Isthmus.Data.Records.DataSplits Data { get; }

        public TrainedModel Model { get; }

        public void Dispose() => Model.Dispose();
    }

    private TrainedModel Model => trained.Model;

    [Fact]
    public void Figures_are_those_of_lines_and_beat_random_ones()
    {
        var report = Evaluator.Evaluate(Model, trained.Data.Test, trained.Data.Train, new() { ImportanceSamples = 20 });
        var nll = report.NegativeLogLikelihood!.Nats.Value;
        Assert.True(nll <= -report.Elbo!.Nats.Value + 0.05, $"{nll} nats, and -ELBO {-report.Elbo.Nats.Value}");
        // 48 kinds of lines, most of them with other words: no code does with less than their entropy, and one that has learnt them is not far above.
        Assert.InRange(nll, Math.Log(24), 9);
        Assert.InRange(report["trigram_nats"]!.Value, Math.Log(24), 12);
        Assert.True(report["perplexity_per_word"]!.Value > 1);
        Assert.InRange(report["bits_per_character"]!.Value, 0.1, 3);
        Assert.InRange(report["reconstruction_exact"]!.Value, 0, 1);
        Assert.InRange(report["reconstruction_bleu_4"]!.Value, 0, 1 + 1e-9);
        Assert.InRange(report["distinct_2"]!.Value, 0, 1);
        // Guessing has half of the subjects.
        var probe = report["linear_probe_accuracy"]!;
        Assert.True(probe.Value > 0.5 + 2 * probe.StandardError, $"{probe}");
        Assert.True(report.Rate!.Nats.Value > 0.5, $"{report.Rate.Nats}");
    }

    /// <summary>Of few lines a batch has two, whose means can be normalised.</summary>
    [Fact]
    public void A_few_lines_are_enough_and_a_batch_of_one_is_not()
    {
        TrainedModel Fit(string settings) =>
            new ModelOptions("text-vae").Fit(
                Sentences.Records(10).Split(),
                new()
                {
                    Settings = Tiny.Settings($"latent=2 decoder-units=4 encoder-units=4 encoder-embedding=4 decoder-embedding=4 epochs=2 {settings}"),
                    Threads = 1,
                }
            );
        using var model = Fit("");
        Assert.All(LineSamples.Draw(model, 2, seed: 1), Assert.NotNull);
        Assert.All(new LineScorer(model).Usual, bits => Assert.True(double.IsFinite(bits)));
        Assert.Contains("needs batches of several records", Assert.Throws<InvalidInputException>(() => Fit("batch-size=1")).Message);
    }

    [Fact]
    public void A_language_model_stands_in_the_same_table_and_in_the_verdict()
    {
        TrainedModel LanguageModel(int epochs) =>
            new ModelOptions("lstm-lm").Fit(
                trained.Data,
                new()
                {
                    Settings = Tiny.Settings($"decoder-units=24 decoder-embedding=8 batch-size=16 epochs={epochs} learning-rate=0.02 average=0.9"),
                    Threads = 1,
                }
            );
        using var good = LanguageModel(6);
        using var poor = LanguageModel(1);
        EvaluationReport Beside(TrainedModel baseline) =>
            Evaluator.Evaluate(Model, trained.Data.Test, trained.Data.Train, new() { Baseline = baseline, ImportanceSamples = 20 });
        var (worse, better) = (Beside(good), Beside(poor));
        var own = worse.NegativeLogLikelihood!.Nats.Value;
        Assert.Equal(own, better.NegativeLogLikelihood!.Nats.Value);
        foreach (var report in (EvaluationReport[])[worse, better])
            Assert.Equal(own > 1.005 * report["language_model_nats"]!.Value, report.Verdict.Contains("Worse than its decoder alone"));
        Assert.True(better["language_model_nats"]!.Value > 1.3 * own);
        Assert.InRange(worse["interpolation_own"]!.Value, 0, 1);
        Assert.True(worse["interpolation_trigram_nats_per_token"]!.Value > 0);
        Assert.Contains("no language model", Assert.Throws<InvalidInputException>(() => Beside(Model)).Message);
    }

    [Fact]
    public void A_line_of_other_words_is_odd_and_its_tokens_say_why()
    {
        var scorer = new LineScorer(Model);
        var scores = scorer.Score([(1, "anna plays the flute"), (2, "anna plays the flute"), (3, "zebra quux the flute"), (4, "")]);
        Assert.Equal(scores[0].Bits, scores[1].Bits);
        Assert.False(scores[0].IsNew);
        Assert.True(scores[2].IsNew);
        Assert.True(scores[2].Deviations > scorer.Threshold(0.01), $"{scores[2].Deviations} deviations");
        Assert.Equal(1.0 / (1 + scorer.Usual.Count), scores[2].PValue, 1e-12);
        Assert.True(scores[0].PValue > 0.05);
        var why = scorer.Explained(scores[2]);
        Assert.Equal(["zebra", "quux"], why.Odd.Take(2).OrderBy(word => word.Place).Select(word => word.Text));
        Assert.Equal(["zebra", "quux", "the", "flute", "\\n"], why.Words.Select(word => word.Text));
        Assert.Contains("the flute", why.Nearest);
        // One at a time or together, first or again.
        Assert.Equal(scores[2].Bits, new LineScorer(Model).Score([(9, "zebra quux the flute")])[0].Bits, 1e-3);
    }

    [Fact]
    public void Odd_input_has_a_score()
    {
        var scorer = new LineScorer(Model);
        string[] lines =
        [
            "",
            " ",
            "b\0b",
            "\u05e9\u05dc\u05d5\u05dd \u0639\u0631\u0628\u064a",
            "\U0001F600\u200d\U0001F525",
            "\ud83d",
            "anna \uFFFD",
            new('x', 10_000_000),
        ];
        var scores = scorer.Score([.. lines.Select((line, i) => (i + 1L, line))]);
        Assert.All(scores, score => Assert.True(double.IsFinite(score.Deviations) && double.IsFinite(score.Bits) && score.IsNew, $"{score.Line}"));
        Assert.All(scores.Skip(2), score => Assert.True(score.Deviations > scorer.Threshold(0.01), $"{score.Line}: {score.Deviations}"));
        // Of a very long line the beginning is scored.
        Assert.Equal(scorer.Score([(1, new('x', LineScorer.MostCharacters))])[0].Bits, scores[^1].Bits, 0.5);
        Assert.Equal(Enumerable.Range(0, scorer.Explained(scores[3]).Words.Count), scorer.Explained(scores[3]).Words.Select(word => word.Place));
    }

    [Fact]
    public void Lines_in_another_order_make_an_odd_window_and_those_in_theirs_none()
    {
        var scorer = new LineScorer(Model);
        OddWindow[] Windows(IEnumerable<string> texts)
        {
            var order = new LineOrder(scorer, 12);
            (long, string)[] lines = [.. texts.Select((text, i) => (i + 1L, text))];
            return [.. scorer.Judge(lines).Select(line => order.Add(line.Score, line.Template)).OfType<OddWindow>()];
        }
        var usual = Sentences.Two(240);
        Assert.Equal(20, Windows(usual).Length);
        string[] other = [.. usual];
        new Random(1).Shuffle(other);
        Assert.True(Windows(usual).Average(window => window.Order) + 3 < Windows(other).Average(window => window.Order));
        Assert.True(Windows(other).Count(window => window.PValue <= 0.2) > Windows(usual).Count(window => window.PValue <= 0.2));
        // One line again and again: the numbers of templates are odd.
        var same = Windows(Enumerable.Repeat(usual[0], 12))[0];
        Assert.True(same.Counts > Windows(usual).Max(window => window.Counts), $"{same.Counts} bits");
        Assert.Equal((12, usual[0]), (same.Odd[0].Times, same.Odd[0].Text));
        Assert.Contains("is too long", Assert.Throws<InvalidInputException>(() => new LineOrder(scorer, 100)).Message);
    }

    [Fact]
    public void A_report_finds_events_new_templates_and_the_place_where_lines_became_odd()
    {
        var scorer = new LineScorer(Model);
        LineReport Of(Func<int, bool> isOdd, int count = 20_000)
        {
            var report = new LineReport(scorer, 0.01, null);
            var random = new Random(1);
            report.Add([
                .. Enumerable
                    .Range(1, count)
                    .Select(i => isOdd(i) ? (new LineScore(i, "zebra <b> " + i % 2, 40, 99, 0.01, true), 0) : (new LineScore(i, "anna", 4, -1, 1, false), 1)),
            ]);
            return report;
        }
        var drifted = Of(i => i % 100 == 0 || i > 12_000 && i % 10 == 0);
        Assert.InRange(drifted.Drift()!.Since, 11_000, 13_000);
        Assert.InRange(drifted.Drift()!.After, 0.05, 0.15);
        Assert.Null(Of(i => i % 100 == 0).Drift());
        Assert.InRange(drifted.Stretches.Count, 60, 128);
        Assert.Equal(20_000, drifted.Stretches.Sum(stretch => stretch.Lines));
        var events = Of(i => i is > 500 and < 510 or 4000 or 4015);
        Assert.Equal([(501L, 509L, 9L), (4000, 4015, 2)], events.Events.Select(found => (found.First, found.Last, found.Over)));
        Assert.Equal(events.New, events.NewTemplates.Sum(form => form.Times));
        var page = Isthmus.Reporting.Pages.LineScorePage.Render("today.log", Model.Manifest, events, [.. events.Most.Select(scorer.Explained)], scorer);
        Assert.Contains("zebra &lt;b&gt;", page);
        Assert.DoesNotContain("<b> ", page);
        foreach (var section in (string[])["timeline", "lines", "events", "new"])
            Assert.Contains($"id=\"{section}\"", page);
    }

    [Fact]
    public void A_search_finds_the_same_text_first_and_each_text_once()
    {
        var found = LineSearch.Find(Model, trained.Data.Train, "bob sings a song", 5);
        Assert.Equal("bob sings a song", found[0].Text);
        Assert.Equal(1, found[0].Similarity, 1e-4);
        Assert.Distinct(found.Select(line => line.Text));
        Assert.All(found, line => Assert.Contains(line.Text, Sentences.Two(240)));
        Assert.Contains("is empty", Assert.Throws<InvalidInputException>(() => LineSearch.Find(Model, trained.Data.Train, "", 1)).Message);
    }

    [Fact]
    public void Samples_follow_their_seed_and_options()
    {
        var drawn = LineSamples.Draw(Model, 30, seed: 3);
        Assert.Equal(drawn, LineSamples.Draw(Model, 30, seed: 3));
        Assert.NotEqual(drawn, LineSamples.Draw(Model, 30, seed: 4));
        var greedy = LineSamples.Draw(Model, 30, 3, new() { IsGreedy = true });
        // Among one token, among a nucleus of next to nothing, and nearly without warmth the choice is the greedy one.
        Assert.Equal(greedy, LineSamples.Draw(Model, 30, 3, new() { TopK = 1 }));
        Assert.Equal(greedy, LineSamples.Draw(Model, 30, 3, new() { Nucleus = 1e-6 }));
        Assert.Equal(greedy, LineSamples.Draw(Model, 30, 3, new() { Temperature = 1e-4 }));
        Assert.True(drawn.Distinct().Count() > 5);
        var between = LineSamples.Between(Model, "anna plays the flute", "bob cooks a soup", steps: 4);
        Assert.Equal(4, between.Count);
        foreach (var refused in (LineDecodingOptions[])[new() { Temperature = 0 }, new() { TopK = 0 }, new() { Nucleus = 0 }, new() { Beam = 0 }])
            Assert.Throws<InvalidInputException>(() => LineSamples.Draw(Model, 1, 1, refused));
    }

    /// <summary>A beam as wide as the vocabulary finds a line at least as likely as the greedy one.</summary>
    [Fact]
    public void A_beam_finds_lines_at_least_as_likely_as_greed()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var draws = RandomDraws.Seeded(1);
        var z = RandomOperations.Normal([6, 4]);
        var schema = (LineSchema)Model.Specification.Schema;
        double[] Likely(LineDecodingOptions options)
        {
            var lines = LineDecoding.Texts(Model, z, options);
            var data = new LineTexts("lines", lines, null, [], new(), []).Records(schema);
            return Model.Network.LogLikelihood(TensorBatches.Gather(data, [0, 1, 2, 3, 4, 5]), z).Numbers();
        }
        foreach (var (beam, greedy) in Likely(new() { Beam = 8 }).Zip(Likely(new() { IsGreedy = true })))
            Assert.True(beam >= greedy - 1e-4, $"{beam} and {greedy}");
    }

    [Fact]
    public void A_saved_model_scores_the_same()
    {
        using var file = new MemoryStream();
        Model.Save(file);
        file.Position = 0;
        using var again = TrainedModel.Load(file);
        Assert.Equal(Model.Specification, again.Specification);
        Assert.Equal(new LineScorer(Model).Usual, new LineScorer(again).Usual);
        Assert.Equal(Model.Encode(trained.Data.Test)[0], again.Encode(trained.Data.Test)[0]);
    }

    /// <summary>Each kind of network: the loss falls, the seed says the weights, shares do on any number of threads, and a saved model is the same.</summary>
    [Theory]
    [InlineData("encoder=gru decoder=gru posterior=diagonal")]
    [InlineData("encoder=lstm decoder=convolution decoder-layers=2")]
    [InlineData("encoder=transformer encoder-heads=2 encoder-layers=1 decoder=transformer decoder-heads=2 decoder-layers=1 posterior=minimum-rate")]
    [InlineData("encoder=lstm decoder=lstm encoder-steps=2")]
    public void Every_network_learns_and_repeats(string settings)
    {
        // A batch that is normalised is not cut in shares.
        var isWhole = !settings.Contains("posterior");
        TrainingRun Run(int threads) =>
            TrainingRun.Train(
                "text-vae",
                trained.Data,
                new()
                {
                    Settings = Tiny.Settings(
                        "latent=3 decoder-units=16 encoder-units=8 encoder-embedding=8 decoder-embedding=8 batch-size=16 epochs=2 learning-rate=0.02 "
                            + $"average=0 {(isWhole ? "" : "shares=2")} {settings}"
                    ),
                    Threads = threads,
                }
            );
        var (one, other) = (Run(1), Run(isWhole ? 1 : 2));
        using var model = one.Model;
        using var again = other.Model;
        Assert.True(one.Epochs[^1].ValidationLossNats < one.Epochs[0].ValidationLossNats);
        Assert.Equal(model.WeightBytes(), again.WeightBytes());
        using var file = new MemoryStream();
        model.Save(file);
        file.Position = 0;
        using var loaded = TrainedModel.Load(file);
        Assert.Equal(LineSamples.Draw(model, 3, seed: 2), LineSamples.Draw(loaded, 3, seed: 2));
        Assert.Equal(new LineScorer(model).Usual, new LineScorer(loaded).Usual);
    }

    [Fact]
    public void Counts_of_three_tokens_are_a_probability()
    {
        var data = Sentences.Records(48);
        var tokens = ((LineSchema)data.Schema).Tokens.Count;
        var counts = BackOffCounts.Of(data, 3, tokens);
        foreach (
            var context in (int[][])
                [
                    [],
                    [300],
                    [258, 260],
                ]
        )
        {
            var sum = Enumerable.Range(1, tokens).Sum(token => Math.Exp(-counts.Nats([.. context, token])[^1]));
            Assert.Equal(1, sum, 1e-9);
            // Mean and variance of what a token after this costs, by their definition.
            double[] nats = [.. Enumerable.Range(1, tokens).Select(token => counts.Nats([.. context, token])[^1])];
            var mean = nats.Sum(cost => Math.Exp(-cost) * cost);
            var variance = nats.Sum(cost => Math.Exp(-cost) * (cost - mean) * (cost - mean));
            var before = context.Length == 0 ? (Mean: 0, Variance: 0) : counts.Expected(context);
            var all = counts.Expected([.. context, 1]);
            Assert.Equal(mean, all.Mean - before.Mean, 1e-9);
            Assert.Equal(variance, all.Variance - before.Variance, 1e-9);
        }
    }

    [Fact]
    public void Overlap_of_texts_by_hand()
    {
        Assert.Equal(3, TextOverlap.Distance([1, 2, 3, 4], [2, 3, 5, 6]));
        Assert.Equal(0, TextOverlap.Distance([1, 2], [1, 2]));
        Assert.Equal(2, TextOverlap.Distance([], [1, 2]));
        string[] words = ["a", "b", "c", "d", "e"];
        Assert.Equal(1, TextOverlap.Bleu([(words, [words])]), 1e-12);
        // Half as long: precisions of 1, and a penalty of e^-1.
        Assert.Equal(
            Math.Exp(1 - 8 / 4.0),
            TextOverlap.Bleu([
                (
                    ["a", "b", "c", "d"],
                    [
                        ["a", "b", "c", "d", "e", "f", "g", "h"],
                    ]
                ),
            ]),
            1e-12
        );
        Assert.Equal(
            0.5,
            TextOverlap.Distinct(
                (string[][])
                    [
                        ["a", "a"],
                        ["b", "b"],
                    ],
                1
            )
        );
    }
}
