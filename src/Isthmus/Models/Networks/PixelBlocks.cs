using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Blocks of s x s pixels as channels and back (Shi et al. 2016): N x C x H x W to N x s s C x H/s x W/s, in the order of ONNX's SpaceToDepth: row in the
/// block, column in the block, channel.
/// </summary>
internal static class PixelBlocks
{
    /// <summary>Usual side of a block, s.</summary>
    public const int Side = 2;

    /// <summary>Returns N x H/s x W/s x s s C, channels last; s divides H and W.</summary>
    public static Tensor ToChannels(Tensor x, int side = Side)
    {
        var (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        return x.reshape(n, c, h / side, side, w / side, side).permute(0, 2, 4, 3, 5, 1).reshape(n, h / side, w / side, side * side * c);
    }

    /// <summary>Returns N x C x H x W of N x s s C x H/s x W/s.</summary>
    public static Tensor ToPixels(Tensor x, int side = Side)
    {
        var (n, c, h, w) = (x.shape[0], x.shape[1] / (side * side), x.shape[2], x.shape[3]);
        return x.reshape(n, side, side, c, h, w).permute(0, 3, 4, 1, 5, 2).reshape(n, c, h * side, w * side);
    }
}
