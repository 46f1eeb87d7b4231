using Isthmus.Compute;
using Isthmus.Data.Arrays;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Dictionaries;
using Isthmus.Models;
using Isthmus.Tests.Verbs;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Dictionaries;

/// <summary>Dictionaries that predict target activations from others: transcoders.</summary>
public sealed class TranscoderTests
{
    static TranscoderTests() => TensorLibrary.EnsureLoaded();

    private const int Inputs = 5,
        Targets = 3;

    // Three features, one on in each record: the input is one of three directions, the target another.
    private static (float[][] Inputs, float[][] Targets) Pairs(int count)
    {
        float[][] reads =
        [
            [1, 0, 2, 0, 0],
            [0, 3, 0, 0, -1],
            [0, 0, 0, 2, 1],
        ];
        float[][] writes =
        [
            [5, 0, 0],
            [0, -2, 2],
            [1, 1, 10],
        ];
        var strengths = Enumerable.Range(0, count).Select(i => 1 + 0.5f * MathF.Sin(1.3f * i)).ToArray();
        return (
            [.. Enumerable.Range(0, count).Select(i => Array.ConvertAll(reads[i % 3], number => number * strengths[i]))],
            [.. Enumerable.Range(0, count).Select(i => Array.ConvertAll(writes[i % 3], number => number * strengths[i]))]
        );
    }

    private static Dataset Data(int count) => Pairs(count) is var (inputs, targets) ? Vectors.WithTargets(inputs, targets) : null!;

    public static TheoryData<string> Presets => ["top-k-sae", "batch-top-k-sae", "jump-relu-sae", "gated-sae"];

