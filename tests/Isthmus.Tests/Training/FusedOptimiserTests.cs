using System.Globalization;
using Isthmus.Compute;
using Isthmus.Models.Primitives;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Training;

public sealed class FusedOptimiserTests
{
    private const int Steps = 5;
    private const double Beta1 = 0.9,
        Beta2 = 0.999,
        Epsilon = 1e-8;

    static FusedOptimiserTests() => TensorLibrary.EnsureLoaded();

    private static Settings SettingsOf(string kind, double decay, double momentum) =>
        Settings.Empty.Overlay(
            new Dictionary<string, string>
            {
                ["optimizer"] = kind,
                ["weight-decay"] = decay.ToString(CultureInfo.InvariantCulture),
                ["momentum"] = momentum.ToString(CultureInfo.InvariantCulture),
            }
        );

    /// <summary>Step sizes that change, as a schedule's do.</summary>
    private static double RateOf(int step) => 0.02 / step;

    private static float[] GradientOf(int step, int count) => [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin(step * 1.7 + i * 0.9))];

    /// <summary>The papers' update rules, number by number, in float64.</summary>
    private static IEnumerable<double[]> Reference(double[] start, string kind, double weightDecay, double momentum)
    {
        var p = (double[])start.Clone();
        var (m, v) = (new double[p.Length], new double[p.Length]);
        for (var t = 1; t <= Steps; t++)
        {
            var gradient = GradientOf(t, p.Length);
            for (var i = 0; i < p.Length; i++)
            {
                double g = gradient[i];
                // Only the 4 x 3 weights decay, which come first; not the 4 biases.
                var decay = i < 12 ? weightDecay : 0;
                if (kind == "sgd")
                {
                    m[i] = momentum * m[i] + g + decay * p[i];
                    p[i] -= RateOf(t) * m[i];
                    continue;
                }
                // AdamW shrinks the weight itself (Loshchilov and Hutter 2019, algorithm 2); Adam's L2 goes through the moments.
                if (kind == "adamw")
                    p[i] -= RateOf(t) * decay * p[i];
                else
                    g += decay * p[i];
                m[i] = Beta1 * m[i] + (1 - Beta1) * g;
                v[i] = Beta2 * v[i] + (1 - Beta2) * g * g;
                p[i] -= RateOf(t) * (m[i] / (1 - Math.Pow(Beta1, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(Beta2, t))) + Epsilon);
            }
            yield return (double[])p.Clone();
        }
    }

    public static MatrixTheoryData<string, double, double, int> Updates() => new(["adam", "adamw", "sgd"], [0, 0.1], [0, 0.9], [0, 1, 3]);

    /// <summary>By ATen's kernels, and in one pass over gradients that slices of a batch left, each a share of them.</summary>
    [Theory]
    [MemberData(nameof(Updates))]
    public void Five_steps_equal_the_published_update(string kind, double decay, double momentum, int slices)
    {
        using var scope = NewDisposeScope();
        using var module = nn.Linear(3, 4);
        using var flat = new FlatParameters(module, slices: slices);
        using var optimiser = new FusedOptimiser(flat, SettingsOf(kind, decay, momentum));
        var start = flat.Values.Numbers();
        var step = 0;
        foreach (var expected in Reference(start, kind, decay, momentum))
        {
            step++;
            flat.Gradients.copy_(tensor(GradientOf(step, start.Length)));
            if (slices > 0)
                flat.Gradients.div_(slices);
            foreach (var slice in flat.Slices.Skip(1))
                slice.Rest.copy_(flat.Slices[0].Rest);
            optimiser.Step(RateOf(step));
            // float32: a weight below 1 is rounded to 6e-8 a few times a step; the update itself, below 0.02 * 5, has an
            // error of some 1e-6 of it. Five steps: 15 * 6e-8 + 5 * 1e-7 = 1.4e-6.
            foreach (var (reference, actual) in expected.Zip(flat.Values.Numbers()))
                Assert.Equal(reference, actual, 1.5e-6);
        }
        Assert.Equal(Steps, optimiser.State["steps"].Number());
        Assert.Equal(flat.Values.Numbers(), module.parameters().SelectMany(parameter => parameter.Numbers()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void In_turns_the_other_part_stands_still(bool encoderFirst)
    {
        using var scope = NewDisposeScope();
        using var module = nn.Sequential(("encoder", nn.Linear(3, 4)), ("decoder", nn.Linear(4, 2)));
        using var flat = new FlatParameters(module, name => name.StartsWith("encoder", StringComparison.Ordinal));
        using var optimiser = new FusedOptimiser(flat, SettingsOf("adamw", 0.1, 0.9));
        var before = module.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.Numbers());
        flat.Gradients.fill_(1);
        optimiser.Step(0.1, encoderFirst ? TrainedPart.Encoder : TrainedPart.Decoder);
        foreach (var (name, values) in module.state_dict())
            Assert.Equal(name.StartsWith("encoder", StringComparison.Ordinal) != encoderFirst, values.Numbers().SequenceEqual(before[name]));
        Assert.Equal(
            new[] { TrainedPart.Encoder, TrainedPart.Encoder, TrainedPart.Decoder, TrainedPart.Encoder },
            Enumerable.Range(0, 4).Select(epoch => new AlternatingSchedule(2).PartOf(5 * epoch + 3, 5, []))
        );
        Assert.Equal(TrainedPart.Both, new AlternatingSchedule(0).PartOf(7, 5, []));
        // By steps for as long as the rate grows from epoch to epoch.
        TrainedPart[] Steps(params double[] rates) => [.. Enumerable.Range(0, 4).Select(step => new AlternatingSchedule(0, 1).PartOf(step, 5, rates))];
        TrainedPart[] turns = [TrainedPart.Encoder, TrainedPart.Decoder, TrainedPart.Encoder, TrainedPart.Decoder];
        Assert.Equal(turns, Steps());
        Assert.Equal(turns, Steps(1, 2, 3));
        Assert.All(Steps(1, 2, 2), part => Assert.Equal(TrainedPart.Both, part));
        Assert.All(Steps(1, 0.5, 3), part => Assert.Equal(TrainedPart.Both, part));
    }

    [Fact]
    public void Restored_state_continues_as_if_never_stopped()
    {
        using var scope = NewDisposeScope();
        var settings = SettingsOf("adamw", 0.1, 0.9);
        using var module = nn.Linear(3, 4);
        using var flat = new FlatParameters(module);
        using var optimiser = new FusedOptimiser(flat, settings);
        void Take(FlatParameters parameters, FusedOptimiser with, int step)
        {
            parameters.Gradients.copy_(tensor(GradientOf(step, (int)parameters.Values.numel())));
            with.Step(RateOf(step));
        }
        Take(flat, optimiser, 1);
        Take(flat, optimiser, 2);

        using var copy = nn.Linear(3, 4);
        using var copyFlat = new FlatParameters(copy);
        using var restored = new FusedOptimiser(copyFlat, settings);
        using (no_grad())
        {
            copyFlat.Values.copy_(flat.Values);
            foreach (var (name, tensor) in optimiser.State)
                restored.State[name].copy_(tensor);
        }
        for (var step = 3; step <= Steps; step++)
        {
            Take(flat, optimiser, step);
            Take(copyFlat, restored, step);
        }
        Assert.Equal(flat.Values.Numbers(), copyFlat.Values.Numbers());
    }
}
