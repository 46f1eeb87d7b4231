using Isthmus.Compression.Integer.Layers;
using Isthmus.Compression.Integer.Likelihoods;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using static TorchSharp.torch;

namespace Isthmus.Quantisation;

/// <summary>
/// Quantises a trained local context to whole numbers. Weights of an output share a power of two, the largest at which they stay within 12 bits, so that sums
/// are scaled back by shifts alone; hidden units get as many bits as the outputs' sums have room for, over the range of calibration records and a quarter more.
/// Floating point is allowed here: it is done once.
/// </summary>
internal static class LocalContextQuantiser
{
    private const int LargestWeight = 4095;

    /// <summary>Largest value of one in a network's inputs, and the half of 32 bits left to sums beside their bias.</summary>
    private const int LargestOne = 1 << 12,
        HalfRange = 1 << 30;

    /// <summary>Largest bias and shift: with half of a shift by one more than 30, a bias could leave its half of 32 bits.</summary>
    private const int LargestBias = HalfRange / 2,
        MostExponent = 30,
        LeastExponent = -1000;

    private const double Spare = 1.25;

    /// <summary>Measures on records: the largest magnitude of each feature and of each hidden unit.</summary>
    /// <param name="context">The trained likelihood.</param>
    /// <param name="x">Calibration records, N x D.</param>
    /// <param name="features">The decoder's outputs for them, N x (F D).</param>
    /// <param name="numbers">Receives the measurements.</param>
    /// <param name="name">Prefix of the measurements' names.</param>
    public static void Measure(LocalContextLikelihood context, Tensor x, Tensor features, Dictionary<string, float[]> numbers, string name)
    {
        var rows = context.ParametersPerDimension * context.Image.Channels;
        numbers[$"{name}.features"] = Largest(features.reshape(-1, rows, context.Image.Height * context.Image.Width).abs().amax([0L, 2]));
        numbers[$"{name}.hidden"] = Largest(context.Hidden(x, features).Units.amax([0L]));

        static float[] Largest(Tensor numbers) => [.. NetworkQuantiser.Numbers(numbers).Select(number => (float)number)];
    }

