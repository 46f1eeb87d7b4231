using Isthmus.Data.Documents;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Evaluation;

/// <summary>Models made to be bad, each in its way, and what the verdict calls them.</summary>
public sealed class VerdictTests
{
    private static readonly EvaluationOptions Quick = new() { ImportanceSamples = 0, ModelPath = "runs/it's" };

    [Fact]
    public void Reconstructions_worse_than_the_mean_record_are_not_trained_yet()
    {
        var evaluation = Of(Tiny.Shapes(300), "hidden=16 latent=4 epochs=1 batch-size=32 learning-rate=0.000001 average=0");
        Assert.True(evaluation.Reconstruction.VarianceExplained!.Value <= 0);
        Says(evaluation, "Not trained yet", "epochs=10");
    }

    [Fact]
    public void A_loss_that_still_falls_at_the_last_epoch_wants_more_epochs() =>
        Says(
            Of(Tiny.Shapes(1200), "hidden=32 latent=8 epochs=4 batch-size=16 learning-rate=0.003 average=0"),
            "Still improving: the last half of the 4 epochs",
            "epochs=12"
        );

    [Fact]
    public void One_epoch_is_no_training() =>
        Says(Of(TwoFactors(), "hidden=32 latent=2 epochs=1 batch-size=8 learning-rate=0.005 warm-up=0 average=0"), "Trained for 1 epoch only", "epochs=10");

    [Fact]
    public void A_code_far_from_the_prior_pays_for_nothing()
    {
        using var model = Trained();
        // Every unit is moved by 6 and the decoder moved along: the same records come back, and each unit costs 6^2 / 2 = 18 nats more.
        Move(model, [0, 1], 6);
        var evaluation = Evaluator.Evaluate(model, TwoFactors().Test, TwoFactors().Train, Quick, cancellationToken: TestContext.Current.CancellationToken);
        Says(evaluation, "Bits paid for nothing: of the", "isthmus train");
        Assert.True(evaluation.Rate!.Nats.Value > 2 * evaluation.Information.UpperBound!.Nats.Value);
    }

    [Fact]
    public void Units_that_cost_bits_and_never_change_are_constant_and_not_collapsed()
    {
        using var model = Trained("latent=8");
        var test = TwoFactors();
        var before = Evaluator.Evaluate(model, test.Test, test.Train, Quick, cancellationToken: TestContext.Current.CancellationToken);
        var idle = before.Activity.Active.Index().Where(unit => !unit.Item).Select(unit => unit.Index).ToArray();
        Assert.NotEmpty(idle);
        Assert.Contains("at the prior and cost", before.Verdict);
        // 1.5^2 / 2 = 1.1 nats, 1.6 bits.
        Move(model, [idle[0]], 1.5f);
        var evaluation = Evaluator.Evaluate(model, test.Test, test.Train, Quick, cancellationToken: TestContext.Current.CancellationToken);
        Says(evaluation, "1 unit of 8 is the same for every record but not at the prior, and costs 1.6", "isthmus train");
        Assert.DoesNotContain("ollapsed", evaluation.Verdict);
    }

    [Fact]
    public void A_code_at_the_prior_is_collapsed() =>
        Says(
            Of(Tiny.Shapes(600), "hidden=16 latent=4 epochs=3 batch-size=32 beta=1000 warm-up=0 learning-rate=0.01 learning-rate-warm-up=0"),
            "Collapsed",
            "beta=1"
        );

    [Fact]
    public void A_test_part_unlike_the_training_part_has_drifted_and_nothing_is_overfitted()
    {
        var data = Tiny.Shapes(1200);
        using var model = TrainingRun
            .Train(
                "vae",
                data,
                new() { Settings = Tiny.Settings("hidden=32 latent=8 epochs=12 batch-size=16 learning-rate=0.003 average=0 precision=float32"), Threads = 1 }
            )
            .Model;
        var pixels = new byte[data.Test.Count * data.Test.Schema.Dimension];
        data.Test.CopyPixels([.. Enumerable.Range(0, data.Test.Count)], pixels);
        var negatives = Dataset.Images("negatives", (ImageSchema)data.Test.Schema, [.. pixels.Select(pixel => (byte)(1 - pixel))]);
        var evaluation = Evaluator.Evaluate(model, negatives, data.Train, Quick, cancellationToken: TestContext.Current.CancellationToken);
        Says(evaluation, "Drift: a test picture costs", "--part validation");
        Assert.DoesNotContain("Overfitting", evaluation.Verdict);
        Assert.DoesNotContain("Not trained", evaluation.Verdict);
    }

    [Fact]
    public void Topics_of_words_that_never_keep_together_are_not_healthy()
    {
        var random = new Random(3);
        var words = new DocumentSchema([.. Enumerable.Range(0, 40).Select(word => $"w{word}")], new() { Vocabulary = "words.txt" });
        var data = DataSplits.ByDocument(
            Dataset.Counts(
                "noise",
                words,
                SparseCounts.Of(
                    Enumerable
                        .Range(0, 300)
                        .Select(_ =>
                            (Enumerable.Range(0, 40).Where(_ => random.Next(3) == 0).ToArray() is { Length: > 0 } some ? some : [0, 1]) is var own
                                ? (own, Enumerable.Repeat(1f, own.Length).ToArray())
                                : default
                        )
                )
            ),
            seed: 1,
            words
        );
        var evaluation = Of(data, "latent=4 hidden=16 epochs=20 batch-size=32", "prod-lda");
        Assert.True(evaluation.Topics!.Npmi!.Value < 0.03);
        Assert.Contains("Topics at random", evaluation.Verdict);
        Says(evaluation, "", "isthmus train");
    }

