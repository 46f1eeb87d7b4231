using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// p(x|z) = prod_i p(x_i | f_i(z), x_j for j in the window of i): the pixels of an image in raster order, at each place one
/// channel after another, each given the decoder's F features of its place and the known pixels of a small window
/// (PixelVAE, Gulrajani et al. 2017; the window is as small as in Zhang et al. 2022, so that what is global must stay in z).
/// With reach r the window is r rows above, from r columns left to r columns right, and the r pixels to the left:
/// 2 r (r + 1) places; and at the place itself the channels before. Outside the image pixels are 0.
/// <code>h_i = relu(A x_window + B f_i + b),   parameters_i = C h_i + c</code>
/// parameters of a base likelihood: Bernoulli, or a mixture of discretised logistics. A probability.
/// </summary>
public sealed class LocalContextLikelihood : Likelihood
{
    internal static readonly Setting<int> FeaturesSetting = SettingKinds.Whole(
        "features",
        4,
        "numbers that the decoder gives for each pixel and channel",
        1,
        256
    );
    internal static readonly Setting<int> ReachSetting = SettingKinds.Whole(
        "reach",
        2,
        "reach of the window of known neighbours, pixels up and to either side",
        1,
        16
    );
    internal static readonly Setting<int> ContextHiddenSetting = SettingKinds.Whole(
        "context-hidden",
        24,
        "hidden units for each pixel and channel, between window and features and the pixel's distribution",
        1,
        4096
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new(
        "local-context",
        "pixels given the decoder's features and their known neighbours; exact, drawn pixel by pixel",
        [FeaturesSetting, ReachSetting, ContextHiddenSetting, DiscretisedLogisticMixtureLikelihood.ComponentsSetting],
        context =>
        {
            var image = context.Schema.Demand<ImageSchema>(
                $"The local-context likelihood is for images, and this is {context.Schema}",
                $"take gaussian ({OptionNames.Model("vae")})"
            );
            return new LocalContextLikelihood(
                image,
                context.Get(FeaturesSetting),
                context.Get(ReachSetting),
                context.Get(ContextHiddenSetting),
                context.Get(DiscretisedLogisticMixtureLikelihood.ComponentsSetting)
            );
        }
    );

    [ComponentName(Name = "hidden")]
    private readonly Linear _toHidden;

    [ComponentName(Name = "output")]
    private readonly Linear _toOutput;

    private readonly ImageSchema _image;
    private readonly int _hidden,
        _reach,
        _known;
    private readonly Likelihood _base,
        _single;
    private readonly LocalContextKernel _kernel;

    /// <summary>Creates a local context over images.</summary>
    /// <param name="image">Schema of a record.</param>
    /// <param name="features">F.</param>
    /// <param name="reach">r.</param>
    /// <param name="hidden">Numbers in h_i.</param>
    /// <param name="components">Logistics in the mixture for pixels of more than two levels.</param>
    public LocalContextLikelihood(ImageSchema image, int features, int reach, int hidden, int components)
        : base("local-context", image.Dimension, features)
    {
        (_image, _hidden, _reach) = (image, hidden, reach);
        (_base, _single) = (PixelBase(image.Dimension), PixelBase(1));
        var channels = image.Channels;
        _known = (2 * reach * (reach + 1) + 1) * channels - 1;
        _kernel = new(
            channels,
            image.Height,
            image.Width,
            reach,
            _known,
            features,
            hidden,
            image.Levels == 2 ? new BernoulliKernel() : new DiscretisedLogisticMixtureKernel(image.Levels, components)
        );
        _toHidden = SeededLayers.Linear(_known + channels * features, channels * hidden);
        _toOutput = SeededLayers.Linear(hidden, channels * _base.ParametersPerDimension);
        using (no_grad())
            _toHidden.weight.copy_(Causal(_toHidden.weight));
        RegisterComponents();

        Likelihood PixelBase(int dimension) =>
            image.Levels == 2 ? new BernoulliLikelihood(dimension) : new DiscretisedLogisticMixtureLikelihood(dimension, image.Levels, components);
    }

    /// <summary>Reach of the window, r.</summary>
    public int Reach => _reach;

    /// <summary>Schema of a record.</summary>
    internal ImageSchema Image => _image;

    /// <summary>Distribution of a pixel given its parameters.</summary>
    internal Likelihood Base => _base;

    /// <summary>Weights: A and B side by side, (C hidden) x (known + F C), b, C, and c, as in <see cref="LocalContextLikelihood"/>.</summary>
    internal (Tensor Hidden, Tensor HiddenBias, Tensor Output, Tensor OutputBias) Weights =>
        (Causal(_toHidden.weight), _toHidden.bias!, _toOutput.weight, _toOutput.bias!);

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override int NumbersPerDimension => _hidden + _known + ParametersPerDimension + _base.ParametersPerDimension;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters)
    {
        var isSuffix = x.dim() <= parameters.dim() && x.shape[..^1].SequenceEqual(parameters.shape[^x.shape.Length..^1]);
        var inKernel = isSuffix && parameters.dtype == float32 && parameters.device.type == TorchSharp.DeviceType.CPU;
        return inKernel ? ByKernel(x, parameters) : ByTensors(x, parameters);
    }