    /// <summary>Returns the likelihood, and the units of each of the decoder's outputs.</summary>
    /// <param name="context">The trained likelihood.</param>
    /// <param name="image">Schema of a record.</param>
    /// <param name="calibration">Measurements of <see cref="Measure"/>.</param>
    /// <param name="name">Prefix of the measurements' names.</param>
    /// <param name="pixel">The distribution of a pixel, and the units of its parameters.</param>
    public static (IntegerLocalContext Likelihood, OutputUnits[] Decoder) Quantise(
        LocalContextLikelihood context,
        ImageSchema image,
        Calibration calibration,
        string name,
        (IntegerPixel Distribution, OutputUnits[] Units) pixel
    )
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (places, rows) = (image.Height * image.Width, context.ParametersPerDimension * image.Channels);
        var (toHidden, hiddenBias, toOutput, outputBias) = (
            NetworkQuantiser.Numbers(context.Weights.Hidden),
            NetworkQuantiser.Numbers(context.Weights.HiddenBias),
            NetworkQuantiser.Numbers(context.Weights.Output),
            NetworkQuantiser.Numbers(context.Weights.OutputBias)
        );
        var (units, known) = (hiddenBias.Length, IntegerLocalContext.Known(image, context.Reach));
        var inputs = known + rows;
        // Every input at its largest with every weight at its largest is to stay within half of 32 bits.
        var pixelUnit = (int)Math.Clamp(HalfRange / ((long)LargestWeight * inputs * (image.Levels - 1)), 1, LargestOne / (image.Levels - 1));
        var one = pixelUnit * (image.Levels - 1);
        var largestWeight = (int)Math.Min(LargestWeight, HalfRange / ((long)inputs * one));
        var ranges = calibration.Of($"{name}.features", rows);
        var scales = ranges.Select(range => one / (Spare * Math.Max(range, 1e-6))).ToArray();
        var weights = toHidden.Select((weight, i) => weight / (i % inputs < known ? one : scales[(i % inputs) - known])).ToArray();
        var hidden = Rounded(weights, hiddenBias, inputs, largestWeight, LeastExponent, out var exponents);
        var reach = calibration.Of($"{name}.hidden", units);
        for (var most = 1 << 14; ; most >>= 1)
        {
            // A hidden unit is worth 2^-kept: the shift is the least at which its range keeps within the bits.
            var kept = exponents
                .Select((exponent, unit) => Math.Min(exponent, (int)Math.Floor(Math.Log2(most / (Spare * Math.Max(reach[unit], 1e-6))))))
                .ToArray();
            var shifts = exponents.Select((exponent, unit) => Math.Min(MostExponent, exponent - kept[unit])).ToArray();
            var outputs = outputBias.Length;
            var perChannel = outputs / image.Channels;
            var width = units / image.Channels;
            double UnitOf(int output) => pixel.Units[output % perChannel].Scale;
            var scaled = toOutput
                .Select(
                    (weight, i) =>
                        weight
                        * UnitOf(i / width)
                        * Math.ScaleB(1, shifts[(i / width / perChannel * width) + (i % width)] - exponents[(i / width / perChannel * width) + (i % width)])
                )
                .ToArray();
            var bias = outputBias.Select((value, output) => (value * UnitOf(output)) + pixel.Units[output % perChannel].Offset).ToArray();
            var last = Rounded(scaled, bias, width, LargestWeight, leastExponent: 0, out var outputExponents);
            if (last.LargestInput < most && most > 255)
                continue;
            var network = new ContextNetwork(
                image.Channels,
                Halved(hidden, shifts),
                [.. shifts.Select(shift => (byte)shift)],
                Halved(last, outputExponents),
                [.. outputExponents.Select(exponent => (byte)exponent)]
            );
            return (
                new(image, pixel.Distribution, context.ParametersPerDimension, context.Reach, pixelUnit, network),
                [.. Enumerable.Range(0, rows * places).Select(i => new OutputUnits(scales[i / places]))]
            );
        }
    }

    /// <summary>
    /// Rounds rows in units of 2^-exponent, as large as weights and bias allow. Hidden units may have any power of two as unit. Outputs of the network are in
    /// the units that a pixel takes, so their exponents are at least 0: larger numbers are cut off, which happens only far beyond what affects a pixel.
    /// </summary>
    private static IntegerLinear Rounded(double[] weights, double[] bias, int inputs, int largest, int leastExponent, out int[] exponents)
    {
        exponents =
        [
            .. bias.Select(
                (value, row) =>
                {
                    var most = Math.Max(weights.AsSpan(row * inputs, inputs).ToArray().Max(Math.Abs), 1e-12);
                    var exponent = Math.Min(Math.Log2(largest / most), Math.Log2(LargestBias / Math.Max(Math.Abs(value), 1e-12)));
                    return (int)Math.Clamp(Math.Floor(exponent), leastExponent, MostExponent);
                }
            ),
        ];
        var powers = exponents;
        double Cut(double value, int row, int most) => Math.Clamp(Math.Round(Math.ScaleB(value, powers[row])), -most, most);
        return new(
            inputs,
            bias.Length,
            [.. weights.Select((weight, i) => (short)Cut(weight, i / inputs, largest))],
            [.. bias.Select((value, row) => (int)Cut(value, row, LargestBias))]
        );
    }

    /// <summary>Adds half a unit of the result of the shift, so that shifts round.</summary>
    private static IntegerLinear Halved(IntegerLinear linear, int[] shifts) =>
        new(
            linear.Inputs,
            linear.Outputs,
            linear.Weights.ToArray(),
            [.. linear.Bias.ToArray().Select((bias, row) => bias + (shifts[row] == 0 ? 0 : 1 << (shifts[row] - 1)))]
        );
}
