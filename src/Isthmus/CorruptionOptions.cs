using Isthmus.Models;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Primitives;

namespace Isthmus;

/// <summary>
/// Change to a record before the encoder sees it in training; the loss is measured against the clean record.
/// Choose a member and change its settings by <c>with</c>: <c>CorruptionOptions.None with { ... }</c>.
/// </summary>
/// <remarks>A part of another assembly brings its own options: a record that derives from this one and hands its part to the constructor.</remarks>
public abstract record CorruptionOptions : PartOptions
{
    /// <summary>Options of a part, which is registered if it is not yet.</summary>
    protected CorruptionOptions(Part<Corruption> part)
        : base(Parts.Corruptions.Choice, part.Name) => Parts.Corruptions.Register(part);

    /// <summary>The record itself.</summary>
    public static NoCorruptionOptions None => new();

    /// <summary>Adds Gaussian noise; pixels are clipped to [0, 1].</summary>
    public static GaussianCorruptionOptions Gaussian => new();

    /// <summary>Sets numbers to zero.</summary>
    public static MaskingCorruptionOptions Masking => new();

    /// <summary>Sets pixels to black or white.</summary>
    public static SaltAndPepperCorruptionOptions SaltAndPepper => new();

    /// <summary>Sets one square patch of the image to 0.</summary>
    public static BlankOutCorruptionOptions BlankOut => new();

    /// <summary>Noise of photographs, of a level drawn from a range.</summary>
    public static PictureNoiseCorruptionOptions PictureNoise => new();

    /// <summary>Pixels to be told from those around them; for noisy pictures alone.</summary>
    public static BlindSpotsCorruptionOptions BlindSpots => new();

    /// <summary>Leaves out, hides and swaps tokens of lines.</summary>
    public static TokenCorruptionOptions Tokens => new();
}

/// <summary>The record itself.</summary>
public sealed record NoCorruptionOptions() : CorruptionOptions(NoCorruption.Part);

/// <summary>Adds Gaussian noise; pixels are clipped to [0, 1].</summary>
public sealed record GaussianCorruptionOptions() : CorruptionOptions(GaussianCorruption.Part)
{
    /// <summary>Standard deviation of the added noise, on the model's scale (pixels: [0, 1]). At least 0. Default 0.5.</summary>
    public double? Noise
    {
        get => Get(GaussianCorruption.Sigma);
        init => Set(GaussianCorruption.Sigma, value);
    }
}

/// <summary>Sets numbers to zero.</summary>
public sealed record MaskingCorruptionOptions() : CorruptionOptions(MaskingCorruption.Part)
{
    /// <summary>Probability that a number is set to zero, or that a cell of a mixed table is masked. From 0 to 1. Default 0.25.</summary>
    public double? MaskRate
    {
        get => Get(MaskingCorruption.Probability);
        init => Set(MaskingCorruption.Probability, value);
    }
}

/// <summary>Sets pixels to black or white.</summary>
public sealed record SaltAndPepperCorruptionOptions() : CorruptionOptions(SaltAndPepperCorruption.Part)
{
    /// <summary>Probability that a pixel is set to black or white. From 0 to 1. Default 0.2.</summary>
    public double? FlipRate
    {
        get => Get(SaltAndPepperCorruption.Probability);
        init => Set(SaltAndPepperCorruption.Probability, value);
    }
}

/// <summary>Sets one square patch of the image to 0.</summary>
public sealed record BlankOutCorruptionOptions() : CorruptionOptions(BlankOutCorruption.Part)
{
    /// <summary>Side of the square that is set to 0, pixels. Whole, at least 1. Default 8.</summary>
    public int? Patch
    {
        get => Get(BlankOutCorruption.Side);
        init => Set(BlankOutCorruption.Side, value);
    }
}

/// <summary>Noise of photographs, of a level drawn from a range.</summary>
public sealed record PictureNoiseCorruptionOptions() : CorruptionOptions(PictureNoiseCorruption.Part)
{
    /// <summary>Kind of noise in pictures. Default <see cref="PictureNoiseKind.Gaussian"/>.</summary>
    public PictureNoiseKind? NoiseKind
    {
        get => GetChoice<PictureNoiseKind>(PictureNoiseCorruption.KindSetting);
        init => SetChoice(PictureNoiseCorruption.KindSetting, value);
    }

    /// <summary>
    /// Smallest level of noise: standard deviation of pixels of 0 to 255 (poisson: of white ones); jpeg: 100 - quality; salt-and-pepper: percent of the pixels.
    /// From 0 to 100. Default 0.
    /// </summary>
    public double? NoiseLeast
    {
        get => Get(PictureNoiseCorruption.Least);
        init => Set(PictureNoiseCorruption.Least, value);
    }

    /// <summary>Largest level of noise, in the same unit; levels are drawn uniformly. From 0 to 100. Default 55.</summary>
    public double? NoiseMost
    {
        get => Get(PictureNoiseCorruption.Most);
        init => Set(PictureNoiseCorruption.Most, value);
    }
}

/// <summary>Pixels to be told from those around them; for noisy pictures alone.</summary>
public sealed record BlindSpotsCorruptionOptions() : CorruptionOptions(BlindSpotsCorruption.Part)
{
    /// <summary>Probability that a pixel is a blind spot in training. From 0.0001 to 0.5. Default 0.02.</summary>
    public double? BlindShare
    {
        get => Get(BlindSpotsCorruption.Share);
        init => Set(BlindSpotsCorruption.Share, value);
    }
}

/// <summary>Leaves out, hides and swaps tokens of lines.</summary>
public sealed record TokenCorruptionOptions() : CorruptionOptions(TokenCorruption.Part)
{
    /// <summary>Probability that a token is left out. From 0 to 1. Default 0.1.</summary>
    public double? TokenDelete
    {
        get => Get(TokenCorruption.Delete);
        init => Set(TokenCorruption.Delete, value);
    }

    /// <summary>Probability that a token is hidden. From 0 to 1. Default 0.1.</summary>
    public double? TokenMask
    {
        get => Get(TokenCorruption.Mask);
        init => Set(TokenCorruption.Mask, value);
    }

    /// <summary>Probability that a token changes places with the next. From 0 to 1. Default 0.1.</summary>
    public double? TokenSwap
    {
        get => Get(TokenCorruption.Swap);
        init => Set(TokenCorruption.Swap, value);
    }
}
