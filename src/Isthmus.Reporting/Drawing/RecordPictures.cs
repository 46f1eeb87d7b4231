using Isthmus.Compute;
using Isthmus.Data.Images;
using static TorchSharp.torch;

namespace Isthmus.Reporting.Drawing;

/// <summary>Pictures of records on a model's scale.</summary>
internal static class RecordPictures
{
    /// <summary>Converts records on the model's scale, N x D with pixels in [0, 1] (others are clipped, NaN is black), to 8-bit planar pictures.</summary>
    /// <exception cref="InvalidInputException">The records' width is not the schema's.</exception>
    public static byte[][] Of(Tensor records, ImageSchema schema)
    {
        if (records.shape is not [_, var dimension] || dimension != schema.Dimension)
            throw new InvalidInputException($"Records of shape {string.Join(" x ", records.shape)}", $"are no {schema}", $"give N x {schema.Dimension}");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var bytes = records.detach().to(float32).nan_to_num(0).Clamp(0, 1).Times(255).round().to(uint8).cpu().contiguous();
        return [.. bytes.bytes.ToArray().Chunk(schema.Dimension)];
    }
}
