using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Transforms of a codec of photographs of any size (Balle, Laparra and Simoncelli 2017): cosines of blocks of 16 x 16 pixels, and beside them 4 x 4 pixels as
/// channels, residual blocks of 3 x 3 convolutions with rectifiers at 1/4, 1/8 and 1/16 of the size, and the way back. The layers start at no change, so that
/// training improves a transform codec. Most of the arithmetic is at an eighth, where convolutions see far and cost little.
/// </summary>
internal static class CodecNetwork
{
    /// <summary>Pixels of a picture's side to one of the code's.</summary>
    public const int Stride = 16;

    /// <summary>Unit of what layers add to cosines and pixels: a step of training moves a thousand weights at once, and throws their sum far off.</summary>
    public const double Change = 1.0 / 16;

    internal static readonly Setting<string> Channels = SettingKinds.Widths(
        "codec-channels",
        "64,128,192",
        "channels at 1/4, 1/8 and 1/16 of the picture's size"
    );
    internal static readonly Setting<string> Blocks = SettingKinds.Widths(
        "codec-blocks",
        "1,2,1",
        "residual blocks at each size, of the analysis and again of the synthesis"
    );
    internal static readonly Setting<int> Latents = SettingKinds.Whole("codec-latents", 256, "channels of the code", Lanes, 1024);

    internal static readonly Setting<string> Cosines = SettingKinds.Choice(
        "codec-cosines",
        Learned,
        "cosines of blocks of 16 x 16, the linear part of both transforms: learned starts at them, fixed keeps them, and no file holds them",
        Learned,
        "fixed"
    );

    private const string Learned = "learned";

    // Widths that the convolution kernels take whole.
    private const int Lanes = 16;

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Func<NetworkContext, EncoderDecoder>> Part = new(
        "codec",
        "fully convolutional, of pictures of any size; the code is a picture of 1/16 of height and width",
        [Channels, Blocks, Latents, Cosines],
        _ => Create
    )
    {
        CodeLength = (schema, settings) => settings.Get(Latents) * (Image(schema).Height / Stride) * (Image(schema).Width / Stride),
    };

    private static EncoderDecoder Create(NetworkContext context)
    {
        var image = Image(context.Part.Schema);
        if (image.Height % Stride != 0 || image.Width % Stride != 0)
            throw new InvalidInputException(
                $"{OptionNames.Value("net", "codec")}",
                $"learns from pictures whose height and width are multiples of {Stride}, and these have {image.Height} x {image.Width} pixels",
                $"give {OptionNames.Crop} 64 or another multiple of {Stride}",
                OptionNames.Crop
            );
        var (channels, blocks) = (SettingKinds.ParseWidths(context.Part.Get(Channels)), SettingKinds.ParseWidths(context.Part.Get(Blocks)));
        var latents = context.Part.Get(Latents);
        if (channels.Length != 3 || blocks.Length != 3 || channels.Append(latents).Any(width => width % Lanes != 0))
            throw new InvalidInputException(
                $"{OptionNames.Value("codec-channels", context.Part.Get(Channels))}, {OptionNames.Value("codec-blocks", context.Part.Get(Blocks))} and "
                    + $"{OptionNames.Value("codec-latents", latents)}",
                $"do not make a codec: it has three widths and the code's, multiples of {Lanes}, and three numbers of blocks",
                $"give such as {OptionNames.Give("codec-channels", "64,128,192")} and {OptionNames.Give("codec-blocks", "1,2,1")}",
                OptionNames.Key("codec-channels")
            );
        var length = Part.CodeLength!(image, context.Part.Settings);
        if (context.HeadWidth != length || context.Part.Latent != length || context.ParameterWidth != image.Dimension)
            throw new InvalidInputException(
                $"{OptionNames.Value("net", "codec")}",
                $"has codes of {length} numbers and pictures of {image.Dimension}, and {context.HeadWidth} and {context.ParameterWidth} were asked for",
                $"leave bottleneck, {OptionNames.Key("latent")}, {OptionNames.Key("likelihood")} and {OptionNames.Key("variance")} as the preset has them",
                OptionNames.Key("net")
            );
        var learns = context.Part.Get(Cosines) == Learned;
        return new(
            new PictureAnalysis(image, latents, Analysis(image.Channels, channels, blocks, latents), learns),
            new PictureSynthesis(image, latents, channels, blocks, learns)
        );
    }

    private static ImageSchema Image(DataSchema schema) =>
        schema.Demand<ImageSchema>($"{OptionNames.Value("net", "codec")} is for pictures, and this is {schema}", $"take {OptionNames.Give("net", "mlp")}");

    private static Sequential Analysis(int colours, int[] channels, int[] blocks, int latents) =>
        nn.Sequential([
            ("input", Same(PictureAnalysis.Block * PictureAnalysis.Block * colours, channels[0])),
            .. BlocksOf("quarter", channels[0], blocks[0]),
            ("halve1", MatrixProduct.Convolution(channels[0], channels[1], kernel: 2, stride: 2, padding: 0)),
            .. BlocksOf("eighth", channels[1], blocks[1]),
            ("halve2", MatrixProduct.Convolution(channels[1], channels[2], kernel: 2, stride: 2, padding: 0)),
            .. BlocksOf("sixteenth", channels[2], blocks[2]),
            ("output", Same(channels[2], latents, startsAtZero: true)),
        ]);

    /// <summary>Returns the layers from a code to a quarter of the size.</summary>
    internal static Sequential ToQuarter(int[] channels, int[] blocks, int latents) =>
        nn.Sequential([
            ("input", Same(latents, channels[2])),
            .. BlocksOf("sixteenth", channels[2], blocks[2]),
            ("double2", MatrixProduct.TransposedConvolution(channels[2], channels[1], kernel: 2, stride: 2, padding: 0)),
            .. BlocksOf("eighth", channels[1], blocks[1]),
            ("double1", MatrixProduct.TransposedConvolution(channels[1], channels[0], kernel: 2, stride: 2, padding: 0)),
        ]);

    /// <summary>Returns the layers from a quarter of the size to blocks of pixels.</summary>
    internal static Sequential FromQuarter(int colours, int[] channels, int[] blocks) =>
        nn.Sequential([
            .. BlocksOf("quarter", channels[0], blocks[0]),
            ("output", Same(channels[0], PictureAnalysis.Block * PictureAnalysis.Block * colours, startsAtZero: true)),
        ]);

    /// <summary>Returns how many places of the code to each side a pixel of the synthesis, or of a picture a place of the analysis, depends on.</summary>
    internal static int Reach(int[] blocks)
    {
        // In pixels: the first or last convolution at 1/16, two at 1/4, and two a block at each size; halving, doubling and cosines stay in their block.
        var pixels = Stride + 2 * 4 + 2 * (4 * blocks[0] + 8 * blocks[1] + Stride * blocks[2]);
        return (pixels + Stride - 1) / Stride + 1;
    }

    private static IEnumerable<(string, nn.Module<Tensor, Tensor>)> BlocksOf(string name, int channels, int count) =>
        Enumerable.Range(0, count).Select(i => ($"{name}{i}", (nn.Module<Tensor, Tensor>)new ResidualBlock(channels, "relu")));

    /// <summary>Creates a convolution of 3 x 3 that keeps height and width.</summary>
    internal static MatrixProduct Same(int inputs, int outputs, bool startsAtZero = false) =>
        MatrixProduct.Convolution(inputs, outputs, kernel: 3, stride: 1, padding: 1, startsAtZero);
}