    /// <summary>
    /// The loss by hand, in float64: half the squared error against the target alone, with the constant of a Gaussian of D_out numbers, and codes of the input
    /// alone.
    /// </summary>
    [Theory]
    [MemberData(nameof(Presets))]
    public void The_loss_is_against_the_targets_and_codes_depend_on_inputs_alone(string preset)
    {
        var specification = ModelSpecification.Resolve(
            preset,
            Data(4).Schema,
            Tiny.Settings($"latent=6 {(preset.Contains("top-k") ? "k=2" : "")}"),
            TrainingSettings.All
        );
        using var model = specification.Build(seed: 2);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        model.eval();
        manual_seed(1);
        var (x, other) = (randn(7, Inputs + Targets), randn(7, Inputs + Targets));
        var z = model.Encode(x, sample: false).Z;
        var swapped = cat([x.narrow(1, 0, Inputs), other.narrow(1, Inputs, Targets)], 1);
        Assert.Equal(z.Numbers(), model.Encode(swapped, sample: false).Z.Numbers());
        Assert.NotEqual(z.Numbers(), model.Encode(other, sample: false).Z.Numbers());
        var weights = model.state_dict();
        var columns = weights["decoder.weight"].to(float64);
        columns = columns / columns.norm(0, keepdim: true);
        var mean = z.to(float64).mm(columns.t()).add(weights["decoder.bias"]);
        var squared = (x.narrow(1, Inputs, Targets).to(float64) - mean).pow(2).sum(1);
        var expected = squared.mul(0.5).add(0.5 * Targets * Math.Log(2 * Math.PI));
        Assert.All(expected.Numbers().Zip((-model.LogLikelihood(x, z)).Numbers()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        // h = W x + c: no bias of another space is taken from the input.
        var head = x.narrow(1, 0, Inputs).mm(weights["encoder.linear.weight"].t()).add(weights["encoder.linear.bias"]);
        Assert.All(head.Numbers().Zip(model.Encoder.call(x).Numbers()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void It_learns_what_an_input_becomes_and_comes_back_from_its_file_the_same()
    {
        var data = Data(600);
        using var model = Autoencoders
            .TopKSae(latent: 12, k: 1)
            .Fit(
                data.Split(),
                new()
                {
                    Epochs = 60,
                    BatchSize = 32,
                    LearningRate = 0.01,
                    Threads = 1,
                }
            );
        var report = model.Evaluate(data.Split().Test);
        // One of three directions, exactly a multiple: all of the variance but what training leaves.
        Assert.InRange(report.Reconstruction.VarianceExplained!.Value, 0.9, 1);
        using var file = new MemoryStream();
        model.Save(file);
        file.Position = 0;
        using var loaded = TrainedModel.Load(file);
        Assert.Equal(Targets, ((VectorSchema)loaded.Specification.Schema).Targets);
        // Inputs alone are enough for codes and for predictions, in the targets' own units.
        var (inputs, targets) = Pairs(30);
        Assert.Equal(model.Encode(data).Take(30).SelectMany(row => row), loaded.Encode(Vectors.From(inputs)).SelectMany(row => row));
        var predicted = loaded.Reconstruct(Vectors.From(inputs));
        Assert.Equal((30, Targets), (predicted.Records.Count, predicted.Records[0].Length));
        // Products of one row and of many round in another order.
        Assert.All(predicted.Records[3].Zip(loaded.Reconstruct(inputs[3])), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.InRange(
            predicted.Records.Zip(targets).Average(pair => pair.First.Zip(pair.Second).Average(numbers => Math.Abs(numbers.First - numbers.Second))),
            0,
            0.8
        );
        Assert.Contains("has no target activations", Assert.Throws<InvalidInputException>(() => loaded.Evaluate(Vectors.From(inputs))).Message);
        Assert.Contains("predicts target activations", Assert.Throws<InvalidInputException>(() => SaeLens.Export(loaded, "no")).Message);
        Assert.Equal(12, DictionaryFeatures.Of(loaded, Vectors.From(inputs)).All.Count);
    }

    [Fact]
    public void Pairs_that_do_not_belong_together_and_models_that_do_not_predict_are_refused()
    {
        var (inputs, targets) = Pairs(9);
        Assert.Contains(
            "target activations have 8 rows, and vectors in memory has 9",
            Assert.Throws<InvalidInputException>(() => Vectors.WithTargets(inputs, targets[1..])).Message
        );
        Assert.Contains(
            "gives back what it sees, and the data have target activations",
            Assert.Throws<InvalidInputException>(() => Autoencoders.Vae().Fit(Data(40).Split(), new() { Epochs = 1 })).Message
        );
    }

    [Fact]
    public void The_commands_train_evaluate_encode_and_predict_streamed_or_not()
    {
        using var terminal = new Terminal();
        var (inputs, targets) = Pairs(300);
        NumpyWriter.Write(
            terminal.File("in.npy"),
            Inputs,
            [
                [.. inputs.SelectMany(row => row)],
            ]
        );
        NumpyWriter.Write(
            terminal.File("out.npy"),
            Targets,
            [
                [.. targets.SelectMany(row => row)],
            ]
        );
        foreach (var stream in new[] { "", " --stream" })
        {
            var name = stream.Length == 0 ? "whole" : "streamed";
            var trained = terminal.Json(
                $"train {{in.npy}} --target-activations {{out.npy}}{stream} --model top-k-sae --latent 12 --set k=1 --epochs 40 --set batch-size=16 "
                    + $"--set learning-rate=0.01 --threads 1 --name {name} -o {{runs}}"
            );
            Assert.InRange(trained.GetProperty("variance_explained").GetDouble(), 0.5, 1);
            Assert.Contains("--target-activations", File.ReadAllText(terminal.File($"runs/{name}/report.html")));
            // The data of training are found again with their targets.
            Assert.Equal(
                trained.GetProperty("variance_explained").GetDouble(),
                terminal.Json($"evaluate {{in.npy}} -m {{runs/{name}}} --threads 1").GetProperty("variance_explained").GetDouble()
            );
        }
        File.Copy(terminal.File("in.npy"), terminal.File("new.npy"));
        Assert.Contains("has no target activations", terminal.Refused("evaluate {new.npy} -m {runs/whole}"));
        terminal.Json("evaluate {new.npy} --target-activations {out.npy} -m {runs/whole}");
        Assert.Equal(300, terminal.Json("encode {new.npy} -m {runs/whole} -o {z.csv}").GetProperty("rows").GetInt32());
        terminal.Done("reconstruct {new.npy} -m {runs/whole} -o {y.csv}");
        Assert.EndsWith("y0,y1,y2", File.ReadLines(terminal.File("y.csv")).First());
        terminal.Done("sample --codes-of {in.npy} -m {runs/whole} --count 5 -o {s.csv}");
        Assert.Equal("y0,y1,y2", File.ReadLines(terminal.File("s.csv")).First());
        terminal.Done("features {new.npy} -m {runs/whole} -o {f.html}");
        Assert.Contains("take --model top-k-sae", terminal.Refused("train {in.npy} --target-activations {out.npy} --model vae --epochs 1 -o {runs}"));
        Assert.Contains("is for vectors", terminal.Refused("train {in.npy} --target-activations shapes --model top-k-sae --epochs 1 -o {runs}"));
    }
}
