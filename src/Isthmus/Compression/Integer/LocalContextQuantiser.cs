using Isthmus.Data;
using Isthmus.Models.Likelihoods;
using static TorchSharp.torch;

namespace Isthmus.Compression.Integer;

/// <summary>
/// Turns a trained local context into whole numbers. Weights of an output share a power of two, the largest at which they stay within 12 bits,
/// so that shifts alone bring sums back; hidden units get as many bits as the outputs' sums have room for, over the range of calibration records and
/// a quarter more. Floating point is allowed: it is done once.
/// </summary>
internal static class LocalContextQuantiser
{
    private const int LargestWeight = 4095;

    /// <summary>What one is in a network's inputs at most, and what half of 32 bits leaves to sums beside their bias.</summary>
    private const int LargestOne = 1 << 12, HalfRange = 1 << 30;

    private const double Spare = 1.25;

    /// <summary>The likelihood, and what each of the decoder's outputs becomes.</summary>
    /// <param name="context">The trained likelihood.</param>
    /// <param name="image">What a record is.</param>
    /// <param name="x">Calibration records, N x D.</param>
    /// <param name="features">The decoder's outputs for them, N x (F D).</param>
    /// <param name="pixel">The distribution of a pixel, and the units of its parameters.</param>
    public static (IntegerLocalContext Likelihood, OutputUnits[] Decoder) Quantise(LocalContextLikelihood context, ImageSchema image, Tensor x, Tensor features, (IntegerPixel Distribution, OutputUnits[] Units) pixel)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (places, rows) = (image.Height * image.Width, context.ParametersPerDimension * image.Channels);
        var (toHidden, hiddenBias, toOutput, outputBias) = (NetworkQuantiser.Numbers(context.Weights.Hidden), NetworkQuantiser.Numbers(context.Weights.HiddenBias), NetworkQuantiser.Numbers(context.Weights.Output), NetworkQuantiser.Numbers(context.Weights.OutputBias));
        var (units, known) = (hiddenBias.Length, IntegerLocalContext.Known(image, context.Reach));
        var inputs = known + rows;
        // Every input at its largest with every weight at its largest is to stay within half of 32 bits.
        var pixelUnit = (int)Math.Clamp(HalfRange / ((long)LargestWeight * inputs * (image.Levels - 1)), 1, LargestOne / (image.Levels - 1));
        var one = pixelUnit * (image.Levels - 1);
        var largestWeight = (int)Math.Min(LargestWeight, HalfRange / ((long)inputs * one));
        var ranges = NetworkQuantiser.Numbers(features.reshape(-1, rows, places).abs().amax([0L, 2]));
        var scales = ranges.Select(range => one / (Spare * Math.Max(range, 1e-6))).ToArray();
        var weights = toHidden.Select((weight, i) => weight / (i % inputs < known ? one : scales[(i % inputs) - known])).ToArray();
        var hidden = Rounded(weights, hiddenBias, inputs, largestWeight, out var exponents);
        var reach = NetworkQuantiser.Numbers(context.Hidden(x, features).Units.amax([0L]));
        for (var most = 1 << 14; ; most >>= 1)
        {
            // A hidden unit is worth 2^-kept: the shift is the least at which its range keeps within the bits.
            var kept = exponents.Select((exponent, unit) => Math.Min(exponent, (int)Math.Floor(Math.Log2(most / (Spare * Math.Max(reach[unit], 1e-6)))))).ToArray();
            var shifts = exponents.Select((exponent, unit) => Math.Min(31, exponent - kept[unit])).ToArray();
            var outputs = outputBias.Length;
            var perChannel = outputs / image.Channels;
            var width = units / image.Channels;
            double UnitOf(int output) => pixel.Units[output % perChannel].Scale;
            var scaled = toOutput.Select((weight, i) => weight * UnitOf(i / width) * Math.ScaleB(1, shifts[(i / width / perChannel * width) + (i % width)] - exponents[(i / width / perChannel * width) + (i % width)])).ToArray();
            var bias = outputBias.Select((value, output) => (value * UnitOf(output)) + pixel.Units[output % perChannel].Offset).ToArray();
            var last = Rounded(scaled, bias, width, LargestWeight, out var outputExponents);
            if (last.LargestInput < most && most > 255)
                continue;
            var network = new ContextNetwork(image.Channels, Halved(hidden, shifts), [.. shifts.Select(shift => (byte)shift)], Halved(last, outputExponents), [.. outputExponents.Select(exponent => (byte)exponent)]);
            return (new(image, pixel.Distribution, context.ParametersPerDimension, context.Reach, pixelUnit, network),
                [.. Enumerable.Range(0, rows * places).Select(i => new OutputUnits(scales[i / places]))]);
        }
    }

    /// <summary>Rows in units of 2^-exponent: 0 to 31, as large as weights and bias allow.</summary>
    private static IntegerLinear Rounded(double[] weights, double[] bias, int inputs, int largest, out int[] exponents)
    {
        exponents = [.. bias.Select((value, row) =>
        {
            var most = Math.Max(weights.AsSpan(row * inputs, inputs).ToArray().Max(Math.Abs), 1e-12);
            var exponent = Math.Min(Math.Log2(largest / most), Math.Log2(HalfRange / 2 / Math.Max(Math.Abs(value), 1e-12)));
            return exponent >= 0 ? (int)Math.Min(Math.Floor(exponent), 31) : throw new InvalidInputException($"The local context has weights of {most:G4} and a bias of {value:G4}, too large for whole numbers; train with weight decay or a smaller learning rate.");
        })];
        var powers = exponents;
        return new(inputs, bias.Length, [.. weights.Select((weight, i) => (short)Math.Round(Math.ScaleB(weight, powers[i / inputs])))], [.. bias.Select((value, row) => (int)Math.Round(Math.ScaleB(value, powers[row])))]);
    }

    /// <summary>Half a unit of what is left after the shift is added, so that shifts round.</summary>
    private static IntegerLinear Halved(IntegerLinear linear, int[] shifts) =>
        new(linear.Inputs, linear.Outputs, linear.Weights.ToArray(), [.. linear.Bias.ToArray().Select((bias, row) => bias + (shifts[row] == 0 ? 0 : 1 << (shifts[row] - 1)))]);
}
