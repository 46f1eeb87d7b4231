using Isthmus.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Compression.Integer;

/// <summary>
/// Turns a trained network into whole numbers. Weights of an output share a scale, the one of least squared error in the output among nine that
/// clip more and more; biases take up what rounding shifts on average; the ranges of sums and activations are those of calibration records,
/// with a quarter to spare.
/// </summary>
internal static class NetworkQuantiser
{
    /// <summary>Weights of 8 bits.</summary>
    public const int SByteWeight = 127;

    private const double Spare = 1.25;

    /// <summary>Half of what a sum may reach is the bias's, half the weights'.</summary>
    private const int LargestBias = 1 << 30;

    /// <summary>The network over whole numbers.</summary>
    /// <param name="network">Layers in order, as the fully connected networks have them.</param>
    /// <param name="inputs">Calibration records, N x inputs, as the network takes them.</param>
    /// <param name="one">One in the units of the whole-numbered inputs.</param>
    /// <param name="largestInput">Their largest magnitude.</param>
    /// <param name="kept">Which inputs are given at all; the others are 0.</param>
    /// <param name="units">Output after output (of the network's, which are <paramref name="outputs"/>), what it becomes.</param>
    /// <param name="outputs">Which of the network's outputs are wanted.</param>
    /// <param name="largestOutputWeight">Largest magnitude of a weight of the last layer.</param>
    /// <exception cref="InvalidInputException">A layer that has no integer form.</exception>
    public static IntegerNetwork Quantise(nn.Module<Tensor, Tensor> network, Tensor inputs, double one, int largestInput, int[] kept, OutputUnits[] units, int[] outputs, int largestOutputWeight = SByteWeight)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var layers = Layers(network, inputs);
        layers[0] = layers[0].WithInputs(kept);
        layers[^1] = layers[^1].WithOutputs(outputs);
        var quantised = layers.Select((layer, i) => Rounded(layer, i < layers.Length - 1 ? SByteWeight : largestOutputWeight)).ToArray();
        var made = new List<IntegerLayer>();
        var unit = 1 / one;
        for (var i = 0; i < layers.Length; i++)
        {
            var (layer, (weights, scales, shifts)) = (layers[i], quantised[i]);
            var largest = i + 1 < layers.Length ? Largest(quantised[i + 1].Weights, layers[i + 1].Inputs) : 0;
            var (kind, table, tableUnit) = Table(layer, largest);
            var multipliers = new double[layer.Outputs];
            var bias = new int[layer.Outputs];
            for (var o = 0; o < layer.Outputs; o++)
            {
                // A sum is the output in units of scale x unit.
                var sumUnit = scales[o] * unit;
                var first = kind != LayerKind.Gate || o < layer.Outputs / 2;
                var (scale, offset) = kind == LayerKind.Output ? units[o] : new((1 << 15) / (first ? layer.Range : layer.GateRange));
                multipliers[o] = sumUnit * scale;
                var begin = (layer.Bias[o] + shifts[o] + (offset / scale)) / sumUnit;
                if (!(Math.Abs(begin) <= LargestBias))
                    throw new InvalidInputException($"Layer {i + 1} has a bias of {layer.Bias[o]:G4}, too large beside its weights for 32-bit sums; train with a smaller learning rate, or with weight decay.");
                bias[o] = (int)Math.Round(begin);
            }
            var shift = Math.Clamp(30 - (int)Math.Ceiling(Math.Log2(multipliers.Max(Math.Abs))), 1, 62);
            made.Add(new(kind, new(layer.Inputs, layer.Outputs, weights, bias), [.. multipliers.Select(multiplier => (int)Math.Clamp(Math.Round(Math.ScaleB(multiplier, shift)), -int.MaxValue, int.MaxValue))], shift, table));
            unit = tableUnit;
        }
        return new(made, largestInput);
    }

    /// <summary>The largest magnitude of an input for which weights alone stay within half of 32 bits.</summary>
    private static int Largest(short[] weights, int inputs)
    {
        var mass = weights.Chunk(inputs).Max(row => row.Sum(weight => Math.Abs((int)weight)));
        return (int)Math.Min(short.MaxValue, ((long)int.MaxValue - LargestBias) / Math.Max(1, mass));
    }

    /// <summary>The non-linearity over the fixed point's range, and the value of one unit of what comes out.</summary>
    private static (LayerKind Kind, short[] Table, double Unit) Table(FloatLayer layer, int largest)
    {
        if (layer.Activation is not { } activation)
            return (LayerKind.Output, [], 0);
        var gated = layer.Gated;
        double At(int point) => activation((point - 256) / 256.0 * (gated ? layer.GateRange : layer.Range));
        var unit = gated ? 1.0 / largest : Enumerable.Range(0, IntegerLayer.TablePoints).Max(point => Math.Abs(At(point))) / largest;
        var table = Enumerable.Range(0, IntegerLayer.TablePoints).Select(point => (short)Math.Clamp(Math.Round(At(point) / unit), -largest, largest)).ToArray();
        return (gated ? LayerKind.Gate : LayerKind.Table, table, gated ? layer.Range / largest : unit);
    }

    private static (short[] Weights, double[] Scales, double[] Shifts) Rounded(FloatLayer layer, int largestWeight)
    {
        var weights = new short[layer.Outputs * layer.Inputs];
        var (scales, shifts) = (new double[layer.Outputs], new double[layer.Outputs]);
        for (var o = 0; o < layer.Outputs; o++)
        {
            var row = layer.Weights.AsSpan(o * layer.Inputs, layer.Inputs);
            var most = 0.0;
            foreach (var weight in row)
                most = Math.Max(most, Math.Abs(weight));
            var (best, least) = (Math.Max(most, 1e-12) / largestWeight, double.PositiveInfinity);
            for (var cut = 20; cut >= 12; cut--)
            {
                var scale = Math.Max(most, 1e-12) * cut / 20 / largestWeight;
                var error = 0.0;
                for (var i = 0; i < row.Length; i++)
                {
                    var off = row[i] - (scale * Whole(row[i], scale, largestWeight));
                    error += off * off * layer.InputSquares[i];
                }
                if (error < least)
                    (best, least) = (scale, error);
            }
            scales[o] = best;
            for (var i = 0; i < row.Length; i++)
            {
                weights[(o * layer.Inputs) + i] = Whole(row[i], best, largestWeight);
                shifts[o] += (row[i] - (best * weights[(o * layer.Inputs) + i])) * layer.InputMeans[i];
            }
        }
        // An output that sees nothing is its bias alone, in the coarsest unit of the others: as small a number as theirs.
        bool Sees(int o) => weights.AsSpan(o * layer.Inputs, layer.Inputs).ContainsAnyExcept((short)0);
        var coarsest = scales.Where((_, o) => Sees(o)).DefaultIfEmpty(1).Max();
        for (var o = 0; o < scales.Length; o++)
            if (!Sees(o))
                scales[o] = coarsest;
        return (weights, scales, shifts);
    }

    private static short Whole(double weight, double scale, int largest) => (short)Math.Clamp(Math.Round(weight / scale), -largest, largest);

    /// <summary>A linear layer, with normalisation folded in, and its non-linearity; ranges and moments are those of the calibration records.</summary>
    private sealed record FloatLayer(int Inputs, int Outputs, double[] Weights, double[] Bias, double[] InputMeans, double[] InputSquares, Func<double, double>? Activation, bool Gated, double Range, double GateRange)
    {
        public FloatLayer WithInputs(int[] kept) => this with
        {
            Inputs = kept.Length,
            Weights = [.. Enumerable.Range(0, Outputs).SelectMany(o => kept.Select(i => Weights[(o * Inputs) + i]))],
            InputMeans = [.. kept.Select(i => InputMeans[i])],
            InputSquares = [.. kept.Select(i => InputSquares[i])],
        };

        public FloatLayer WithOutputs(int[] kept) => this with { Outputs = kept.Length, Weights = [.. kept.SelectMany(o => Weights[(o * Inputs)..((o + 1) * Inputs)])], Bias = [.. kept.Select(o => Bias[o])] };
    }

    private static FloatLayer[] Layers(nn.Module<Tensor, Tensor> network, Tensor x)
    {
        var layers = new List<FloatLayer>();
        FloatLayer? pending = null;
        foreach (var (name, module) in network.named_children())
        {
            var next = ((nn.Module<Tensor, Tensor>)module).call(x);
            switch (module)
            {
                case MatrixProduct or Linear when module.get_parameter("weight") is { } weight && weight.dim() == 2:
                    pending = new((int)weight.shape[1], (int)weight.shape[0], Numbers(weight), Numbers(module.get_parameter("bias")!), Numbers(x.mean([0])), Numbers(x.square().mean([0])), null, false, 0, 0);
                    break;
                case BatchNorm1d norm when pending is not null:
                    // gamma (y - mean) / sqrt(variance + epsilon) + beta, in evaluation: a scale and a shift of each output.
                    pending = Scaled(pending, Numbers(norm.weight! / (norm.running_var! + norm.eps).sqrt()), Numbers(norm.bias! - (norm.running_mean! * norm.weight! / (norm.running_var! + norm.eps).sqrt())));
                    break;
                case Dropout:
                    break;
                case var _ when pending is not null && Activation(module) is { } activation:
                    var halves = module is GLU ? x.chunk(2, 1) : [x, x];
                    layers.Add(pending with { Activation = activation, Gated = module is GLU, Range = Spare * Reach(halves[0]), GateRange = Spare * Reach(halves[1]) });
                    pending = null;
                    break;
                default:
                    throw new InvalidInputException($"The model's layer '{name}' ({module.GetName()}) has no integer form yet; archives take models of --net mlp with norm=none or norm=batch.");
            }
            x = next;
        }
        layers.Add(pending ?? throw new InvalidInputException("The model's network ends with no linear layer; archives take models of --net mlp."));
        return [.. layers];
    }

    private static FloatLayer Scaled(FloatLayer layer, double[] scale, double[] shift) => layer with
    {
        Weights = [.. layer.Weights.Select((weight, i) => weight * scale[i / layer.Inputs])],
        Bias = [.. layer.Bias.Select((bias, o) => (bias * scale[o]) + shift[o])],
    };

    private static Func<double, double>? Activation(nn.Module module) => module switch
    {
        ReLU => t => Math.Max(t, 0),
        ELU => t => t > 0 ? t : Math.Exp(t) - 1,
        SiLU => t => t / (1 + Math.Exp(-t)),
        GELU => t => t * Phi(t),
        Tanh => Math.Tanh,
        GLU => t => 1 / (1 + Math.Exp(-t)),
        _ => null,
    };

    private static double Phi(double t)
    {
        using var scope = NewDisposeScope();
        return 0.5 * (1 + tensor(t / Math.Sqrt(2), float64).erf().item<double>());
    }

    private static double Reach(Tensor sums) => Math.Max(sums.abs().max().ToDouble(), 1e-6);

    /// <summary>A tensor's numbers, row after row.</summary>
    /// <exception cref="InvalidInputException">One is not finite.</exception>
    internal static double[] Numbers(Tensor values)
    {
        using var scope = NewDisposeScope();
        var numbers = values.detach().to(float64).cpu().contiguous().data<double>().ToArray();
        return Array.TrueForAll(numbers, double.IsFinite) ? numbers : throw new InvalidInputException("The model has a weight or an activation that is no finite number; train it again with a smaller learning rate.");
    }
}
