using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Blocks of 2 x 2 pixels as channels and back (Shi et al. 2016): N x C x H x W to N x 4C x H/2 x W/2, in the order of ONNX's SpaceToDepth: row in the block,
/// column in the block, channel.
/// </summary>
internal static class PixelBlocks
{
    public const int Side = 2;

    /// <summary>Returns N x H/2 x W/2 x 4C, channels last; H and W are even.</summary>
    public static Tensor ToChannels(Tensor x)
    {
        var (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        return x.reshape(n, c, h / Side, Side, w / Side, Side).permute(0, 2, 4, 3, 5, 1).reshape(n, h / Side, w / Side, Side * Side * c);
    }

    /// <summary>Returns N x C x H x W of N x 4C x H/2 x W/2.</summary>
    public static Tensor ToPixels(Tensor x)
    {
        var (n, c, h, w) = (x.shape[0], x.shape[1] / (Side * Side), x.shape[2], x.shape[3]);
        return x.reshape(n, Side, Side, c, h, w).permute(0, 3, 4, 1, 5, 2).reshape(n, c, h * Side, w * Side);
    }
}
