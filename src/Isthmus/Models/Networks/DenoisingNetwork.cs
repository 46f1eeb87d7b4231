using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Fully convolutional denoiser of pictures of any size: 2 x 2 pixels as channels (FFDNet, Zhang, Zuo and Zhang 2018), residual blocks of 3 x 3 convolutions at
/// 1/2 of the size, 1/4, 1/8 and so on (U-Net, Ronneberger et al. 2015, with shortcuts that are added), and the change added to the noisy picture (DnCNN,
/// Zhang et al. 2017). The code is the restored picture, free of charge: there is no bottleneck, and the decoder hands it on.
/// </summary>
public static class DenoisingNetwork
{
    internal static readonly Setting<string> Channels = SettingKinds.Widths(
        "denoiser-channels",
        "48,96,192",
        "channels at 1/2, 1/4, 1/8 ... of the picture's size; one number makes a plain chain of layers"
    );
    internal static readonly Setting<string> Blocks = SettingKinds.Widths(
        "denoiser-blocks",
        "1,2,2",
        "residual blocks at each size, on the way down and again on the way up; at the smallest size once"
    );

    // Widths that the convolution kernels take whole.
    private const int Lanes = 16;

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Func<NetworkContext, EncoderDecoder>> Part = new(
        "denoiser",
        "fully convolutional, of pictures of any size; the code is the restored picture",
        [Channels, Blocks],
        _ => Create
    )
    {
        CodeIsRecord = true,
    };

    private static EncoderDecoder Create(NetworkContext context)
    {
        var schema = context.Part.Schema.Demand<ImageSchema>(
            $"{OptionNames.Value("net", "denoiser")} is for pictures, and this is {context.Part.Schema}",
            $"take {OptionNames.Give("net", "mlp")}"
        );
        var (image, corruption) = (schema.Output, context.Part.Create<Corruption>());
        if (schema.IsPaired != corruption is NoCorruption)
            throw new InvalidInputException(
                $"{OptionNames.Value("net", "denoiser")}",
                schema.IsPaired
                    ? "is to learn from pairs of noisy pictures, and adds noise of its own"
                    : "has nothing to take out of pictures without a corruption, and there are no pairs of noisy ones",
                schema.IsPaired
                    ? schema.Kind.Targets.Refused
                    : $"put two noisy pictures of each scene under the same name in folders first and second, and cut crops of them ({OptionNames.Crop})",
                OptionNames.Key("corruption")
            );
        if (context.HeadWidth != image.Dimension || context.ParameterWidth != image.Dimension)
            throw new InvalidInputException(
                $"{OptionNames.Value("net", "denoiser")}",
                $"hands on a picture of {image.Dimension} numbers, and a code of {context.HeadWidth} and {context.ParameterWidth} parameters were asked for",
                $"leave bottleneck, {OptionNames.Key("latent")}, {OptionNames.Key("likelihood")} and {OptionNames.Key("variance")} as the preset has them",
                OptionNames.Key("net")
            );
        var (channels, blocks) = (SettingKinds.ParseWidths(context.Part.Get(Channels)), SettingKinds.ParseWidths(context.Part.Get(Blocks)));
        if (channels.Length == 0 || channels.Length != blocks.Length || channels.Any(width => width % Lanes != 0))
            throw new InvalidInputException(
                $"{OptionNames.Value("denoiser-channels", context.Part.Get(Channels))} and {OptionNames.Value("denoiser-blocks", context.Part.Get(Blocks))}",
                $"do not make a network: each size needs channels, a multiple of {Lanes}, and a number of blocks",
                $"give as many of one as of the other, such as {OptionNames.Give("denoiser-channels", "64,128")} and "
                    + $"{OptionNames.Give("denoiser-blocks", "2,4")}",
                OptionNames.Key("denoiser-channels")
            );
        var told = corruption.Told;
        var ofBlock = PixelBlocks.Side * PixelBlocks.Side * image.Channels;
        var body = nn.Sequential(
            ("input", MatrixProduct.Convolution(ofBlock + (told.IsMask ? 0 : told.Count), channels[0], kernel: 3, stride: 1, padding: 1)),
            ("sizes", Size(channels, blocks, 0)),
            ("activation", nn.ReLU()),
            // A denoiser starts as the identity: it is never worse than its input.
            ("output", MatrixProduct.Convolution(channels[0], ofBlock, kernel: 3, stride: 1, padding: 1, startsAtZero: true))
        );
        var multiple = PixelBlocks.Side << (channels.Length - 1);
        return new(new PictureDenoiser(image, told, body, multiple) { Reach = Reach(blocks, multiple) }, nn.Identity());
    }

    // Two convolutions a block, each one place to either side, at every size there and back; two of the whole at half the size.
    private static int Reach(int[] blocks, int multiple)
    {
        var places = 2 * PixelBlocks.Side;
        for (var level = 0; level < blocks.Length; level++)
            places += (PixelBlocks.Side << level) * 2 * blocks[level] * (level == blocks.Length - 1 ? 1 : 2);
        // Halving and doubling look no further than the block that a place is in.
        return (places + multiple + multiple - 1) / multiple * multiple;
    }

    /// <summary>Creates the layers of one size, and within them those of the smaller ones.</summary>
    private static Sequential Size(int[] channels, int[] blocks, int level)
    {
        List<(string, nn.Module<Tensor, Tensor>)> layers = [];
        void AddBlocks(string name)
        {
            for (var i = 0; i < blocks[level]; i++)
                layers.Add(($"{name}{i}", new ResidualBlock(channels[level], "relu")));
        }
        AddBlocks("down");
        if (level == channels.Length - 1)
            return nn.Sequential(layers);
        layers.Add(
            (
                "smaller",
                new ResidualBranch(
                    nn.Sequential(
                        ("halve", MatrixProduct.Convolution(channels[level], channels[level + 1], kernel: 2, stride: 2, padding: 0)),
                        ("layers", Size(channels, blocks, level + 1)),
                        ("double", MatrixProduct.TransposedConvolution(channels[level + 1], channels[level], kernel: 2, stride: 2, padding: 0))
                    )
                )
            )
        );
        AddBlocks("up");
        return nn.Sequential(layers);
    }
}
