using Isthmus.Compression.Integer.Latents;
using Isthmus.Compression.Integer.Layers;
using Isthmus.Compute;
using Isthmus.Quantisation;
using static TorchSharp.torch;

namespace Isthmus.Tests.Quantisation;

/// <summary>Networks whose numbers lie far apart: each has an integer form, and it says what the network says.</summary>
public class NetworkQuantiserTests
{
    private const int Width = 24,
        Records = 200;
    private const double One = 4096;

    /// <summary>
    /// One layer over inputs of up to 8. The unit of an output's weights is its largest weight over 127, or at most three times (a largest weight of 1 after 3)
    /// what its constant has in 2^30 units of sum if that is more. Half of it is a weight's error, and again what the constant takes up on average; the rest is
    /// the last unit of an output, and of its multiplier 2^-29.
    /// </summary>
    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(0.00001, 0.00683)]
    [InlineData(1e-12, 10)]
    [InlineData(0, 3)]
    [InlineData(0, 0)]
    [InlineData(300, 1e-9)]
    [InlineData(1e-30, 1e-30)]
    [InlineData(0.01, -20)]
    public void Constants_of_any_size_fit(double weights, double constant)
    {
        TensorLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        var (w, b, inputs) = (weights * (rand([2, Width], generator: new Generator(1)) - 0.5), tensor([constant, 0.0], float32), Inputs());
        var network = Network(("output", w, b));
        OutputUnits[] units = [new(256), new(256, 1000)];
        var outputs = Outputs(Quantised(network, tensor(inputs).to(float32).view(Records, Width) / One, All, units, [0, 1]), inputs);
        var real = NetworkQuantiser.Numbers(network.call(tensor(inputs).to(float32).view(Records, Width) / One));
        for (var i = 0; i < outputs.Length; i++)
        {
            var begin = Math.Abs(i % 2 == 0 ? constant : 1000 / 256.0) + (Width * weights * 4);
            var unit = Math.Max(weights / 2 / 127, 3 * begin * One / (1 << 30));
            var meant = (real[i] * 256) + units[i % 2].Offset;
            Assert.InRange(outputs[i], meant - Tolerance(), meant + Tolerance());
            double Tolerance() => 1 + (256 * ((Width * 8 * unit) + (begin * Math.Pow(2, -28))));
        }
    }

    /// <summary>Of 600 inputs with the largest weights a sum would have 32 bits and more: the unit is coarser, and nothing overflows.</summary>
    [Fact]
    public void Many_inputs_fit()
    {
        TensorLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        const int Many = 600;
        var inputs = tensor(Enumerable.Repeat(1f, 2 * Many).Select((one, i) => i < Many ? one * 7.99f : -one * 7.99f).ToArray()).view(2, Many);
        var network = Network(("output", ones(1, Many), zeros(1)));
        var integers = Quantised(network, inputs, [.. Enumerable.Range(0, Many)], [new(256)], [0]);
        var outputs = new int[2];
        integers.Apply(
            [.. Enumerable.Repeat(LatentInput.Largest, Many).Concat(Enumerable.Repeat(-LatentInput.Largest, Many)).Select(value => (short)value)],
            2,
            outputs
        );
        // Weights of one size are exact in any unit.
        Assert.InRange(outputs[0], (Many * 8 * 256) - 600, (Many * 8 * 256) + 600);
        Assert.InRange(outputs[1], (-Many * 8 * 256) - 600, (-Many * 8 * 256) + 600);
    }

    /// <summary>Hidden layers that are dead, all zero, tiny or huge, before one that is not: no refusal, and outputs within 2 % of their largest.</summary>
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1e-6, 1)]
    [InlineData(1e-6, 1e5, 0)]
    [InlineData(1e5, 1e-5, 0)]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, -2)]
    [InlineData(1, 1, -1000)]
    public void Layers_of_any_size_fit(double first, double second, double bias)
    {
        TensorLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        var generator = new Generator(2);
        var inputs = Inputs();
        foreach (
            var activation in new Func<nn.Module<Tensor, Tensor>>[]
            {
                () => nn.ReLU(),
                () => new Isthmus.Models.Networks.Elu(),
                () => nn.Tanh(),
                () => new Isthmus.Models.Networks.Softplus(),
                () => nn.GELU(),
                () => nn.SiLU(),
            }
        )
        {
            var network = nn.Sequential(
                ("linear1", Linear(first * (rand([Width, Width], generator: generator) - 0.5), bias * ones(Width))),
                ("activation1", activation()),
                ("output", Linear(second * (rand([2, Width], generator: generator) - 0.5), tensor([0.5f, -3f])))
            );
            var real = NetworkQuantiser.Numbers(network.call(tensor(inputs).to(float32).view(Records, Width) / One));
            var outputs = Outputs(Quantised(network, tensor(inputs).to(float32).view(Records, Width) / One, All, [new(256), new(256)], [0, 1]), inputs);
            var largest = real.Max(Math.Abs);
            Assert.All(outputs.Zip(real), pair =>
                Assert.InRange(pair.First / 256.0, pair.Second - (0.02 * largest) - 0.004, pair.Second + (0.02 * largest) + 0.004)
            );
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_no_number_is_one_line(float value)
    {
        TensorLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        var x = zeros(2, Width);
        foreach (var (weight, bias) in new[] { (full([1, Width], value), zeros(1)), (ones(1, Width), full([1], value)) })
        {
            var e = Assert.Throws<InvalidInputException>(() => Quantised(Network(("output", weight, bias)), x, All, [new(256)], [0]));
            Assert.Contains("no finite number", e.Message);
        }
    }

    private static IntegerNetwork Quantised(nn.Module<Tensor, Tensor> network, Tensor x, int[] kept, OutputUnits[] units, int[] outputs) =>
        NetworkQuantiser.Quantise(network, NetworkQuantiser.Measure(network, x), One, LatentInput.Largest, kept, [.. kept.Select(_ => 1.0)], units, outputs);

    private static int[] All => [.. Enumerable.Range(0, Width)];

    private static short[] Inputs()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, Records * Width).Select(_ => (short)random.Next(-LatentInput.Largest, LatentInput.Largest + 1))];
    }

    private static int[] Outputs(IntegerNetwork network, short[] inputs)
    {
        var outputs = new int[Records * network.Outputs];
        network.Apply(inputs, Records, outputs);
        return outputs;
    }

    private static TorchSharp.Modules.Sequential Network((string Name, Tensor Weight, Tensor Bias) layer) =>
        nn.Sequential((layer.Name, Linear(layer.Weight, layer.Bias)));

    private static nn.Module<Tensor, Tensor> Linear(Tensor weight, Tensor bias)
    {
        using var noGradient = no_grad();
        var linear = nn.Linear(weight.shape[1], weight.shape[0]);
        linear.weight.copy_(weight);
        linear.bias!.copy_(bias);
        return linear;
    }
}
