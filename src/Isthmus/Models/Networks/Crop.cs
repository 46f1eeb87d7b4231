using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>The upper left part of an image, N x C x H x W.</summary>
internal sealed class Crop(int height, int width) : nn.Module<Tensor, Tensor>("crop")
{
    /// <summary>Height of the part.</summary>
    public int Height => height;

    /// <summary>Width of the part.</summary>
    public int Width => width;

    public override Tensor forward(Tensor x) => x.narrow(2, 0, height).narrow(3, 0, width);
}
