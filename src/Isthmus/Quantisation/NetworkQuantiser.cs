using Isthmus.Compression.Integer.Layers;
using Isthmus.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Quantisation;

/// <summary>
/// Quantises a trained network to whole numbers. Weights of an output share a scale, the one of smallest squared error in the output among nine that clip more
/// and more; the largest weight is halved as often as needed for the output's constant to fit its sums; biases absorb the mean shift of rounding; the ranges of
/// sums and activations are those of calibration records, with a quarter to spare.
/// </summary>
internal static class NetworkQuantiser
{
    /// <summary>Weights of 8 bits.</summary>
    public const int SByteWeight = 127;

    private const double Spare = 1.25;

    /// <summary>Largest bias: half of the range of a sum is for the bias, half for the weights.</summary>
    private const int LargestBias = 1 << 30;

    /// <summary>Largest weight of what a residual block adds to its sums.</summary>
    private const int MostTimes = 1 << 14;

    /// <summary>Returns the network in whole numbers.</summary>
    /// <param name="network">Layers in order, as the fully connected networks have them.</param>
    /// <param name="statistics">Statistics of <see cref="Measure"/>, layer by layer.</param>
    /// <param name="one">One in the units of the whole-numbered inputs.</param>
    /// <param name="largestInput">Their largest magnitude.</param>
    /// <param name="kept">Indices of the inputs that are given; the others are 0.</param>
    /// <param name="gains">For each given input, the value that 1 stands for.</param>
    /// <param name="units">Output after output (of the network's, which are <paramref name="outputs"/>), what it becomes.</param>
    /// <param name="outputs">Indices of the network's outputs that are wanted.</param>
    /// <param name="largestOutputWeight">Largest magnitude of a weight of the last layer.</param>
    /// <exception cref="InvalidInputException">A layer that has no integer form.</exception>
    public static IntegerNetwork Quantise(
        nn.Module<Tensor, Tensor> network,
        IReadOnlyList<LayerStatistics> statistics,
        double one,
        int largestInput,
        int[] kept,
        double[] gains,
        OutputUnits[] units,
        int[] outputs,
        int largestOutputWeight = SByteWeight
    )
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var layers = Layers(network, statistics);
        if (layers[0].Shape is null)
            layers[0] = layers[0].WithInputs(kept, gains);
        else if (kept.Length != layers[0].Shape!.Inputs || gains.Any(gain => gain != 1))
            throw new InvalidOperationException("A network that begins with a convolution takes all inputs, each as it is.");
        if (layers[^1].Shape is { } last)
            units = OfChannels(units, last.OutPixels);
        else
            layers[^1] = layers[^1].WithOutputs(outputs);
        return Whole(layers, one, largestInput, units, largestOutputWeight);
    }

    /// <summary>Returns one linear map in whole numbers, as a network of one layer whose weights are rounded without measurements.</summary>
    /// <param name="weight">Weights, outputs x inputs.</param>
    /// <param name="bias">Bias of each output.</param>
    /// <param name="squares">Mean square of each input, by which errors of rounding are weighed.</param>
    /// <param name="one">One in the units of the whole-numbered inputs.</param>
    /// <param name="largestInput">Their largest magnitude.</param>
    /// <param name="units">Output after output, what it becomes.</param>
    /// <param name="largestWeight">Largest magnitude of a weight.</param>
    public static IntegerNetwork Linear(
        double[] weight,
        double[] bias,
        double[] squares,
        double one,
        int largestInput,
        OutputUnits[] units,
        int largestWeight = SByteWeight
    ) =>
        Whole(
            [new(squares.Length, bias.Length, weight, bias, new double[squares.Length], squares, null, false, 1, 1, null, 0)],
            one,
            largestInput,
            units,
            largestWeight
        );

    private static IntegerNetwork Whole(FloatLayer[] layers, double one, int largestInput, OutputUnits[] units, int largestOutputWeight)
    {
        int LargestWeight(int layer) => layer < layers.Length - 1 ? SByteWeight : largestOutputWeight;
        var quantised = layers.Select((layer, i) => Rounded(layer, LargestWeight(i))).ToArray();
        var made = new List<IntegerLayer>();
        var (unit, given) = (1 / one, largestInput);
        // Of the outputs of each layer: what one stands for, and the largest.
        var outputUnits = new List<(double Unit, int Largest)>();
        for (var i = 0; i < layers.Length; i++)
        {
            var (layer, (weights, scales, shifts)) = (layers[i], quantised[i]);
            var largest = i + 1 < layers.Length ? Largest(quantised[i + 1].Weights, layers[i + 1].Inputs) : 0;
            var (kind, table, tableUnit) = Table(layer, largest, isLast: i == layers.Length - 1);
            var multipliers = new double[layer.Outputs];
            var bias = new int[layer.Outputs];
            var residual = layer.Back > 0 ? new ResidualWeights(layer.Back, new int[layer.Outputs]) : null;
            var (added, most) = layer.Back > 0 ? outputUnits[i - layer.Back] : (0.0, 0);
            for (var o = 0; o < layer.Outputs; o++)
            {
                // A sum is the output in units of scale x unit.
                var first = kind != LayerKind.Gate || o < layer.Outputs / 2;
                var (scale, offset) = kind == LayerKind.Output ? units[o] : new((1 << 15) / (first ? layer.Range : layer.GateRange));
                var row = weights.AsSpan(o * layer.Inputs, layer.Inputs);
                double Constant() => layer.Bias[o] + shifts[o] + (offset / scale);
                // A weight is then off by half a unit, so its product by at most 2^14 units: beside a constant of 2^29 the last of 16 bits.
                Align(row);
                for (
                    var halved = LargestWeight(i) / 2;
                    !Fits(Constant() / (scales[o] * unit), row, given, (long)(residual?.Weights[o] ?? 0) * most);
                    halved /= 2
                )
                {
                    (scales[o], shifts[o]) = halved > 0 ? Rounded(layer, o, halved, row) : (2 * scales[o], Round(layer, o, scales[o], 0, row));
                    Align(row);
                }
                multipliers[o] = scales[o] * unit * scale;
                bias[o] = (int)Math.Round(Constant() / (scales[o] * unit));

                // What is added is a whole number of times the unit of a sum, which is changed for it to be: by half of that number's last digit at most.
                void Align(Span<short> rounded)
                {
                    if (residual is null)
                        return;
                    var times = (int)Math.Min(Math.Round(added / (scales[o] * unit)), MostTimes);
                    residual.Weights[o] = times;
                    if (times == 0)
                        return;
                    scales[o] = added / (times * unit);
                    shifts[o] = Round(layer, o, scales[o], LargestWeight(i), rounded);
                }
            }
            var shift = Math.Clamp(30 - (int)Math.Ceiling(Math.Log2(multipliers.Max(Math.Abs))), 1, 62);
            made.Add(
                new(
                    kind,
                    new(layer.Inputs, layer.Outputs, weights, bias),
                    [.. multipliers.Select(multiplier => (int)Math.Clamp(Math.Round(Math.ScaleB(multiplier, shift)), -int.MaxValue, int.MaxValue))],
                    shift,
                    table,
                    layer.Shape,
                    residual
                )
            );
            (unit, given) = (tableUnit, largest);
            outputUnits.Add((tableUnit, largest));
        }
        return new(made, largestInput);
    }

    /// <summary>Returns the units of a convolution's channels, from those of all its outputs, planes one after another.</summary>
    private static OutputUnits[] OfChannels(OutputUnits[] units, int pixels)
    {
        var planes = units.Chunk(pixels).ToArray();
        return planes.All(plane => plane.Distinct().Count() == 1)
            ? [.. planes.Select(plane => plane[0])]
            : throw new InvalidOperationException("Outputs of one channel have one unit.");
    }

    /// <summary>
    /// Returns true if a sum that begins with <paramref name="constant"/> cannot leave 32 bits, its inputs up to <paramref name="given"/> and with up to
    /// <paramref name="added"/> besides; false for a constant that is not finite.
    /// </summary>
    private static bool Fits(double constant, ReadOnlySpan<short> row, int given, long added)
    {
        if (!double.IsFinite(constant))
            throw NotFinite();
        var mass = 0L;
        foreach (var weight in row)
            mass += Math.Abs((int)weight);
        return Math.Abs(constant) <= LargestBias && (mass * given) + Math.Ceiling(Math.Abs(constant)) + added <= int.MaxValue;
    }

    /// <summary>Returns the largest magnitude of an input for which weights alone stay within half of 32 bits.</summary>
    private static int Largest(short[] weights, int inputs)
    {
        var mass = weights.Chunk(inputs).Max(row => row.Sum(weight => Math.Abs((int)weight)));
        return (int)Math.Min(short.MaxValue, ((long)int.MaxValue - LargestBias) / Math.Max(1, mass));
    }

    /// <summary>Returns the non-linearity over the fixed point's range, and the value of one unit of its output.</summary>
    private static (LayerKind Kind, short[] Table, double Unit) Table(FloatLayer layer, int largest, bool isLast)
    {
        if (isLast)
            return (LayerKind.Output, [], 0);
        var activation = layer.Activation ?? (t => t);
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
            (scales[o], shifts[o]) = Rounded(layer, o, largestWeight, weights.AsSpan(o * layer.Inputs, layer.Inputs));
        // An output that sees nothing is its bias alone, in the coarsest unit of the others: as small a number as theirs.
        bool Sees(int o) => weights.AsSpan(o * layer.Inputs, layer.Inputs).ContainsAnyExcept((short)0);
        var coarsest = scales.Where((_, o) => Sees(o)).DefaultIfEmpty(scales[0]).Max();
        for (var o = 0; o < scales.Length; o++)
            if (!Sees(o))
                scales[o] = coarsest;
        return (weights, scales, shifts);
    }

    /// <summary>Rounds the weights of an output to the scale of smallest squared error.</summary>
    /// <returns>The scale, and the mean decrease of the output by rounding.</returns>
    private static (double Scale, double Shift) Rounded(FloatLayer layer, int output, int largest, Span<short> rounded)
    {
        var row = layer.Weights.AsSpan(output * layer.Inputs, layer.Inputs);
        var most = 0.0;
        foreach (var weight in row)
            most = Math.Max(most, Math.Abs(weight));
        var (best, least) = (Math.Max(most, 1e-12) / largest, double.PositiveInfinity);
        for (var cut = 20; cut >= 12; cut--)
        {
            var scale = Math.Max(most, 1e-12) * cut / 20 / largest;
            var error = 0.0;
            for (var i = 0; i < row.Length; i++)
            {
                var off = row[i] - (scale * Whole(row[i], scale, largest));
                error += off * off * layer.InputSquares[i];
            }
            if (error < least)
                (best, least) = (scale, error);
        }
        return (best, Round(layer, output, best, largest, rounded));
    }

    /// <summary>Rounds the weights of an output to a scale.</summary>
    /// <returns>The mean decrease of the output by rounding.</returns>
    private static double Round(FloatLayer layer, int output, double scale, int largest, Span<short> rounded)
    {
        var shift = 0.0;
        for (var i = 0; i < rounded.Length; i++)
        {
            var weight = layer.Weights[(output * layer.Inputs) + i];
            rounded[i] = Whole(weight, scale, largest);
            shift += (weight - (scale * rounded[i])) * layer.InputMeans[i];
        }
        return shift;
    }

    private static short Whole(double weight, double scale, int largest) => (short)Math.Clamp(Math.Round(weight / scale), -largest, largest);

    /// <summary>A linear layer, with normalisation folded in, and its non-linearity; ranges and moments are those of the calibration records.</summary>
    private sealed record FloatLayer(
        int Inputs,
        int Outputs,
        double[] Weights,
        double[] Bias,
        double[] InputMeans,
        double[] InputSquares,
        Func<double, double>? Activation,
        bool Gated,
        double Range,
        double GateRange,
        ConvolutionShape? Shape,
        int Back
    )
    {
        public FloatLayer WithInputs(int[] kept, double[] gains) =>
            this with
            {
                Inputs = kept.Length,
                Weights = [.. Enumerable.Range(0, Outputs).SelectMany(o => kept.Zip(gains, (i, gain) => Weights[(o * Inputs) + i] * gain))],
                InputMeans = [.. kept.Zip(gains, (i, gain) => InputMeans[i] / gain)],
                InputSquares = [.. kept.Zip(gains, (i, gain) => InputSquares[i] / gain / gain)],
            };

        public FloatLayer WithOutputs(int[] kept) =>
            this with
            {
                Outputs = kept.Length,
                Weights = [.. kept.SelectMany(o => Weights[(o * Inputs)..((o + 1) * Inputs)])],
                Bias = [.. kept.Select(o => Bias[o])],
            };
    }

    /// <summary>Measures every layer in order on records: the moments of its inputs and the reach of its sums.</summary>
    /// <param name="network">Layers in order, as the fully connected networks have them.</param>
    /// <param name="x">Calibration records, N x inputs, as the network takes them.</param>
    /// <exception cref="InvalidInputException">A layer that has no integer form, or numbers that are not finite.</exception>
    public static LayerStatistics[] Measure(nn.Module<Tensor, Tensor> network, Tensor x)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var found = new List<LayerStatistics>();
        var outputs = new List<Tensor>();
        var steps = NetworkStep.Of(network);
        foreach (var (i, step) in steps.Index())
        {
            x = step.Given(x);
            long[] others = step.Shape is null ? [0] : [0, 2, 3];
            var (means, squares) = (Numbers(x.mean(others)), Numbers(x.Square().mean(others)));
            var (reach, gateReach) = (LayerStatistics.LeastReach, LayerStatistics.LeastReach);
            if (i < steps.Count - 1)
            {
                var sums = step.Linear(x);
                sums = step.Norm?.call(sums) ?? sums;
                if (step.Back > 0)
                    sums = sums.Plus(outputs[i - step.Back].reshape(sums.shape));
                var halves = step.Activation is GLU ? sums.chunk(2, 1) : [sums, sums];
                (reach, gateReach) = (Reach(halves[0]), Reach(halves[1]));
                x = step.Activation?.call(sums) ?? sums;
                outputs.Add(x);
            }
            found.Add(new([.. means.Select(mean => (float)mean)], [.. squares.Select(square => (float)square)], reach, gateReach));
        }
        return [.. found];
    }

    /// <summary>Throws unless every layer has an integer form.</summary>
    /// <exception cref="InvalidInputException">One has none.</exception>
    public static void Demand(nn.Module<Tensor, Tensor> network) => NetworkStep.Of(network);

    /// <summary>Returns the number of inputs of each layer that have moments of their own.</summary>
    public static int[] Moments(nn.Module<Tensor, Tensor> network) => [.. NetworkStep.Of(network).Select(step => step.Moments)];

    private static FloatLayer[] Layers(nn.Module<Tensor, Tensor> network, IReadOnlyList<LayerStatistics> statistics) =>
        [.. NetworkStep.Of(network).Zip(statistics, Layer)];

    private static FloatLayer Layer(NetworkStep step, LayerStatistics statistics)
    {
        // A window sees a channel's pixels, whose moments are the same wherever they are.
        double[] OfInputs(float[] moments) => [.. Enumerable.Range(0, (int)step.Weight.shape[1]).Select(i => (double)moments[i % moments.Length])];
        FloatLayer layer = new(
            (int)step.Weight.shape[1],
            (int)step.Weight.shape[0],
            Numbers(step.Weight),
            step.Bias is null ? new double[step.Weight.shape[0]] : Numbers(step.Bias),
            OfInputs(statistics.InputMeans),
            OfInputs(statistics.InputSquares),
            step.Activation is null ? null : ActivationOf(step.Activation),
            step.Activation is GLU,
            Spare * statistics.Reach,
            Spare * statistics.GateReach,
            step.Shape,
            step.Back
        );
        if (step.Norm is { } norm)
            // gamma (y - mean) / sqrt(variance + epsilon) + beta, in evaluation: a scale and a shift of each output.
            layer = Scaled(
                layer,
                Numbers(norm.weight! / norm.running_var!.Plus(norm.eps).sqrt()),
                Numbers(norm.bias! - (norm.running_mean! * norm.weight! / norm.running_var!.Plus(norm.eps).sqrt()))
            );
        if (step.From is { ChannelsLast: var inputs })
            layer = layer.WithInputs(inputs, [.. inputs.Select(_ => 1.0)]);
        return step.To is { ChannelsLast: var outputs } ? layer.WithOutputs(outputs) : layer;
    }

    private static FloatLayer Scaled(FloatLayer layer, double[] scale, double[] shift) =>
        layer with
        {
            Weights = [.. layer.Weights.Select((weight, i) => weight * scale[i / layer.Inputs])],
            Bias = [.. layer.Bias.Select((bias, o) => (bias * scale[o]) + shift[o])],
        };

    /// <summary>Returns a non-linearity of the layers as a function of numbers; null for any other module.</summary>
    internal static Func<double, double>? ActivationOf(nn.Module module) =>
        module switch
        {
            ReLU => t => Math.Max(t, 0),
            Models.Networks.Elu => t => t > 0 ? t : Math.Exp(t) - 1,
            SiLU => t => t / (1 + Math.Exp(-t)),
            Models.Networks.Softplus => t => Math.Max(t, 0) + Math.Log(1 + Math.Exp(-Math.Abs(t))),
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

    private static float Reach(Tensor sums) => Math.Max((float)Numbers(sums.abs().max().view(1))[0], LayerStatistics.LeastReach);

    /// <summary>Returns a tensor's numbers, row after row.</summary>
    /// <exception cref="InvalidInputException">One is not finite.</exception>
    internal static double[] Numbers(Tensor values)
    {
        using var scope = NewDisposeScope();
        var numbers = values.detach().to(float64).cpu().contiguous().data<double>().ToArray();
        return Array.TrueForAll(numbers, double.IsFinite) ? numbers : throw NotFinite();
    }

    private static InvalidInputException NotFinite() =>
        new("The model", "has a weight or an activation that is no finite number", "train it again with a smaller learning rate");
}
