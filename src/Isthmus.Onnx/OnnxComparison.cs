using System.Globalization;
using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Models;
using Isthmus.Models.Primitives;
using Isthmus.Onnx.Records;
using Isthmus.Onnx.Tables;
using Isthmus.Tables;
using static TorchSharp.torch;

namespace Isthmus.Onnx;

/// <summary>
/// Comparison of an ONNX file with the model that it was made from: codes as they are; records in pixels from 0 to 1 or in standard deviations of a column,
/// less the last bit of a 32-bit number and the rounding to a column's decimals; probabilities; scores in bits. Rounding grows with what is rounded: where the
/// largest number among the records is above 1 (of scores, above 100), differences are in units of it (of a hundredth of it).
/// </summary>
/// <param name="Part">Part of the model.</param>
/// <param name="Bytes">Size of the file, bytes.</param>
/// <param name="Records">Number of records that were compared.</param>
/// <param name="Source">Origin of those records.</param>
/// <param name="LargestDifference">Largest difference of any number of any record.</param>
/// <param name="Ties">
/// Records left out of that, at which the code itself jumps: which of two units is the larger, or which vector the nearer, is decided by rounding there.
/// </param>
public sealed record OnnxComparison(OnnxPart Part, long Bytes, int Records, string Source, double LargestDifference, int Ties)
{
    /// <summary>Largest difference that a file may have: 10^-4.</summary>
    public const double Tolerance = 1e-4;

    // A tie is as likely as rounding is wide, far below a hundredth; more of them would hide an error.
    private const double MostTied = 0.05;

    // Change of the encoder's output that is much more than rounding and much less than what tells codes apart, and the number of tries.
    private const double Disturbance = 1e-5;
    private const int Tries = 32;

    /// <summary>The largest difference in words: <c>2.9e-6</c>.</summary>
    internal string Difference => Text(LargestDifference);

    /// <summary>Compares a file with its model.</summary>
    /// <exception cref="InvalidInputException">They differ by more than the tolerance.</exception>
    internal static OnnxComparison Of(TrainedModel model, OnnxModel onnx, long bytes, HeldOutRecords heldOut)
    {
        var prepared = model.Prepare(heldOut.Data);
        var asRead = KnownLabel.Attach(onnx.Given, heldOut.Data, isRequired: true);
        var (part, ports) = (onnx.Metadata.Part, onnx.Ports);
        var scorer = part == OnnxPart.Score ? new RowScorer([model]) : null;
        var (largest, ties, done) = (0.0, 0, 0);
        // One record, a few, and all others: their number is no part of the graph.
        foreach (var size in new[] { 1, 7, prepared.Count })
        {
            int[] records = [.. Enumerable.Range(done, Math.Min(size, prepared.Count - done))];
            if (records.Length == 0)
                break;
            done += records.Length;
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var x = TensorBatches.Gather(prepared, records, ModelGraph.DeviceOf(model.Network));
            var head = model.Network.Head(x);
            var code = model.Network.Bottleneck.MeanCode(head);
            var expected =
                scorer is not null ? ScoreGraph.Expected(scorer, Numbers(x))
                : part == OnnxPart.Encoder ? Numbers(code)
                : Decoded(model, code, x);
            var inputs =
                part == OnnxPart.Decoder
                    ? [.. OnnxModel.FeedCodes(Numbers(code), records.Length), .. LabelPorts.Feed(asRead.Attached, onnx.Given, records)]
                    : onnx.Feed(asRead, records);
            var found = onnx.Run(inputs, onnx.Read);
            foreach (var (row, difference) in Differences(model, ports, part, expected, found, records.Length).Index())
                if (difference > Tolerance && (part is OnnxPart.Encoder or OnnxPart.Reconstruct) && Jumps(model, head.narrow(0, row, 1)))
                    ties++;
                else
                    // Of two numbers one of which is NaN, Math.Max gives NaN.
                    largest = Math.Max(largest, difference);
        }
        return Checked(model, part, bytes, done, heldOut.Source, largest, ties);
    }

