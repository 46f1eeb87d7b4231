using Isthmus.Data;
using static TorchSharp.torch;

namespace Isthmus.Models.Corruptions;

/// <summary>What is done to a record before the encoder sees it; the loss is still against the clean one (Vincent et al. 2008).</summary>
public abstract class Corruption
{
    /// <summary>A corrupted copy of x, N x D on the model's scale, by torch's generator.</summary>
    public abstract Tensor Apply(Tensor x);

    /// <summary>The image schema of the context, or an error that names the corruption.</summary>
    private protected static ImageSchema RequireImage(PartContext context, string corruption) => context.Schema as ImageSchema
        ?? throw new InvalidInputException($"Corruption {corruption} is for images, and this is {context.Schema}; take gaussian or masking.");
}

/// <summary>No corruption: x itself.</summary>
public sealed class NoCorruption : Corruption
{
    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new("none", "the record itself", [], _ => new NoCorruption());

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x;
}

/// <summary>x + sigma e, e ~ N(0, I); pixels are clipped to [0, 1].</summary>
public sealed class GaussianCorruption(double sigma, bool clip) : Corruption
{
    private static readonly Setting<double> Sigma = SettingKinds.Number("noise", 0.5, "standard deviation of the added noise, on the model's scale (pixels: [0, 1])", least: 0);

    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new("gaussian", "adds Gaussian noise; pixels are clipped to [0, 1]", [Sigma],
        context => new GaussianCorruption(context.Get(Sigma), clip: context.Schema is ImageSchema));

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x)
    {
        var noisy = x + sigma * randn_like(x);
        return clip ? noisy.clamp(0, 1) : noisy;
    }
}

/// <summary>Sets each number to zero with probability p (columns: to their mean).</summary>
public sealed class MaskingCorruption(double probability) : Corruption
{
    private static readonly Setting<double> Probability = SettingKinds.Number("mask-rate", 0.25, "probability that a number is set to zero", least: 0, most: 1);

    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new("masking", "sets numbers to zero", [Probability], context => new MaskingCorruption(context.Get(Probability)));

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x * rand_like(x).ge(probability).to(x.dtype);
}

/// <summary>Sets each pixel to black or white, either with probability p / 2.</summary>
public sealed class SaltAndPepperCorruption(double probability) : Corruption
{
    private static readonly Setting<double> Probability = SettingKinds.Number("flip-rate", 0.2, "probability that a pixel is set to black or white", least: 0, most: 1);

    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new("salt-and-pepper", "sets pixels to black or white", [Probability], context =>
    {
        RequireImage(context, "salt-and-pepper");
        return new SaltAndPepperCorruption(context.Get(Probability));
    });

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x)
    {
        var uniform = rand_like(x);
        return x.masked_fill(uniform.lt(probability / 2), 0).masked_fill(uniform.ge(1 - probability / 2), 1);
    }
}

/// <summary>Blanks one square patch of each image, at a place drawn uniformly, in every channel.</summary>
public sealed class BlankOutCorruption(ImageSchema image, int side) : Corruption
{
    private static readonly Setting<int> Side = SettingKinds.Whole("patch", 8, "side of the blanked square, pixels", least: 1);

    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new("blank-out", "blanks one square patch of the image", [Side], context =>
    {
        var image = RequireImage(context, "blank-out");
        var side = context.Get(Side);
        return side <= Math.Min(image.Height, image.Width)
            ? new BlankOutCorruption(image, side)
            : throw new InvalidInputException($"Setting patch={side}: the images are {image.Height} x {image.Width}; give a patch that fits.");
    });

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x)
    {
        var rows = Inside(x, image.Height).unsqueeze(-1);
        var columns = Inside(x, image.Width).unsqueeze(-2);
        var patch = rows.logical_and(columns).unsqueeze(1);
        return x.view(-1, image.Channels, image.Height, image.Width).masked_fill(patch, 0).view(x.shape);
    }

    /// <summary>N x length: whether each row (or column) is in the patch.</summary>
    private Tensor Inside(Tensor x, int length)
    {
        var first = randint(0, length - side + 1, [x.shape[0], 1], device: x.device);
        var place = arange(length, device: x.device).unsqueeze(0) - first;
        return place.ge(0).logical_and(place.lt(side));
    }
}
