using Google.Protobuf;
using Isthmus.Compute;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Onnx.Emitters;
using Isthmus.Onnx.Graphs;
using Isthmus.Onnx.Wire;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace Isthmus.Onnx;

/// <summary>
/// A denoiser of photographs as a graph: <c>picture</c>, N x C x H x W of any height and width, pixels from 0 (black) to 1 (full), and <c>levels</c>, N x L
/// levels of noise on the same scale where the model takes them, to <c>restored</c>, N x C x H x W, not clipped.
/// </summary>
internal static class DenoiserGraph
{
    public const string Picture = "picture",
        Levels = "levels",
        Restored = "restored";

    /// <summary>Entry of the metadata that only such files have.</summary>
    public const string Sizes = "sizes";

    // Crops to compare on, and what is cut off them so that their sides are no whole blocks.
    private const int MostRecords = 32,
        Below = 3,
        Right = 5;

    /// <summary>Returns the file, and how much it differs from the model.</summary>
    /// <exception cref="InvalidInputException">A part that a denoiser does not have, or they differ by more than the tolerance.</exception>
    public static (byte[] Bytes, OnnxComparison Comparison) Make(TrainedModel model, PictureDenoiser denoiser, OnnxPart part, HeldOutRecords records)
    {
        if (part is not (OnnxPart.Encoder or OnnxPart.Reconstruct))
            throw new InvalidInputException(
                $"The part '{OnnxMetadata.NameOf(part)}' of this model ({model.Specification.Preset})",
                "does not exist: a denoiser has no code that is decoded",
                $"export {OnnxMetadata.NameOf(OnnxPart.Reconstruct)}"
            );
        var bytes = Of(model, denoiser).ToByteArray();
        using var onnx = OnnxModel.Of(bytes, "the file under construction");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        int[] chosen = [.. Enumerable.Range(0, Math.Min(MostRecords, records.Data.Count))];
        var image = denoiser.Image;
        var device = ModelGraph.DeviceOf(model.Network);
        var x = TensorBatches
            .Gather(model.Prepare(records.Data), chosen, device)
            .narrow(1, 0, image.Dimension)
            .view(-1, image.Channels, image.Height, image.Width);
        var told = denoiser.Told is { IsMask: false, Count: > 0 and var count }
            ? ScalarOperations.Full(chosen.Length * count, 0.1, device: device).view(-1, count)
            : null;
        var odd = x.narrow(0, 0, 1).narrow(2, 0, Math.Max(1, image.Height - Below)).narrow(3, 0, Math.Max(1, image.Width - Right));
        var difference = Math.Max(Difference(onnx, denoiser, x, told), Difference(onnx, denoiser, odd, told?.narrow(0, 0, 1)));
        return (bytes, OnnxComparison.Checked(model, OnnxPart.Reconstruct, bytes.Length, chosen.Length, records.Source, difference, ties: 0));
    }

    private static ModelProto Of(TrainedModel model, PictureDenoiser denoiser)
    {
        RegisteredEmitters.Ensure();
        var network = model.Network;
        var graph = new OnnxGraph($"{model.Specification.Preset} {OnnxMetadata.NameOf(OnnxPart.Reconstruct)}")
        {
            WeightNames = ModelGraph.NamesOf(network),
            Device = ModelGraph.DeviceOf(network),
        };
        long channels = denoiser.Image.Channels;
        var x = graph.Input(Picture, OnnxElement.Float, channels, -1, -1);
        var sides = x.Apply("Shape").Narrow(0, 2, 2);
        // Filled up to whole blocks by the last row and column.
        var multiple = Wholes(graph, denoiser.Multiple);
        var missing = (multiple - sides.Apply("Mod", multiple)).Apply("Mod", multiple);
        var whole = graph.Node("Pad", [x, OnnxValue.Concat([Wholes(graph, 0, 0, 0, 0, 0, 0), missing], 0)], [("mode", "edge")]);
        var blocks = whole.With("SpaceToDepth", ("blocksize", PixelBlocks.Side));
        if (denoiser.Told is { IsMask: false, Count: > 0 and var count })
        {
            var places = OnnxValue.Concat([Wholes(graph, 1, 1), blocks.Apply("Shape").Narrow(0, 2, 2)], 0);
            var levels = graph.Input(Levels, OnnxElement.Float, count).Reshape(0, count, 1, 1).Apply("Expand", places);
            blocks = OnnxValue.Concat([blocks, levels], 1);
        }
        var change = OnnxEmitters.Emit(denoiser.Body, blocks).With("DepthToSpace", ("blocksize", PixelBlocks.Side), ("mode", "DCR"));
        var restored = x + change.Apply("Slice", Wholes(graph, 0, 0), sides, Wholes(graph, 2, 3));
        graph.Output(Restored, restored, OnnxElement.Float, channels, -1, -1);
        var metadata = OnnxMetadata.Of(model, OnnxPart.Reconstruct, "pixels from 0 (black) to 1 (full), levels of noise likewise", "the restored picture") with
        {
            More = new Dictionary<string, string> { [Sizes] = "any height and width" },
        };
        return graph.ToModel(metadata.Entries(), $"Isthmus {model.Specification.Preset}, a denoiser of pictures of any size");
    }

    private static OnnxValue Wholes(OnnxGraph graph, params long[] numbers) => graph.Constant(numbers, [numbers.Length], "sides");

    private static double Difference(OnnxModel onnx, PictureDenoiser denoiser, Tensor x, Tensor? levels)
    {
        var expected = denoiser.Restore(x, levels);
        var found = onnx.Run([(Picture, Value(x)), .. levels is null ? Array.Empty<(string, OrtValue)>() : [(Levels, Value(levels))]], outputs =>
            outputs[Restored].GetTensorDataAsSpan<float>().ToArray()
        );
        return (expected.cpu().flatten() - tensor(found)).abs().max().item<float>();
    }

    private static OrtValue Value(Tensor tensor) => OrtValue.CreateTensorValueFromMemory(tensor.cpu().contiguous().data<float>().ToArray(), tensor.shape);
}
