using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Corruptions;

/// <summary>
/// Noise of photographs, of a level drawn for each record uniformly from a range; the level follows the pixels, on the model's scale (255 levels are 1). Noisy
/// pixels are not clipped. Kinds, x a clean pixel in [0, 1] and s the level:
/// <list type="bullet">
/// <item>gaussian: x + s e, e ~ N(0, 1);</item>
/// <item>poisson: s^2 Poisson(x / s^2), of standard deviation s at white;</item>
/// <item>poisson-gaussian: shot noise of level s as above, and s' e with a second level;</item>
/// <item>jpeg: coded as JPEG of quality 100 - 255 s and decoded;</item>
/// <item>salt-and-pepper: black or white with probability 2.55 s, either with half of it.</item>
/// </list>
/// </summary>
public sealed class PictureNoiseCorruption : Corruption
{
    internal const string Gaussian = "gaussian",
        Poisson = "poisson",
        PoissonGaussian = "poisson-gaussian",
        Jpeg = "jpeg",
        SaltAndPepper = "salt-and-pepper";

    /// <summary>Unit of levels: they are given for pixels of 0 to 255.</summary>
    internal const double Unit = 255;

    internal static readonly Setting<string> KindSetting = SettingKinds.Choice(
        "noise-kind",
        Gaussian,
        "kind of noise in pictures",
        Gaussian,
        Poisson,
        PoissonGaussian,
        Jpeg,
        SaltAndPepper
    );
    internal static readonly Setting<double> Least = SettingKinds.Number(
        "noise-least",
        0,
        "smallest level of noise: standard deviation of pixels of 0 to 255 (poisson: of white ones); jpeg: 100 - quality; "
            + "salt-and-pepper: percent of the pixels",
        least: 0,
        most: 100
    );
    internal static readonly Setting<double> Most = SettingKinds.Number(
        "noise-most",
        55,
        "largest level of noise, in the same unit; levels are drawn uniformly",
        least: 0,
        most: 100
    );

    // A photon is not a whole pixel: below this level there is no shot noise to draw.
    private const double LeastShot = 1e-3;

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new(
        "picture-noise",
        "noise of photographs, of a level drawn from a range",
        [KindSetting, Least, Most],
        context => new PictureNoiseCorruption(RequireImage(context, "picture-noise"), context.Get(KindSetting), context.Get(Least), context.Get(Most))
    );

    private readonly ImageSchema _image;
    private readonly double _least,
        _most;

    internal PictureNoiseCorruption(ImageSchema image, string kind, double least, double most)
    {
        if (least > most)
            throw new InvalidInputException(
                $"{OptionNames.Value("noise-least", least)}",
                $"is above the largest level, {most}",
                $"give at most {most}, or a larger {OptionNames.Give("noise-most")}",
                OptionNames.Key("noise-least")
            );
        (_image, Kind, _least, _most) = (image, kind, least, most);
    }

    /// <summary>Kind of noise.</summary>
    internal string Kind { get; }

    /// <summary>Smallest and largest level, of pixels of 0 to 255.</summary>
    internal (double Least, double Most) Range => (_least, _most);

    internal override Told Told => new(Kind == PoissonGaussian ? 2 : 1);

    /// <summary>Returns noisy records with their levels, all of one level, of pixels of 0 to 255.</summary>
    internal Tensor At(Tensor x, double level)
    {
        var levels = ScalarOperations.Full(x.shape[0] * Told.Count, level / Unit, x.dtype, x.device).view(-1, Told.Count);
        return cat([Apply(x, levels), levels], 1);
    }

    /// <summary>Noise of a level in words.</summary>
    internal string Words(double level) =>
        Kind switch
        {
            Jpeg => $"JPEG of quality {NumberText.Of(100 - level, 3)}",
            SaltAndPepper => $"{NumberText.Of(level, 3)} % of the pixels black or white",
            _ => $"{Kind} noise of {NumberText.Of(level, 3)} of 255",
        };

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x)
    {
        var levels = RandomOperations.Uniform([x.shape[0], Told.Count], x.dtype, x.device).Times((_most - _least) / Unit).Plus(_least / Unit);
        return cat([Apply(x, levels), levels], 1);
    }

    /// <summary>Returns noisy records, N x D.</summary>
    /// <param name="x">Clean records, N x D.</param>
    /// <param name="levels">Levels, N x 1, or N x 2 for shot and other noise.</param>
    internal Tensor Apply(Tensor x, Tensor levels)
    {
        var first = levels.narrow(1, 0, 1);
        return Kind switch
        {
            Gaussian => x.Plus(x.NormalLike() * first),
            Poisson => Shot(x, first),
            PoissonGaussian => Shot(x, first).Plus(x.NormalLike() * levels.narrow(1, 1, 1)),
            Jpeg => Coded(x, first),
            _ => Flipped(x, first.Times(Unit / 100)),
        };
    }

    /// <summary>Returns records with their levels: as they are told, or as they are estimated.</summary>
    internal override Tensor WithTold(Tensor noisy)
    {
        if (noisy.shape[1] > _image.Dimension)
            return noisy;
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var levels = empty(noisy.shape[0], Told.Count);
        for (var record = 0L; record < noisy.shape[0]; record++)
        {
            using var inner = NewDisposeScope();
            var estimate = NoiseLevel.Estimate(noisy[record].view(_image.Channels, _image.Height, _image.Width), Kind);
            levels[record].copy_(tensor(estimate));
        }
        return cat([noisy, levels.to(noisy.device)], 1).MoveToOuterDisposeScope();
    }

    private static Tensor Shot(Tensor x, Tensor level)
    {
        var gain = level.ClampMin(LeastShot).Square();
        return (x.ClampMin(0) / gain).Poisson() * gain;
    }

    private static Tensor Flipped(Tensor x, Tensor probability)
    {
        var uniform = x.UniformLike();
        return x.MaskedFill(uniform.lt(probability.Times(0.5)), 0).MaskedFill(uniform.ge(probability.Times(-0.5).Plus(1)), 1);
    }

    private Tensor Coded(Tensor x, Tensor level)
    {
        var (pixels, levels) = (x.cpu().contiguous().data<float>().ToArray(), level.cpu().contiguous().data<float>().ToArray());
        for (var record = 0; record < levels.Length; record++)
            JpegBlocks.Apply(
                pixels.AsSpan(record * _image.Dimension, _image.Dimension),
                _image.Height,
                _image.Width,
                _image.Channels,
                quality: (int)Math.Clamp(Math.Round(100 - Unit * levels[record]), 1, 100)
            );
        return tensor(pixels, x.shape, device: x.device);
    }
}
