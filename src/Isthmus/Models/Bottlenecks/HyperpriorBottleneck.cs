using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// Code y of a picture, rounded to whole steps about means: z = round(g y - mu) + mu, its rate -ln p(z) by logistic variables of means mu and scales s that a
/// second, smaller code tells (mean-scale hyperprior, Minnen, Balle and Toderici 2018). Places of a checkerboard's one colour come first, and those of the
/// other are told by their neighbours besides (He et al. 2021). Gains g for each channel, of several qualities and interpolated between them, make steps
/// coarse or fine (Cui et al. 2021); other gains undo them behind the rounding.
/// </summary>
/// <remarks>In training the rate is that of uniform noise in place of rounding, and the decoder's gradient passes the rounding as if it were none.</remarks>
internal sealed class HyperpriorBottleneck : Bottleneck
{
    /// <summary>Quality where none is given.</summary>
    public const double UsualQuality = 0.5;

    /// <summary>Factor of features before they meet codes: a code's step is 1, and features are wanted to a fraction of one.</summary>
    public const double FeatureScale = 8;

    /// <summary>Range of ln s.</summary>
    public const double LeastLogScale = -3.4,
        MostLogScale = 6;

    internal static readonly Setting<int> HyperChannels = SettingKinds.Whole(
        "hyper-channels",
        64,
        "channels of the second code; 0: a factorised prior without one",
        0,
        1024
    );
    internal static readonly Setting<int> EntropyChannels = SettingKinds.Whole(
        "entropy-channels",
        128,
        "channels of the network of means and scales",
        Lanes,
        1024
    );
    internal static readonly Setting<string> Context = SettingKinds.Choice(
        "code-context",
        Checkerboard,
        "codes known before a code that help to tell it: none, or checkerboard, half of the places by the other half",
        "none",
        Checkerboard
    );
    internal static readonly Setting<int> Qualities = SettingKinds.Whole(
        "qualities",
        5,
        "qualities with gains of their own; those between are interpolated",
        1,
        64
    );

    private const int Lanes = 16;

    // One over a code's step at the middle quality: high rates have steps of sqrt(12 w) s, w and s as image-codec has them. Gains begin at e^-1 to e of that.
    private const double FirstGain = 6,
        GainSpread = 1;

    private const string Checkerboard = "checkerboard";

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new(
        "hyperprior",
        "rounded codes, entropy-coded by means and scales that a second code tells; for net=codec",
        [HyperChannels, EntropyChannels, Context, Qualities],
        Create
    );

    private readonly int _height,
        _width;

    [ComponentName(Name = "gains")]
    private readonly Parameter _gains;

    [ComponentName(Name = "inverse_gains")]
    private readonly Parameter _inverseGains;

    // Of the outermost code: mean and ln s of each channel.
    [ComponentName(Name = "means")]
    private readonly Parameter _means;

    [ComponentName(Name = "log_scales")]
    private readonly Parameter _logScales;

    [ComponentName(Name = "hyper_analysis")]
    private readonly Sequential? _hyperAnalysis;

    [ComponentName(Name = "hyper_synthesis")]
    private readonly Sequential? _hyperSynthesis;

    [ComponentName(Name = "parameters")]
    private readonly Sequential? _parameterNetwork;

    private HyperpriorBottleneck(double[] deviations, int height, int width, int hyper, int entropy, bool hasContext, int qualities)
        : base("hyperprior", deviations.Length * height * width)
    {
        var channels = deviations.Length;
        (Channels, _height, _width, Hyper, HasContext) = (channels, height, width, hyper, hasContext && hyper > 0);
        var spread = ScalarOperations
            .Range(qualities, dtype: ScalarType.Float32, device: NewWeights.Device)
            .Times(qualities > 1 ? 2 * GainSpread / (qualities - 1) : 0)
            .Minus(qualities > 1 ? GainSpread : 0)
            .Plus(Math.Log(FirstGain))
            .unsqueeze(1)
            .expand(-1, channels)
            .contiguous();
        _inverseGains = new Parameter(spread.negative().DetachFromDisposeScope());
        _gains = new Parameter(spread.DetachFromDisposeScope());
        var outermost = hyper > 0 ? hyper : channels;
        _means = new Parameter(zeros(outermost, device: NewWeights.Device).DetachFromDisposeScope());
        float[] logScales = [.. deviations.Select(FirstLogScale)];
        _logScales = new Parameter((hyper > 0 ? zeros(hyper, device: NewWeights.Device) : OnDevice(logScales)).DetachFromDisposeScope());
        if (hyper > 0)
        {
            _hyperAnalysis = nn.Sequential(
                ("input", CodecNetwork.Same(channels, hyper)),
                ("activation", nn.ReLU()),
                ("halve", MatrixProduct.Convolution(hyper, hyper, kernel: 2, stride: 2, padding: 0)),
                ("activation2", nn.ReLU()),
                ("output", CodecNetwork.Same(hyper, hyper))
            );
            _hyperSynthesis = nn.Sequential(
                ("input", CodecNetwork.Same(hyper, hyper)),
                ("activation", nn.ReLU()),
                ("output", CodecNetwork.Same(hyper, 4 * hyper))
            );
            _parameterNetwork = nn.Sequential(
                ("input", CodecNetwork.Same(hyper + (HasContext ? channels : 0), entropy)),
                ("activation", nn.ReLU()),
                ("middle", MatrixProduct.Convolution(entropy, entropy, kernel: 1, stride: 1, padding: 0)),
                ("activation2", nn.ReLU()),
                ("output", Parameters(entropy, logScales))
            );
        }
        RegisterComponents();
    }

