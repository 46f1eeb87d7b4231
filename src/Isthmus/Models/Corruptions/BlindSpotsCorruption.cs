using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Corruptions;

/// <summary>
/// Blind spots: some pixels of a noisy picture, each with probability p, take the value of a random other pixel near them, and the network has to give back
/// what they were, which it can only tell from the others: noise that is independent from pixel to pixel is not learned (Noise2Void, Krull, Buchholz and Jug
/// 2019). A mask of the replaced pixels, H x W, follows the record; pixels that were seen are handed on and say nothing.
/// </summary>
public sealed class BlindSpotsCorruption : Corruption
{
    // Pixels to either side that a replacement comes from.
    private const int Reach = 2;

    internal static readonly Setting<double> Share = SettingKinds.Number(
        "blind-share",
        0.02,
        "probability that a pixel is a blind spot in training",
        least: 0.0001,
        most: 0.5
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new(
        "blind-spots",
        "pixels to be told from those around them; for noisy pictures alone",
        [Share],
        context => new BlindSpotsCorruption(RequireImage(context, "blind-spots"), context.Get(Share))
    );

    private readonly ImageSchema _image;
    private readonly double _share;

    internal BlindSpotsCorruption(ImageSchema image, double share) => (_image, _share) = (image, share);

    internal override Told Told => new(_image.Height * _image.Width, IsMask: true);

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x)
    {
        var (count, area) = (x.shape[0], (long)Told.Count);
        var blind = RandomOperations.Uniform([count, 1, area], x.dtype, x.device).Below(_share);
        // Never the pixel itself: steps 0 to 23 of the 24 around it.
        const int Width = 2 * Reach + 1;
        var step = RandomOperations.Integers(0, Width * Width - 1, [count, area], x.device);
        step = step.Plus(step.AtLeast(Width * Width / 2).to(int64));
        var (row, column) = (step.div(Full(Width), RoundingMode.floor).Minus(Reach), step.Remainder(Width).Minus(Reach));
        var place = ScalarOperations.Range(area, device: x.device);
        var (y, z) = (place.div(Full(_image.Width), RoundingMode.floor).unsqueeze(0).Plus(row), place.Remainder(_image.Width).unsqueeze(0).Plus(column));
        // At the border mirrored: a pixel outside is one as far inside.
        var from = Inside(y, _image.Height).Times(_image.Width).Plus(Inside(z, _image.Width)).unsqueeze(1).expand(-1, _image.Channels, -1);
        var pixels = x.view(count, _image.Channels, area);
        return cat([where(blind, pixels.gather(2, from), pixels).flatten(1), blind.squeeze(1).to(x.dtype)], 1);

        Tensor Full(long value) => ScalarOperations.Full(1, value, int64, x.device);
    }

    private static Tensor Inside(Tensor place, int length)
    {
        var mirrored = place.abs();
        var last = length - 1;
        return last == 0 ? mirrored.Times(0) : mirrored.Minus(last).abs().From(last).Clamp(0, last);
    }
}
