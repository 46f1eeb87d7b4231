using Isthmus.Compute;
using Isthmus.Data.Images;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>Code of a picture, a sixteenth of its height and width: of records N x D to N x L, or of pictures of any size by <see cref="Analyse"/>.</summary>
internal sealed class PictureAnalysis : nn.Module<Tensor, Tensor>
{
    /// <summary>Side of the blocks of pixels that are channels.</summary>
    public const int Block = 4;

    // Memory of the layers: a thousand crops at a time would take a gigabyte.
    private const int MostAtOnce = 64;

    [ComponentName(Name = "cosines")]
    private readonly BlockCosines _cosines;

    [ComponentName(Name = "body")]
    private readonly Sequential _body;

    /// <summary>Creates the map.</summary>
    /// <param name="image">Pictures of the records.</param>
    /// <param name="latents">Channels of the code.</param>
    /// <param name="body">Layers from blocks of pixels to what is added to their cosines.</param>
    /// <param name="learnsCosines">True if training changes the cosines too.</param>
    public PictureAnalysis(ImageSchema image, int latents, Sequential body, bool learnsCosines)
        : base("picture_analysis")
    {
        (Image, _cosines, _body) = (image, new(image.Channels, latents, isInverse: false, learnsCosines), body);
        RegisterComponents();
    }

    /// <summary>Pictures of the records.</summary>
    public ImageSchema Image { get; }

    /// <summary>Returns the code of pictures in [0, 1], N x C x H x W with H and W multiples of 16: N x M x H/16 x W/16.</summary>
    public Tensor Analyse(Tensor x)
    {
        var centred = x.Minus(0.5);
        return _cosines.call(centred).Plus(_body.call(PixelBlocks.ToChannels(centred, Block).permute(0, 3, 1, 2)).Times(CodecNetwork.Change));
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => InParts(x, MostAtOnce, some => Analyse(some.view(-1, Image.Channels, Image.Height, Image.Width)).flatten(1));

    /// <summary>Applies a map to some records at a time, unless a gradient is wanted.</summary>
    internal static Tensor InParts(Tensor x, int most, Func<Tensor, Tensor> map)
    {
        if (x.shape[0] <= most || is_grad_enabled())
            return map(x);
        var parts = new List<Tensor>();
        for (var first = 0L; first < x.shape[0]; first += most)
        {
            using var scope = NewDisposeScope();
            parts.Add(map(x.narrow(0, first, Math.Min(most, x.shape[0] - first))).MoveToOuterDisposeScope());
        }
        return cat([.. parts], 0);
    }
}
