using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Strided convolutions that halve the image (rounding up) while its shorter side is above 7, then one fully connected
/// layer; the decoder mirrors them with transposed convolutions, cropped to each stage's size. Any H x W from 8 x 8.
/// </summary>
public static class ConvolutionalNetwork
{
    internal static readonly Setting<string> Channels = SettingKinds.Widths(
        "channels",
        "",
        "channels after each halving of the picture; empty: 32, doubled each time up to 128"
    );
    internal static readonly Setting<int> Residual = SettingKinds.Whole("residual", 0, "residual blocks after each halving and before each doubling", 0, 8);
    internal static readonly Setting<int> Dense = SettingKinds.Whole("dense", 256, "width of the fully connected layer", 1, 65536);
    internal static readonly Setting<string> Activation = SettingKinds.Choice(
        "conv-activation",
        "silu",
        "non-linearity of the layers",
        Activations.Names.Where(name => name != Activations.Gated)
    );
    private const int LeastSide = 8;

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Func<NetworkContext, EncoderDecoder>> Part = new("conv", "strided convolutions", [Channels, Residual, Dense, Activation], _ =>
        Create
    );

    private static EncoderDecoder Create(NetworkContext context)
    {
        var image = context.Part.Schema.Demand<ImageSchema>(
            $"{OptionNames.Value("net", "conv")} is for images, and this is {context.Part.Schema}",
            $"take {OptionNames.Give("net", "mlp")}"
        );
        if (Math.Min(image.Height, image.Width) < LeastSide)
            throw new InvalidInputException(
                $"{OptionNames.Value("net", "conv")}",
                $"needs images of at least {LeastSide} x {LeastSide}, and these are {image.Height} x {image.Width}",
                $"take {OptionNames.Give("net", "mlp")} or a larger {OptionNames.Size}",
                OptionNames.Key("net")
            );
        var stages = Stages(image, SettingKinds.ParseWidths(context.Part.Get(Channels)));
        return new(Encoder(context, stages), Decoder(context, image, stages));
    }

    /// <summary>Returns size and channels before the first halving and after each.</summary>
    private static List<(int Channels, int Height, int Width)> Stages(ImageSchema image, int[] channels)
    {
        List<(int Channels, int Height, int Width)> stages = [(image.Channels, image.Height, image.Width)];
        while (channels.Length == 0 ? Math.Min(stages[^1].Height, stages[^1].Width) > 7 : stages.Count <= channels.Length)
        {
            var (_, height, width) = stages[^1];
            if (Math.Min(height, width) < 2)
                throw new InvalidInputException(
                    $"{OptionNames.Value("channels", string.Join(',', channels))}",
                    $"halves images {channels.Length} times, and these of {image.Height} x {image.Width} cannot be",
                    "give fewer",
                    OptionNames.Key("channels")
                );
            stages.Add((channels.Length == 0 ? Math.Min(128, 32 << (stages.Count - 1)) : channels[stages.Count - 1], (height + 1) / 2, (width + 1) / 2));
        }
        return stages;
    }

    private static Sequential Encoder(NetworkContext context, List<(int Channels, int Height, int Width)> stages)
    {
        var activation = context.Part.Get(Activation);
        var (channels, height, width) = stages[0];
        List<(string, nn.Module<Tensor, Tensor>)> layers = [("image", nn.Unflatten(1, [channels, height, width]))];
        for (var i = 1; i < stages.Count; i++)
        {
            layers.Add(($"conv{i}", MatrixProduct.Convolution(stages[i - 1].Channels, stages[i].Channels, kernel: 3, stride: 2, padding: 1)));
            layers.Add(($"activation{i}", Activations.Create(activation)));
            AddResidualBlocks(layers, context, i, stages[i].Channels);
        }
        layers.Add(("flatten", nn.Flatten()));
        layers.Add(("dense", MatrixProduct.Linear(Numbers(stages[^1]), context.Part.Get(Dense))));
        layers.Add(("activation", Activations.Create(activation)));
        layers.Add(("output", MatrixProduct.Linear(context.Part.Get(Dense), context.HeadWidth)));
        return nn.Sequential(layers);
    }

    private static Sequential Decoder(NetworkContext context, ImageSchema image, List<(int Channels, int Height, int Width)> stages)
    {
        var activation = context.Part.Get(Activation);
        var (channels, height, width) = stages[^1];
        List<(string, nn.Module<Tensor, Tensor>)> layers =
        [
            ("dense", MatrixProduct.Linear(context.Part.Latent, context.Part.Get(Dense))),
            ("dense_activation", Activations.Create(activation)),
            ("grid", MatrixProduct.Linear(context.Part.Get(Dense), Numbers(stages[^1]))),
            ("grid_activation", Activations.Create(activation)),
            ("image", nn.Unflatten(1, [channels, height, width])),
        ];
        for (var i = stages.Count - 1; i >= 1; i--)
        {
            AddResidualBlocks(layers, context, i, stages[i].Channels);
            var last = i == 1;
            var outputs = last ? Math.Max(stages[i].Channels / 2, 16) : stages[i - 1].Channels;
            layers.Add(($"conv{i}", Doubling(stages[i], outputs, stages[i - 1].Height, stages[i - 1].Width)));
            layers.Add(($"activation{i}", Activations.Create(activation)));
            if (last)
                layers.Add(("output", MatrixProduct.Convolution(outputs, context.ParametersPerDimension * image.Channels, kernel: 3, stride: 1, padding: 1)));
        }
        layers.Add(("flatten", nn.Flatten()));
        return nn.Sequential(layers);
    }

    private static void AddResidualBlocks(List<(string, nn.Module<Tensor, Tensor>)> layers, NetworkContext context, int stage, int channels)
    {
        for (var block = 1; block <= context.Part.Get(Residual); block++)
            layers.Add(($"residual{stage}_{block}", new ResidualBlock(channels, context.Part.Get(Activation))));
    }

    private static int Numbers((int Channels, int Height, int Width) stage) => stage.Channels * stage.Height * stage.Width;

    /// <summary>Creates layers that double height and width, cropped to the size that was halved (an odd side doubles to one too many).</summary>
    private static Sequential Doubling((int Channels, int Height, int Width) stage, int outputs, int height, int width)
    {
        List<(string, nn.Module<Tensor, Tensor>)> layers =
        [
            ("conv", MatrixProduct.TransposedConvolution(stage.Channels, outputs, kernel: 4, stride: 2, padding: 1)),
        ];
        if (height < 2 * stage.Height || width < 2 * stage.Width)
            layers.Add(("crop", new Crop(height, width)));
        return nn.Sequential(layers);
    }
}