    /// <summary>Computes ln p by its definition, in tensor operations.</summary>
    internal Tensor ByTensors(Tensor x, Tensor parameters) => _base.LogProbability(x, Conditionals(x, parameters));

    /// <summary>
    /// Computes ln p by <see cref="LocalContextKernel"/>. With g the gradient, value + g (p - p as a constant) has that value and that gradient.
    /// </summary>
    private Tensor ByKernel(Tensor x, Tensor parameters)
    {
        var weights = cat([Causal(_toHidden.weight).flatten(), _toHidden.bias!, _toOutput.weight.flatten(), _toOutput.bias!]);
        var withGradients = is_grad_enabled() && (parameters.requires_grad || weights.requires_grad);
        var (value, gradients) = _kernel.LogProbability(Rows(x), Rows(parameters), weights.detach(), withGradients, get_num_threads());
        if (gradients is not null)
        {
            value = value.Plus((gradients.ByFeatures * (parameters - parameters.detach()).view(gradients.ByFeatures.shape)).sum(-1));
            value = value.Plus(gradients.ByWeights.matmul(weights - weights.detach()));
        }
        return value.view(parameters.shape[..^1]);

        static Tensor Rows(Tensor tensor) => tensor.detach().reshape(-1, tensor.shape[^1]).contiguous();
    }

    /// <summary>Returns the base likelihood's parameters for every pixel of <paramref name="x"/>, each given the pixels before it: ... x (P D).</summary>
    internal Tensor Conditionals(Tensor x, Tensor parameters)
    {
        var (hidden, lead) = Hidden(x, parameters);
        var outputs = Enumerable
            .Range(0, _image.Channels)
            .Select(channel =>
            {
                var (weight, bias) = Output(channel);
                return nn
                    .functional.linear(hidden.narrow(1, channel * _hidden, _hidden), weight, bias)
                    .view([.. lead, _image.Height * _image.Width, -1])
                    .transpose(-1, -2);
            });
        return stack(outputs, -2).view([.. lead, _base.ParametersPerDimension * Dimension]);
    }

    /// <summary>Returns h of every place of every record, (... H W) x (C hidden), and the leading axes.</summary>
    internal (Tensor Units, long[] Lead) Hidden(Tensor x, Tensor parameters)
    {
        var (window, features) = (Windows(x), ByPlace(parameters));
        var lead = broadcast_tensors(window.narrow(-2, 0, 1), features.narrow(-2, 0, 1))[0].shape[..^2];
        // Places as rows of one matrix: a product of one tall matrix is three times as fast as one of each record.
        var inputs = cat([window.expand([.. lead, .. window.shape[^2..]]), features.expand([.. lead, .. features.shape[^2..]])], -2).transpose(-1, -2);
        return (nn.functional.linear(inputs.reshape(-1, inputs.shape[^1]), Causal(_toHidden.weight), _toHidden.bias).relu_(), lead);
    }

    /// <summary>
    /// Returns, pixel by pixel, the mean of each given the means of those before it. This is not E[x|z] itself, which would average over all values of those
    /// before.
    /// </summary>
    public override Tensor Mean(Tensor parameters) => OneByOne(parameters, _single.Mean);