    /// <summary>Channels of the code, M.</summary>
    public int Channels { get; }

    /// <summary>Channels of the second code; 0 for none.</summary>
    public int Hyper { get; }

    /// <summary>True if half of the places are told by the other half.</summary>
    public bool HasContext { get; }

    /// <summary>Number of qualities with gains of their own.</summary>
    public int Levels => (int)_gains.shape[0];

    /// <summary>Layers from the second code to 4 F channels, blocks of 2 x 2 features; null for none.</summary>
    public Sequential? HyperSynthesis => _hyperSynthesis;

    /// <summary>Layers from features, times <see cref="FeatureScale"/>, and known codes to means and ln s; null for none.</summary>
    public Sequential? ParameterNetwork => _parameterNetwork;

    /// <summary>Mean and ln s of each channel of the outermost code.</summary>
    public (Tensor Means, Tensor LogScales) Outermost => (_means, _logScales);

    /// <summary>ln of the gains behind the rounding, qualities x M.</summary>
    public Tensor InverseGains => _inverseGains;

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null) =>
        Encode(head, ScalarOperations.Full(head.shape[0], UsualQuality, device: head.device));

    /// <summary>Returns codes of a quality for each record, from 0 to 1.</summary>
    internal Code Encode(Tensor head, Tensor quality)
    {
        var isNoisy = training && is_grad_enabled();
        var y = head.view(-1, Channels, _height, _width) * Gains(_gains, quality);
        var (rounded, rate) = Coded(y, isNoisy);
        return new((rounded * Gains(_inverseGains, quality)).flatten(1), rate);
    }

    /// <summary>Returns codes in steps, N x M x h x w, at one quality.</summary>
    public Tensor InSteps(Tensor y, double quality) => y * Gains(_gains, ScalarOperations.Full(1, quality, device: y.device));

    /// <summary>Returns what a step of each channel stands for behind the rounding at a quality, M.</summary>
    public Tensor StepsAt(double quality) => Gains(_inverseGains, ScalarOperations.Full(1, quality, device: _inverseGains.device)).flatten();

    /// <summary>Returns the second code of codes in steps, N x C x ceil(h/2) x ceil(w/2), not rounded.</summary>
    public Tensor HyperCode(Tensor y)
    {
        var (right, below) = (y.shape[3] % 2, y.shape[2] % 2);
        return _hyperAnalysis!.call(right + below > 0 ? nn.functional.pad(y, [0, right, 0, below], PaddingModes.Replicate) : y);
    }

    /// <summary>Returns features of the second code, N x F x h x w, times <see cref="FeatureScale"/>.</summary>
    public Tensor Features(Tensor hyperCode, long height, long width) =>
        PixelBlocks.ToPixels(_hyperSynthesis!.call(hyperCode)).narrow(2, 0, height).narrow(3, 0, width).Times(FeatureScale);

    /// <summary>Returns 1 at the places that come first, h x w.</summary>
    public static Tensor First(long height, long width, Device device) =>
        ScalarOperations
            .Range(height, dtype: ScalarType.Float32, device: device)
            .unsqueeze(1)
            .Plus(ScalarOperations.Range(width, dtype: ScalarType.Float32, device: device))
            .Plus(1)
            .Remainder(2);

    /// <summary>Returns gains at qualities, N x M x 1 x 1: of two neighbours, the logarithms are interpolated.</summary>
    internal static Tensor Gains(Tensor logarithms, Tensor quality)
    {
        var levels = logarithms.shape[0];
        var place = quality.Times(levels - 1).unsqueeze(1);
        var near = (place - ScalarOperations.Range(levels, dtype: ScalarType.Float32, device: quality.device)).abs().From(1).ClampMin(0);
        return near.matmul(logarithms).exp().unsqueeze(-1).unsqueeze(-1);
    }

    /// <summary>Returns rounded codes and their rate, nats, N.</summary>
    private (Tensor Rounded, Tensor Rate) Coded(Tensor y, bool isNoisy)
    {
        if (Hyper == 0)
            return (Rounded(y, Channelwise(_means)), Nats(y, Channelwise(_means), Channelwise(_logScales), isNoisy));
        var second = HyperCode(y);
        var secondRate = Nats(second, Channelwise(_means), Channelwise(_logScales), isNoisy);
        var features = Features(Rounded(second, Channelwise(_means)), y.shape[2], y.shape[3]);
        if (!HasContext)
        {
            var (mean, logScale) = Split(_parameterNetwork!.call(features));
            return (Rounded(y, mean), secondRate.Plus(Nats(y, mean, logScale, isNoisy)));
        }
        var first = First(y.shape[2], y.shape[3], y.device);
        var (means, scales) = Split(_parameterNetwork!.call(cat([features, zeros_like(y)], 1)));
        var (others, otherScales) = Split(_parameterNetwork.call(cat([features, Rounded(y, means) * first], 1)));
        var (all, allScales) = (others.Plus((means - others) * first), otherScales.Plus((scales - otherScales) * first));
        return (Rounded(y, all), secondRate.Plus(Nats(y, all, allScales, isNoisy)));
    }

    private (Tensor Mean, Tensor LogScale) Split(Tensor parameters) => (parameters.narrow(1, 0, Channels), parameters.narrow(1, Channels, Channels));

    private static Tensor Channelwise(Tensor numbers) => numbers.view(1, -1, 1, 1);

    // The gradient is that of y.
    private static Tensor Rounded(Tensor y, Tensor mean)
    {
        var distance = (y - mean).detach();
        return y.Plus(distance.round() - distance);
    }

    /// <summary>
    /// Returns -ln (S((v + 1/2) / s) - S((v - 1/2) / s)) summed over a record, v the distance from the mean, S the logistic function. With a = (|v| - 1/2) / s
    /// and b = (|v| + 1/2) / s it is softplus(a) + softplus(-b) - ln(1 - e^(-1/s)), which has a gradient everywhere.
    /// </summary>
    internal static Tensor Nats(Tensor y, Tensor mean, Tensor logScale, bool isNoisy)
    {
        var distance = y - mean;
        distance = (isNoisy ? distance.Plus(y.UniformLike().Minus(0.5)) : distance.round()).abs();
        var inverse = logScale.Clamp(LeastLogScale, MostLogScale).negative().exp();
        var nats =
            (distance.Minus(0.5) * inverse).Softplus().Plus((distance.Plus(0.5) * inverse.negative()).Softplus()) - inverse.negative().expm1().negative().log();
        return nats.flatten(1).sum(1);
    }

    /// <summary>Creates the layer of means and ln s, which starts at those of cosines in photographs.</summary>
    private static MatrixProduct Parameters(int inputs, float[] logScales)
    {
        var layer = MatrixProduct.Convolution(inputs, 2 * logScales.Length, kernel: 1, stride: 1, padding: 0, startsAtZero: true);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        layer.Bias.narrow(0, logScales.Length, logScales.Length).copy_(OnDevice(logScales));
        return layer;
    }

    private static Tensor OnDevice(float[] numbers) => tensor(numbers).to(NewWeights.Device ?? CPU);

    // A logistic variable of scale s has deviation s pi / sqrt(3).
    private static float FirstLogScale(double deviation) => (float)Math.Log(Math.Max(FirstGain * deviation * Math.Sqrt(3) / Math.PI, Math.Exp(LeastLogScale)));

    private static HyperpriorBottleneck Create(PartContext context)
    {
        var image = context.Schema.Demand<ImageSchema>(
            $"{OptionNames.Value("bottleneck", "hyperprior")} is for pictures, and this is {context.Schema}",
            $"take {OptionNames.Give("bottleneck", "gaussian")}"
        );
        var (height, width) = (image.Height / CodecNetwork.Stride, image.Width / CodecNetwork.Stride);
        if (height * width == 0 || context.Latent % (height * width) != 0)
            throw new InvalidInputException(
                $"{OptionNames.Value("bottleneck", "hyperprior")}",
                $"is for codes that are pictures, and these are {context.Latent} numbers of {context.Schema}",
                $"take {OptionNames.Give("net", "codec")} with it, on crops of photographs",
                OptionNames.Key("bottleneck")
            );
        var (hyper, entropy) = (context.Get(HyperChannels), context.Get(EntropyChannels));
        if (hyper % Lanes != 0 || entropy % Lanes != 0)
            throw new InvalidInputException(
                $"{OptionNames.Value("hyper-channels", hyper)} and {OptionNames.Value("entropy-channels", entropy)}",
                $"are to be multiples of {Lanes}",
                $"give such as {OptionNames.Give("hyper-channels", "64")} and {OptionNames.Give("entropy-channels", "128")}",
                OptionNames.Key("hyper-channels")
            );
        var deviations = BlockCosines.Deviations(image.Channels, context.Latent / (height * width));
        return new(deviations, height, width, hyper, entropy, context.Get(Context) == Checkerboard, context.Get(Qualities));
    }
}
