using Isthmus.Cli.Output;
using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Primitives;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>Labels that are given or predicted.</summary>
public sealed class KnownLabelTests
{
    static KnownLabelTests() => TensorLibrary.EnsureLoaded();

    /// <summary>2 x 4 pictures of two kinds, light left or light right, a pixel in eight turned over.</summary>
    private static DataSplits Sides(int count, string[]? classes = null, string name = "side")
    {
        var random = new Random(5);
        int[] sides = [.. Enumerable.Range(0, count).Select(_ => random.Next(2))];
        byte[] pixels =
        [
            .. sides.SelectMany(side => Enumerable.Range(0, 8).Select(pixel => (byte)(((pixel % 4 / 2 == side) ^ (random.Next(8) == 0)) ? 1 : 0))),
        ];
        return DataSplits.Random(
            Dataset.Images("sides", new ImageSchema(2, 4, 1, 2), pixels, [new LabelColumn(name, sides, classes ?? ["left", "right"])]),
            seed: 1
        );
    }

    private static TrainedModel Train(string preset, string settings) =>
        TrainingRun
            .Train(
                preset,
                Sides(600),
                new() { Settings = Tiny.Settings($"hidden=16 latent=2 epochs=60 batch-size=32 learning-rate=0.005 {settings}"), Threads = 1 }
            )
            .Model;

    [Fact]
    public void A_conditional_model_draws_the_class_that_is_asked_for()
    {
        using var model = Train("cond-vae", "");
        double Left(string label) =>
            Generation
                .Sample(model, 200, seed: 1, label: label)
                .Values.Chunk(8)
                .Average(picture => picture.Index().Where(pixel => pixel.Index % 4 < 2).Average(pixel => pixel.Item));
        // Seven in eight of the pixels of its side are light, one in eight of the others; the mean of 1,600 pixels is off by 0.01.
        Assert.InRange(Left("left"), 0.75, 0.95);
        Assert.InRange(Left("right"), 0.05, 0.25);
        var inTurn = Generation.Sample(model, 4, seed: 1).Values.Chunk(8).Select(picture => picture[0] + picture[1] > picture[2] + picture[3]);
        Assert.Equal([true, false, true, false], inTurn);
        Assert.Contains(
            "did you mean 'left'?",
            Assert.Throws<InvalidInputException>(() => Generation.Sample(model, 1, seed: 1, label: "lift")).OnCommandLine()
        );
    }

    [Fact]
    public void A_bottleneck_of_labels_tells_them_at_no_more_than_their_entropy()
    {
        using var model = Train("vib", "beta=0.05");
        var test = Sides(600).Test;
        var evaluation = Evaluator.Evaluate(model, test, null, new() { ImportanceSamples = 10 }, cancellationToken: TestContext.Current.CancellationToken);
        // Eight pixels, each right with 7/8: more than half wrong once in 40.
        Assert.InRange(evaluation.Classification!.Accuracy.Value, 0.9, 1);
        Assert.InRange(evaluation.Classification!.LabelInformation.Bits.Value, 0.5, evaluation.Classification.LabelEntropy.Bits.Value);
        Assert.Null(evaluation.NegativeLogLikelihood);
        Assert.Null(evaluation.BitsPerDimension);
        Assert.Null(evaluation.Reconstruction.MeanSquaredError);
        Assert.Contains(
            "predicts the side of a record",
            Assert.Throws<InvalidInputException>(() => Reconstruction.Of(model, test, cancellationToken: TestContext.Current.CancellationToken)).OnCommandLine()
        );
        Assert.Contains("predicts the side of a record", Assert.Throws<InvalidInputException>(() => Generation.Sample(model, 1, seed: 1)).OnCommandLine());
        // Codes need no labels; its figures do.
        var bare = Dataset.Images("bare", new ImageSchema(2, 4, 1, 2), new byte[16]);
        Assert.Equal(["row", "z0", "z1"], Encoding.Of(model, bare).Select(column => column.Name));
        Assert.Contains(
            "have none to hold its predictions against",
            Assert
                .Throws<InvalidInputException>(() => Evaluator.Evaluate(model, bare, null, new(), cancellationToken: TestContext.Current.CancellationToken))
                .OnCommandLine()
        );
    }

    [Fact]
    public void Cross_entropy_by_hand()
    {
        using var scope = NewDisposeScope();
        var likelihood = new ClassLikelihood(record: 2, classes: 2);
        // The record is not asked; of odds 3 : 1 the second class has ln 1/4.
        var x = tensor(
            new[,]
            {
                { 9.0, 9.0, 1.0, 0.0 },
                { 9.0, 9.0, 0.0, 1.0 },
            }
        );
        var logits = tensor(
                new[,]
                {
                    { Math.Log(3), 0.0 },
                }
            )
            .expand(2, -1);
        foreach (var (expected, actual) in new[] { Math.Log(0.75), Math.Log(0.25) }.Zip(likelihood.LogProbability(x, logits).Numbers()))
            Assert.Equal(expected, actual, 1e-12);
    }

