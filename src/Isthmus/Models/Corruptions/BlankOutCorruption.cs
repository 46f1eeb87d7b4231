using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Corruptions;

/// <summary>Sets one square patch of each image to 0, at a place drawn uniformly, in every channel.</summary>
public sealed class BlankOutCorruption(ImageSchema image, int side) : Corruption
{
    internal static readonly Setting<int> Side = SettingKinds.Whole("patch", 8, "side of the square that is blanked, pixels", least: 1);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new("blank-out", "blanks one square patch of the image", [Side], context =>
    {
        var image = RequireImage(context, "blank-out");
        var side = context.Get(Side);
        return side <= Math.Min(image.Height, image.Width)
            ? new BlankOutCorruption(image, side)
            : throw new InvalidInputException(
                $"{OptionNames.Value("patch", side)}",
                $"does not fit into images of {image.Height} x {image.Width}",
                "give a patch that fits",
                OptionNames.Key("patch")
            );
    });

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x)
    {
        var rows = Inside(x, image.Height).unsqueeze(-1);
        var columns = Inside(x, image.Width).unsqueeze(-2);
        var patch = rows.logical_and(columns).unsqueeze(1);
        return x.view(-1, image.Channels, image.Height, image.Width).MaskedFill(patch, 0).view(x.shape);
    }

    /// <summary>Returns N x length: true for each row (or column) in the patch.</summary>
    private Tensor Inside(Tensor x, int length)
    {
        var first = RandomOperations.Integers(0, length - side + 1, [x.shape[0], 1], x.device);
        var place = ScalarOperations.Range(length, device: x.device).unsqueeze(0) - first;
        return place.AtLeast(0).logical_and(place.Below(side));
    }
}