    /// <summary>
    /// Returns, pixel by pixel, the most likely value of each given the most likely of those before it. Greedy: another image may be more likely as a whole.
    /// </summary>
    public override Tensor Mode(Tensor parameters) => OneByOne(parameters, _single.Mode);

    /// <inheritdoc/>
    public override Tensor Sample(Tensor parameters) => OneByOne(parameters, _single.Sample);

    /// <summary>Decides each number from its base parameters, given those decided before.</summary>
    private Tensor OneByOne(Tensor parameters, Func<Tensor, Tensor> decide)
    {
        using var noGradient = no_grad();
        using var outer = NewDisposeScope();
        var weight = Causal(_toHidden.weight);
        var fromWindow = weight.narrow(1, 0, _known);
        // Places first, so that one pixel's numbers of all records lie together: H W x (C hidden) x N.
        var fromFeatures = nn
            .functional.linear(ByPlace(parameters).flatten(0, -3).transpose(1, 2), weight.narrow(1, _known, weight.shape[1] - _known), _toHidden.bias)
            .permute(1, 2, 0)
            .contiguous();
        var count = fromFeatures.shape[^1];
        var canvas = zeros([_image.Height + _reach, _image.Width + 2 * _reach, _image.Channels, count], parameters.dtype, parameters.device);
        for (var row = 0; row < _image.Height; row++)
            for (var column = 0; column < _image.Width; column++)
                for (var channel = 0; channel < _image.Channels; channel++)
                {
                    using var scope = NewDisposeScope();
                    var known = canvas.narrow(0, row, _reach + 1).narrow(1, column, 2 * _reach + 1).reshape(-1, count).narrow(0, 0, _known);
                    var hidden = fromFeatures[row * _image.Width + column]
                        .narrow(0, channel * _hidden, _hidden)
                        .Plus(fromWindow.narrow(0, channel * _hidden, _hidden).matmul(known))
                        .relu_();
                    var (toOutput, bias) = Output(channel);
                    canvas[row + _reach, column + _reach, channel].copy_(decide(nn.functional.linear(hidden.t(), toOutput, bias)).squeeze(-1));
                }
        var image = canvas.narrow(0, _reach, _image.Height).narrow(1, _reach, _image.Width).permute(3, 2, 0, 1);
        return image.reshape([.. parameters.shape[..^1], Dimension]).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Returns the known values at each place, ... x (known) x (H W): the window's pixels in raster order, then the place's own, each with all channels; the
    /// last channel is never known.
    /// </summary>
    private Tensor Windows(Tensor x)
    {
        var (height, width) = (_image.Height, _image.Width);
        var padded = nn.functional.pad(x.reshape(-1, _image.Channels, height, width), [_reach, _reach, _reach, 0]);
        var side = 2 * _reach + 1;
        var planes = Enumerable.Range(0, _known / _image.Channels + 1).Select(place => padded.narrow(2, place / side, height).narrow(3, place % side, width));
        return cat([.. planes], 1).narrow(1, 0, _known).flatten(2).view([.. x.shape[..^1], _known, height * width]);
    }

    /// <summary>Returns the features of each place, ... x (F C) x (H W).</summary>
    private Tensor ByPlace(Tensor parameters) =>
        parameters.view([.. parameters.shape[..^1], ParametersPerDimension * _image.Channels, _image.Height * _image.Width]);

    private (Tensor Weight, Tensor Bias) Output(int channel)
    {
        var outputs = _base.ParametersPerDimension;
        return (_toOutput.weight.narrow(0, channel * outputs, outputs), _toOutput.bias!.narrow(0, channel * outputs, outputs));
    }

    /// <summary>Returns the weights without those from a channel at a place to itself and the channels before it.</summary>
    private Tensor Causal(Tensor weight)
    {
        var channels = _image.Channels;
        if (channels == 1)
            return weight;
        var mask = ones_like(weight).detach();
        for (var channel = 0; channel < channels - 1; channel++)
            mask.narrow(0, channel * _hidden, _hidden).narrow(1, _known - (channels - 1) + channel, channels - 1 - channel).zero_();
        return weight * mask;
    }
}
