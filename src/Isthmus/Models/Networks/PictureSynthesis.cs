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

    [ComponentName(Name = "cosines")]
    private readonly BlockCosines _cosines;

    [ComponentName(Name = "to_quarter")]
    private readonly Sequential _toQuarter;

    [ComponentName(Name = "of_cosines")]
    private readonly MatrixProduct _ofCosines;

    [ComponentName(Name = "from_quarter")]
    private readonly Sequential _fromQuarter;
    private readonly ImageSchema _image;

    /// <summary>Creates the map as it starts: cosines, to which layers of random weights add nothing yet.</summary>
    /// <param name="image">Pictures of the records.</param>
    /// <param name="latents">Channels of the code.</param>
    /// <param name="channels">Channels at 1/4, 1/8 and 1/16 of the size.</param>
    /// <param name="blocks">Residual blocks at each.</param>
    /// <param name="learnsCosines">True if training changes the cosines too.</param>
    public PictureSynthesis(ImageSchema image, int latents, int[] channels, int[] blocks, bool learnsCosines)
        : base("picture_synthesis")
    {
        (_image, Latents, Channels, Blocks) = (image, latents, channels, blocks);
        _cosines = new(image.Channels, latents, isInverse: true, learnsCosines);
        _toQuarter = CodecNetwork.ToQuarter(channels, blocks, latents);
        _ofCosines = CodecNetwork.Same(PictureAnalysis.Block * PictureAnalysis.Block * image.Channels, channels[0]);
        _fromQuarter = CodecNetwork.FromQuarter(image.Channels, channels, blocks);
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

    /// <summary>The linear part.</summary>
    public BlockCosines Cosines => _cosines;

    /// <summary>Returns pictures of codes, N x M x h x w: N x C x 16h x 16w, about [0, 1], not clipped.</summary>
    /// <remarks>Layers at a quarter of the size see the picture of the cosines besides the code: what blocks and rounding left is plain there.</remarks>
    public Tensor Synthesise(Tensor code)
    {
        var picture = _cosines.call(code);
        var quarter = _ofCosines.call(PixelBlocks.ToChannels(picture, PictureAnalysis.Block).permute(0, 3, 1, 2)).Plus(_toQuarter.call(code));
        return picture.Plus(PixelBlocks.ToPixels(_fromQuarter.call(quarter), PictureAnalysis.Block).Times(CodecNetwork.Change)).Plus(0.5);
    }

    /// <summary>Returns pictures of s / 16 of height and width by the linear part, N x C x s h x s w, about [0, 1], not clipped.</summary>
    public Tensor SynthesiseSmall(Tensor code, int side) => _cosines.Small(code, side).Plus(0.5);

    /// <inheritdoc/>
    public override Tensor forward(Tensor z) =>
        PictureAnalysis.InParts(z, MostAtOnce, some =>
            Synthesise(some.view(-1, Latents, _image.Height / CodecNetwork.Stride, _image.Width / CodecNetwork.Stride)).flatten(1)
        );
}
