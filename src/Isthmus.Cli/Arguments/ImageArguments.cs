using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Isthmus.Data.Records;

namespace Isthmus.Cli.Arguments;

/// <summary>Options for reading pictures.</summary>
internal sealed class ImageArguments : KindArguments
{
    private readonly Option<string?> _size = new("--size")
    {
        Description = "Resize images to height x width, such as 28x20, or to a square: 28.",
        HelpName = "HxW",
    };
    private readonly Option<bool?> _grey = new("--grey")
    {
        Description = "Convert images to grey.",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "true|false",
    };
    private readonly Option<int?> _depth = new("--depth")
    {
        Description = "Bits per sample, 8 to 16, of images with 16-bit samples; white is 2^n - 1. Default: as many as the largest value needs.",
        HelpName = "n",
        CustomParser = Depth,
    };

    private readonly Option<int?> _crop = new("--crop")
    {
        Description = "Cut squares of n x n pixels from photographs of mixed sizes in a folder, at random places, anew in each epoch.",
        HelpName = "n",
        CustomParser = Crop,
    };
    private readonly Option<bool> _flips = new("--flips") { Description = "Mirror crops left to right at random." };
    private readonly Option<bool> _turns = new("--turns") { Description = "Turn crops by 0, 90, 180 or 270 degrees at random." };

    public ImageArguments() => OptionGroup.In("Images", _size, _grey, _depth, _crop, _flips, _turns);

    public override IReadOnlyList<Option> Options => [_size, _grey, _depth, _crop, _flips, _turns];

    public override DataOptions Apply(Session session, DataOptions options)
    {
        var (flips, turns) = (session.Get(_flips), session.Get(_turns));
        if ((flips || turns) && session.Get(_crop) is null)
            throw new InvalidInputException(flips ? "--flips" : "--turns", "is for crops of photographs", "give --crop n too, or leave it out");
        return options with
        {
            Size = session.Get(_size) is { } size ? ImageSize.Parse(size) : null,
            Grey = session.Get(_grey),
            Depth = session.Get(_depth),
            Crop = session.Get(_crop) is { } side ? new CropOptions(side, flips, turns) : null,
        };
    }

    private static int? Crop(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var side) && side is >= 1 and <= 65535)
            return side;
        result.AddError($"--crop {result.Tokens[0].Value}: expected a number of pixels, such as 64");
        return null;
    }

    private static int? Depth(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var bits) && bits is >= 8 and <= 16)
            return bits;
        result.AddError($"--depth {result.Tokens[0].Value}: expected a number of bits from 8 to 16, such as 12");
        return null;
    }
}