    /// <summary>Returns the comparison.</summary>
    /// <exception cref="InvalidInputException">They differ by more than the tolerance.</exception>
    internal static OnnxComparison Checked(TrainedModel model, OnnxPart part, long bytes, int done, string source, double largest, int ties) =>
        largest <= Tolerance && ties <= Math.Max(1, MostTied * done)
            ? new(part, bytes, done, source, largest, ties)
            : throw new InvalidInputException(
                $"The ONNX file of this model ({model.Specification.Preset}, {OnnxMetadata.NameOf(part)})",
                $"differs from the model by {Text(largest)} on {done} {source}{(ties > 0 ? $", and {ties} of them at a tie" : "")}; "
                    + $"{Text(Tolerance)} is the most that is let pass",
                "report it together with the model's settings; nothing is written"
            );

    /// <summary>Returns the model's records or probabilities for codes, as numbers on the scale that the file has.</summary>
    private static float[] Decoded(TrainedModel model, Tensor code, Tensor x)
    {
        var mean = model.Network.Likelihood.Mean(model.Network.Decode(code, model.Network.Given(x)));
        return ModelGraph.IsOfProbabilities(model.Network.Likelihood) ? Numbers(mean) : RecordValues.FromModel(model, mean).Values;
    }

    /// <summary>Returns the largest difference of each record.</summary>
    private static double[] Differences(TrainedModel model, RecordPorts ports, OnnxPart part, float[] expected, float[] found, int count)
    {
        if (expected.Length != found.Length)
            return [.. Enumerable.Repeat(double.NaN, count)];
        var width = expected.Length / count;
        var isRecord = (part is OnnxPart.Decoder or OnnxPart.Reconstruct) && !ModelGraph.IsOfProbabilities(model.Network.Likelihood);
        var unit = Math.Max(
            1,
            part == OnnxPart.Score ? expected.Max(Math.Abs) / 100
                : isRecord ? Largest(expected, model, width)
                : expected.Max(Math.Abs)
        );
        var differences = new double[count];
        for (var i = 0; i < expected.Length; i++)
        {
            var difference =
                float.IsNaN(expected[i]) && float.IsNaN(found[i]) ? 0
                : isRecord ? ports.Difference(i % width, expected[i], found[i], model.Standardisation)
                : Math.Abs((double)expected[i] - found[i]);
            differences[i / width] = Math.Max(differences[i / width], difference / unit);
        }
        return differences;
    }

    /// <summary>Returns the largest number of standardised records on the model's scale; 1 of others.</summary>
    private static double Largest(float[] records, TrainedModel model, int width)
    {
        if (model.Standardisation?.Last(width) is not { } standardisation)
            return 1;
        float[] scaled = [.. records];
        standardisation.Apply(scaled);
        return scaled.Max(Math.Abs);
    }

    /// <summary>Returns true if the code of one record jumps where its head is changed a little.</summary>
    private static bool Jumps(TrainedModel model, Tensor head)
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        var size = Disturbance * Math.Max(1, head.abs().max().item<float>());
        float[] noise = [.. Enumerable.Range(0, Tries * (int)head.shape[1]).Select(_ => (float)((2 * random.NextDouble() - 1) * size))];
        var near = head.Plus(tensor(noise, device: head.device).view(Tries, -1));
        var (code, codes) = (model.Network.Bottleneck.MeanCode(head), model.Network.Bottleneck.MeanCode(near));
        return (codes - code).abs().max().item<float>() > Tolerance * Math.Max(1, code.abs().max().item<float>());
    }

    private static float[] Numbers(Tensor tensor) => [.. tensor.to(float32).cpu().contiguous().data<float>()];

    private static string Text(double difference) => difference == 0 ? "0" : difference.ToString("0.0e-0", CultureInfo.InvariantCulture);
}
