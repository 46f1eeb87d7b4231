using Isthmus.Compute;
using Isthmus.Data.Images;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>Picture of a code, the way back of <see cref="PictureAnalysis"/>: N x L to N x D, or of codes of any size by <see cref="Synthesise"/>.</summary>
internal sealed class PictureSynthesis : nn.Module<Tensor, Tensor>
{
    // Memory of the layers: a thousand crops at a time would take a gigabyte.
    private const int MostAtOnce = 64;

    [ComponentName(Name = "body")]
    private readonly Sequential _body;
    private readonly ImageSchema _image;

    /// <summary>Creates the map with random weights.</summary>
    /// <param name="image">Pictures of the records.</param>
    /// <param name="latents">Channels of the code.</param>
    /// <param name="channels">Channels at 1/4, 1/8 and 1/16 of the size.</param>
    /// <param name="blocks">Residual blocks at each.</param>
    public PictureSynthesis(ImageSchema image, int latents, int[] channels, int[] blocks)
        : base("picture_synthesis")
    {
        (_image, Latents, Channels, Blocks) = (image, latents, channels, blocks);
        _body = CodecNetwork.Synthesis(image.Channels, channels, blocks, latents);
        RegisterComponents();
    }

    /// <summary>Channels of the code.</summary>
    public int Latents { get; }

    /// <summary>Channels of a picture.</summary>
    public int Colours => _image.Channels;

    /// <summary>Channels at 1/4, 1/8 and 1/16 of the size.</summary>
    public int[] Channels { get; }

    /// <summary>Residual blocks at each size.</summary>
    public int[] Blocks { get; }

    /// <summary>Returns pictures of codes, N x M x h x w: N x C x 16h x 16w, about [0, 1], not clipped.</summary>
    public Tensor Synthesise(Tensor code) => PixelBlocks.ToPixels(_body.call(code), PictureAnalysis.Block).Plus(0.5);

    /// <inheritdoc/>
    public override Tensor forward(Tensor z) =>
        PictureAnalysis.InParts(z, MostAtOnce, some =>
            Synthesise(some.view(-1, Latents, _image.Height / CodecNetwork.Stride, _image.Width / CodecNetwork.Stride)).flatten(1)
        );
}