    [Fact]
    public void Units_that_no_record_turns_on_are_dead()
    {
        var evaluation = Of(Tiny.Shapes(300), "hidden=16 latent=64 k=1 epochs=20 batch-size=16 learning-rate=0.003 average=0", "sparse");
        Assert.True(evaluation.Code.ActiveUnits!.Value < 0.9 * 64);
        Assert.Contains("of 64 units are dead: no test picture turns them on", evaluation.Verdict);
        Says(evaluation, "", "isthmus train");
    }

    [Fact]
    public void Records_that_are_all_the_same_leave_nothing_to_tell_apart()
    {
        byte[] picture = [.. Enumerable.Range(0, 64).Select(pixel => (byte)(37 * pixel % 251))];
        var same = DataSplits.Random(Dataset.Images("same", new(8, 8, 1, 256), [.. Enumerable.Repeat(picture, 60).SelectMany(pixels => pixels)]), seed: 1);
        foreach (var preset in (string[])["vae", "ae"])
        {
            var evaluation = Of(same, "hidden=16 latent=4 epochs=2 batch-size=16", preset);
            Assert.Null(evaluation.Reconstruction.VarianceExplained);
            Says(evaluation, "Nothing to tell apart: all 6 test pictures are the same", "isthmus info same");
        }
    }

    [Fact]
    public void A_model_that_is_trained_and_uses_its_code_is_healthy()
    {
        using var model = Trained();
        var evaluation = Evaluator.Evaluate(model, TwoFactors().Test, TwoFactors().Train, Quick, cancellationToken: TestContext.Current.CancellationToken);
        Assert.StartsWith("Healthy: all 2 units are active.", evaluation.Verdict);
        Assert.Equal(@"isthmus encode factors -m 'runs/it'\''s' -o codes.csv", evaluation.Next);
    }

    [Fact]
    public void The_next_command_is_the_one_that_was_typed_with_a_setting_changed()
    {
        var data = Tiny.Shapes(300);
        string Next(string settings, params string[] words) =>
            Evaluator
                .Evaluate(
                    TrainingRun
                        .Train(
                            "vae",
                            data,
                            new()
                            {
                                Settings = Tiny.Settings($"hidden=8 latent=2 batch-size=32 {settings}"),
                                Threads = 1,
                                CommandLine = words,
                            }
                        )
                        .Model,
                    data.Test,
                    null,
                    Quick,
                    cancellationToken: TestContext.Current.CancellationToken
                )
                .Next!;
        Assert.Equal(
            "isthmus train 'my pictures' --limit 300 --epochs 10 -m vae",
            Next("epochs=1", "train", "my pictures", "--limit", "300", "--epochs", "1", "-m", "vae")
        );
        Assert.Equal("isthmus train shapes --set epochs=10", Next("epochs=1", "train", "shapes", "--set", "epochs=1"));
        Assert.Equal("isthmus train --epochs 10", Next("epochs=1", "train"));
    }

    /// <summary>Records of six columns that two factors make, and a little noise.</summary>
    private static DataSplits TwoFactors()
    {
        var random = new Random(4);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        float[] values =
        [
            .. Enumerable
                .Range(0, 1500)
                .SelectMany(_ =>
                {
                    var (a, b) = (Normal(), Normal());
                    return new[] { a, b, a + b, a - b, 2 * a + b, a - 3 * b }.Select(value => (float)(value + 0.3 * Normal()));
                }),
        ];
        return DataSplits.Random(Dataset.Vectors("factors", new(["a", "b", "c", "d", "e", "f"]), values), seed: 1);
    }

    private static TrainedModel Trained(string settings = "") =>
        TrainingRun
            .Train(
                "vae",
                TwoFactors(),
                new()
                {
                    Settings = Tiny.Settings($"hidden=32 latent=2 epochs=120 batch-size=32 learning-rate=0.003 warm-up=0 average=0 weight-decay=0 {settings}"),
                    Threads = 1,
                }
            )
            .Model;

    /// <summary>Moves the means of some units by so much, and what the decoder expects with them.</summary>
    private static void Move(TrainedModel model, int[] units, float by)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var state = model.Network.state_dict();
        var shift = zeros(model.Network.Bottleneck.Latent);
        foreach (var unit in units)
            shift[unit] = by;
        state["encoder.output.bias"].narrow(0, 0, shift.shape[0]).add_(shift);
        state["decoder.linear1.bias"].sub_(state["decoder.linear1.weight"].matmul(shift));
    }

    private static EvaluationReport Of(DataSplits data, string settings, string preset = "vae")
    {
        using var model = TrainingRun.Train(preset, data, new() { Settings = Tiny.Settings($"precision=float32 {settings}"), Threads = 1 }).Model;
        return Evaluator.Evaluate(model, data.Test, data.Train, Quick, cancellationToken: TestContext.Current.CancellationToken);
    }

    private static void Says(EvaluationReport evaluation, string words, string next)
    {
        Assert.StartsWith(words, evaluation.Verdict);
        Assert.DoesNotContain("Healthy", evaluation.Verdict);
        Assert.StartsWith("isthmus ", evaluation.Next);
        Assert.Contains(next, evaluation.Next);
        Assert.EndsWith($"Next: {evaluation.Next}", evaluation.Verdict);
    }
}
