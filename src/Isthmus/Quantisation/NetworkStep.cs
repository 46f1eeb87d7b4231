using Isthmus.Compression.Integer.Layers;
using Isthmus.Compute;
using Isthmus.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Quantisation;

/// <summary>
/// One layer of a network as whole numbers have it: a linear map or convolution, the normalisation of its output, and a non-linearity, which the last step has
/// not. Sums of a residual block's last convolution have the block's input added.
/// </summary>
internal sealed record NetworkStep
{
    private NetworkStep(Func<Tensor, Tensor> linear, Tensor weight, Tensor? bias) => (Linear, Weight, Bias) = (linear, weight, bias);

    /// <summary>The map of <see cref="Given"/> to sums.</summary>
    public Func<Tensor, Tensor> Linear { get; private init; }

    /// <summary>Weights, outputs x inputs; of a convolution channels x (k k C), the window's rows first.</summary>
    public Tensor Weight { get; }

    /// <summary>Bias; null for none.</summary>
    public Tensor? Bias { get; }

    /// <summary>Sizes of a convolution; null for a linear map.</summary>
    public ConvolutionShape? Shape { get; private init; }

    /// <summary>The picture whose numbers a linear map takes as a row, and that which it gives; null for rows that are no pictures.</summary>
    public Picture? From { get; private init; }

    /// <inheritdoc cref="From"/>
    public Picture? To { get; private init; }

    /// <summary>Normalisation of the sums; null for none.</summary>
    public BatchNorm? Norm { get; private init; }

    /// <summary>Non-linearity; null for none.</summary>
    public nn.Module<Tensor, Tensor>? Activation { get; private init; }

    /// <summary>How many steps before this one the step is whose outputs are added to the sums; 0 for none.</summary>
    public int Back { get; private init; }

    /// <summary>Number of inputs with moments of their own: of a convolution, channels.</summary>
    public int Moments => Shape?.Channels ?? (int)Weight.shape[1];

    /// <summary>Returns records as the map takes them, N x C x H x W or N x inputs.</summary>
    public Tensor Given(Tensor x) => Shape is null ? x.flatten(1) : x.reshape(-1, Shape.Channels, Shape.Height, Shape.Width);

    /// <summary>Throws unless every layer has an integer form.</summary>
    /// <exception cref="InvalidInputException">One has none: the message names it and says what to take.</exception>
    public static List<NetworkStep> Of(nn.Module<Tensor, Tensor> network)
    {
        var reader = new Reader();
        reader.Read(network);
        return reader.IsOpen
            ? reader.Steps
            : throw new InvalidInputException(
                "The model's network",
                "ends with no linear layer",
                $"archive with a model with {OptionNames.Value("net", "mlp")} or {OptionNames.Value("net", "conv")}",
                OptionNames.Key("net")
            );
    }

    /// <summary>Sizes of a picture.</summary>
    internal sealed record Picture(int Channels, int Height, int Width)
    {
        /// <summary>Index in planes of each number in the order that has channels last.</summary>
        public int[] ChannelsLast =>
            [.. Enumerable.Range(0, Height * Width).SelectMany(pixel => Enumerable.Range(0, Channels).Select(channel => (channel * Height * Width) + pixel))];
    }

    /// <summary>Reads layers in order.</summary>
    private sealed class Reader
    {
        /// <summary>The picture that the next layer sees, null for a row of numbers; and the picture that was made a row.</summary>
        private Picture? _picture,
            _flattened;

        public List<NetworkStep> Steps { get; } = [];

        /// <summary>True if the last step has no non-linearity yet.</summary>
        public bool IsOpen { get; private set; }

        public void Read(nn.Module<Tensor, Tensor> network)
        {
            foreach (var (name, module) in network.named_children())
                switch (module)
                {
                    case MatrixProduct { Window: { } window } convolution when !IsOpen && _picture is { } picture:
                        Convolution(convolution, window, picture);
                        break;
                    case MatrixProduct
                    or TorchSharp.Modules.Linear when !IsOpen && _picture is null && module.get_parameter("weight") is { } weight && weight.dim() == 2:
                        Add(new(((nn.Module<Tensor, Tensor>)module).call, weight, module.get_parameter("bias")) { From = _flattened });
                        _flattened = null;
                        break;
                    case Unflatten { unflattened_size: [var channels, var height, var width] } when !IsOpen:
                        _picture = new((int)channels, (int)height, (int)width);
                        if (Steps.Count > 0)
                            Steps[^1] = Steps[^1] with { To = _picture };
                        break;
                    case Flatten when _picture is not null:
                        (_flattened, _picture) = (_picture, null);
                        break;
                    case Crop crop when IsOpen && Steps[^1].Shape is { } shape:
                        var whole = Steps[^1].Linear;
                        Steps[^1] = Steps[^1] with { Shape = shape with { OutHeight = crop.Height, OutWidth = crop.Width }, Linear = x => crop.call(whole(x)) };
                        _picture = _picture! with { Height = crop.Height, Width = crop.Width };
                        break;
                    case Sequential inner when !IsOpen:
                        Read(inner);
                        break;
                    case ResidualBlock block when !IsOpen && _picture is not null && Steps.Count > 0:
                        Residual(block, _picture);
                        break;
                    case BatchNorm norm when IsOpen && Steps[^1].Norm is null:
                        Steps[^1] = Steps[^1] with { Norm = norm };
                        break;
                    case SeededDropout:
                        break;
                    case nn.Module<Tensor, Tensor> activation when IsOpen && NetworkQuantiser.ActivationOf(module) is not null:
                        Steps[^1] = Steps[^1] with { Activation = activation };
                        IsOpen = false;
                        break;
                    default:
                        throw new InvalidInputException(
                            $"The model's layer '{name}' ({module.GetName()})",
                            "has no integer form yet",
                            $"archive with a model with {OptionNames.Value("net", "conv")}, or with {OptionNames.Value("net", "mlp")} and "
                                + $"{OptionNames.Value("norm", "none")} or {OptionNames.Value("norm", "batch")}",
                            OptionNames.Key("net")
                        );
                }
        }

        private void Add(NetworkStep step)
        {
            Steps.Add(step);
            IsOpen = true;
        }

        /// <summary>
        /// x + conv(act(conv(act(x)))): the first non-linearity is that of a convolution of 1 x 1 that changes nothing, and the sums of the last have x added.
        /// </summary>
        private void Residual(ResidualBlock block, Picture picture)
        {
            var (channels, height, width) = picture;
            Add(new(x => x, eye(channels), null) { Shape = new(height, width, channels, height, width, 1, 1, 0, IsTransposed: false) });
            Read(block.Branch);
            Steps[^1] = Steps[^1] with { Back = 3 };
            IsOpen = false;
        }

        private void Convolution(MatrixProduct convolution, ConvolutionGeometry window, Picture picture)
        {
            int Side(int side) => convolution.IsTransposed ? window.Large(side) : window.Small(side);
            // Torch has C x channels x k x k for transposed ones.
            var weight = convolution.IsTransposed ? convolution.Weight.permute(1, 2, 3, 0) : convolution.Weight.permute(0, 2, 3, 1);
            var (channels, height, width) = picture;
            _picture = new((int)weight.shape[0], Side(height), Side(width));
            Add(
                new(convolution.call, weight.flatten(1), convolution.Bias)
                {
                    Shape = new(
                        height,
                        width,
                        channels,
                        _picture.Height,
                        _picture.Width,
                        window.Kernel,
                        window.Stride,
                        window.Padding,
                        convolution.IsTransposed
                    ),
                }
            );
        }
    }
}