    [Fact]
    public void Labels_that_are_missing_unknown_or_of_one_class_are_refused_in_a_line_that_says_where()
    {
        static string Refused(Action action) => Assert.Throws<InvalidInputException>(action).OnCommandLine();
        var known = new KnownLabel("side", ["left", "right"]);
        var bare = Dataset.Images("bare", new ImageSchema(2, 4, 1, 2), new byte[16]);
        Assert.Contains("bare has no label 'side'", Refused(() => KnownLabel.Attach([known], bare, isRequired: true)));
        Assert.Same(bare, KnownLabel.Attach([known], bare, isRequired: false));
        var strange = Dataset.Images("new", new ImageSchema(2, 4, 1, 2), new byte[24], [new LabelColumn("side", [0, 1, 0], ["left", "top"])]);
        Assert.Contains("new, record 1: its side is 'top'", Refused(() => KnownLabel.Attach([known], strange, isRequired: true)));
        Assert.Contains("one class only ('left')", Refused(() => KnownLabel.Of([new("side", [0], ["left"])], "first", "vib")));
        Assert.Contains("the data have none", Refused(() => KnownLabel.Of([], "first", "cond-vae")));
        Assert.Contains(
            "target=colour is no label of the data; give one of side",
            Refused(() => KnownLabel.Of([new("side", [0], ["left", "right"])], "colour", "vib"))
        );
        Assert.Contains("uncorrupted", Refused(() => TrainingRun.Train("cond-vae", Sides(60), new() { Settings = Tiny.Settings("corruption=masking") })));
    }

    /// <summary>Light left or right, and light or dark there: two attributes, each told.</summary>
    [Fact]
    public void Several_attributes_are_given_and_asked_for()
    {
        var random = new Random(6);
        var (sides, kinds) = (new int[600], new int[600]);
        var pixels = new byte[600 * 8];
        for (var i = 0; i < 600; i++)
        {
            (sides[i], kinds[i]) = (random.Next(2), random.Next(2));
            for (var pixel = 0; pixel < 8; pixel++)
                pixels[(8 * i) + pixel] = (byte)((pixel % 4 / 2 == sides[i]) ^ (kinds[i] == 1) ^ (random.Next(8) == 0) ? 1 : 0);
        }
        var data = DataSplits.Random(
            Dataset.Images(
                "both",
                new ImageSchema(2, 4, 1, 2),
                pixels,
                [new LabelColumn("side", sides, ["left", "right"]), new LabelColumn("kind", kinds, ["plain", "turned"])]
            ),
            seed: 1
        );
        using var model = TrainingRun
            .Train(
                "cond-vae",
                data,
                new() { Settings = Tiny.Settings("hidden=16 latent=2 epochs=60 batch-size=32 learning-rate=0.005 target=side,kind"), Threads = 1 }
            )
            .Model;
        Assert.Equal(["side", "kind"], model.Specification.Labels.Select(label => label.Name));
        double Left(string label) =>
            Generation
                .Sample(model, 200, seed: 1, label: label)
                .Values.Chunk(8)
                .Average(picture => picture.Index().Where(pixel => pixel.Index % 4 < 2).Average(pixel => pixel.Item));
        // As above: seven in eight of the light pixels are light.
        Assert.InRange(Left("side=left,kind=plain"), 0.75, 0.95);
        Assert.InRange(Left("kind=turned, side=left"), 0.05, 0.25);
        Assert.InRange(Left("side=right,kind=turned"), 0.75, 0.95);
        // Open ones in turn, the first label's classes fastest.
        bool[] InTurn(int count, string? label) =>
            [.. Generation.Sample(model, count, seed: 1, label: label).Values.Chunk(8).Select(picture => picture[0] + picture[1] > picture[2] + picture[3])];
        Assert.Equal([true, false, false, true], InTurn(4, null));
        Assert.Equal([false, true], InTurn(2, "kind=turned"));
        string Refused(string label) => Assert.Throws<InvalidInputException>(() => Generation.Sample(model, 1, seed: 1, label: label)).OnCommandLine();
        Assert.Contains("give NAME=CLASS, such as side=left", Refused("left"));
        Assert.Contains("knows no kind 'flipped'", Refused("kind=flipped"));
        Assert.Contains(
            "names a label twice",
            Assert.Throws<InvalidInputException>(() => KnownLabel.Of(data.Train.Labels, "side,side", "cond-vae")).OnCommandLine()
        );
        Assert.Contains(
            "predicts one",
            Assert.Throws<InvalidInputException>(() => TrainingRun.Train("vib", data, new() { Settings = Tiny.Settings("target=side,kind") })).OnCommandLine()
        );
        Assert.Contains(
            "has no label 'kind'",
            Assert
                .Throws<InvalidInputException>(() =>
                    Evaluator.Evaluate(model, Sides(60).Test, null, new(), cancellationToken: TestContext.Current.CancellationToken)
                )
                .Message
        );
    }

    [Fact]
    public void Classes_are_known_by_name_whatever_their_numbers()
    {
        using var scope = NewDisposeScope();
        var known = new KnownLabel("side", ["left", "right"]);
        var swapped = Dataset.Images("swapped", new ImageSchema(2, 4, 1, 2), new byte[16], [new LabelColumn("side", [0, 1], ["right", "left"])]);
        var attached = KnownLabel.Attach([known], swapped, isRequired: true);
        Assert.Equal([0, 1, 1, 0], TensorBatches.Gather(attached, [0, 1]).narrow(1, 8, 2).Numbers().Select(value => (int)value));
        // The order of a selection is that of its records.
        Assert.Equal([1, 0, 0, 1], TensorBatches.Gather(attached.Select([1, 0]), [0, 1]).narrow(1, 8, 2).Numbers().Select(value => (int)value));
    }
}
