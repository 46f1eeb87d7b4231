using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models.Corruptions;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Restored picture of a noisy one: x + f(blocks of x, noise levels), f a fully convolutional network on blocks of 2 x 2 pixels (Zhang, Zuo and Zhang 2018).
/// Noise levels, numbers that follow the pixels of a record, are channels of their own, the same number at every place. Records are N x D or N x (D + levels);
/// other pictures, N x C x H x W of any size, go through <see cref="Restore"/>.
/// </summary>
internal sealed class PictureDenoiser : nn.Module<Tensor, Tensor>
{
    // Memory of the layers: a thousand crops at a time would take a gigabyte.
    private const int MostAtOnce = 64;

    private readonly ImageSchema _image;

    [ComponentName(Name = "body")]
    private readonly Sequential _body;

    /// <summary>Creates the map.</summary>
    /// <param name="image">Pictures of the records.</param>
    /// <param name="told">What the corruption appends to a record.</param>
    /// <param name="body">f, from blocks and levels to blocks.</param>
    /// <param name="multiple">Height and width are filled up to multiples of this number.</param>
    public PictureDenoiser(ImageSchema image, Told told, Sequential body, int multiple)
        : base("picture_denoiser")
    {
        (_image, Told, _body, Multiple) = (image, told, body, multiple);
        RegisterComponents();
    }

    /// <summary>Numbers after the pixels of a record in training.</summary>
    public Told Told { get; }

    /// <summary>The layers f.</summary>
    public Sequential Body => _body;

    /// <summary>Pictures of the records.</summary>
    public ImageSchema Image => _image;

    /// <summary>Number that height and width inside the network are multiples of.</summary>
    public int Multiple { get; }

    /// <summary>Pixels to each side that a restored pixel depends on, a multiple of <see cref="Multiple"/>.</summary>
    public int Reach { get; init; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        if (x.shape[0] <= MostAtOnce || training)
            return Restored(x);
        var parts = new List<Tensor>();
        for (var first = 0L; first < x.shape[0]; first += MostAtOnce)
        {
            using var scope = NewDisposeScope();
            var some = x.narrow(0, first, Math.Min(MostAtOnce, x.shape[0] - first));
            parts.Add(Restored(some).MoveToOuterDisposeScope());
        }
        return cat([.. parts], 0);
    }

    /// <summary>Returns restored pictures of any size.</summary>
    /// <param name="x">Noisy pictures, N x C x H x W.</param>
    /// <param name="levels">Noise levels on the model's scale, N x levels; null where the model takes none.</param>
    public Tensor Restore(Tensor x, Tensor? levels) => x.Plus(Change(x, levels));

    /// <summary>Returns what restores pictures if it is added to them.</summary>
    private Tensor Change(Tensor x, Tensor? levels)
    {
        var (height, width) = (x.shape[2], x.shape[3]);
        var (below, right) = (Missing(height), Missing(width));
        var whole = below + right > 0 ? nn.functional.pad(x, [0, right, 0, below], PaddingModes.Replicate) : x;
        var blocks = PixelBlocks.ToChannels(whole);
        if (levels is not null)
            blocks = cat([blocks, levels.unsqueeze(1).unsqueeze(1).expand(-1, blocks.shape[1], blocks.shape[2], -1)], -1);
        // Channels stay last in memory, all the way: the convolutions are a seventh faster.
        return PixelBlocks.ToPixels(_body.call(blocks.permute(0, 3, 1, 2))).narrow(2, 0, height).narrow(3, 0, width);
    }

    private Tensor Restored(Tensor x)
    {
        var picture = Picture(x);
        var levels = Told.IsMask || Told.Count == 0 ? null : x.narrow(1, _image.Dimension, Told.Count);
        return picture.Plus(Masked(x, Change(picture, levels))).flatten(1);
    }

    private Tensor Picture(Tensor x) => x.narrow(1, 0, _image.Dimension).reshape(-1, _image.Channels, _image.Height, _image.Width);

    // A pixel that was seen is given back as it is, so that it says nothing in training.
    private Tensor Masked(Tensor x, Tensor change) =>
        Told.IsMask && x.shape[1] > _image.Dimension ? change * x.narrow(1, _image.Dimension, Told.Count).view(-1, 1, _image.Height, _image.Width) : change;

    private long Missing(long side) => (Multiple - side % Multiple) % Multiple;
}
