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

    public ImageArguments() => OptionGroup.In("Images", _size, _grey, _depth);

    public override IReadOnlyList<Option> Options => [_size, _grey, _depth];

    public override DataOptions Apply(Session session, DataOptions options) =>
        options with
        {
            Size = session.Get(_size) is { } size ? ImageSize.Parse(size) : null,
            Grey = session.Get(_grey),
            Depth = session.Get(_depth),
        };

    private static int? Depth(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var bits) && bits is >= 8 and <= 16)
            return bits;
        result.AddError($"--depth {result.Tokens[0].Value}: expected a number of bits from 8 to 16, such as 12");
        return null;
    }
}
