using Isthmus.Compression.Photographs;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// p(x) = prod_i p(x_i | those before it): pixels in raster order, of each green, red and blue in turn. Least squares on known neighbours, fitted anew at every
/// sample, give a mean and a scale (<see cref="PixelPredictor"/>); a network for each colour moves and mixes logistic variables about them by features of what
/// is known around. The decoder's output is not looked at. A probability.
/// </summary>
public sealed class PixelPredictionLikelihood : Likelihood
{
    internal static readonly Setting<string> Hidden = SettingKinds.Widths(
        "pixel-hidden",
        "32,32",
        "hidden units of the network that tells a sample's distribution from what is known around it"
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new(
        "pixel-prediction",
        "pixels of photographs by what is known around them, without a code; exact, drawn pixel by pixel",
        [Hidden, DiscretisedLogisticMixtureLikelihood.ComponentsSetting],
        context =>
        {
            var image = context.Schema.Demand<ImageSchema>(
                $"The pixel-prediction likelihood is for images, and this is {context.Schema}",
                $"take gaussian ({OptionNames.Model("vae")})"
            );
            if (image.Levels != PixelCoder.Levels)
                throw new InvalidInputException(
                    $"{OptionNames.Value("likelihood", "pixel-prediction")}",
                    $"is for pixels of {PixelCoder.Levels} levels, and these have {image.Levels}",
                    $"take {OptionNames.Model("pixel-vae")}",
                    OptionNames.Key("likelihood")
                );
            return new PixelPredictionLikelihood(
                image.Output,
                SettingKinds.ParseWidths(context.Get(Hidden)),
                context.Get(DiscretisedLogisticMixtureLikelihood.ComponentsSetting)
            );
        }
    );

    // Of the first scales, ln: as wide as a mean error tells, and narrower ones.
    private const double LeastLogScale = -1.2;

    // Records whose features are held at once.
    private const int MostAtOnce = 16;
    private const double Step = 1.0 / (PixelCoder.Levels - 1);

    private readonly ImageSchema _image;
    private readonly Sequential[] _networks;

    /// <summary>Creates the networks with random weights.</summary>
    /// <param name="image">Schema of a record.</param>
    /// <param name="hidden">Hidden units, layer after layer.</param>
    /// <param name="components">Logistics in the mixture.</param>
    public PixelPredictionLikelihood(ImageSchema image, IReadOnlyList<int> hidden, int components)
        : base("pixel-prediction", image.Dimension, 1)
    {
        (_image, Components) = (image, components);
        _networks = [.. Enumerable.Range(0, image.Channels).Select(_ => Layers(hidden, components))];
        for (var colour = 0; colour < _networks.Length; colour++)
            register_module($"colour{colour}", _networks[colour]);
    }

    /// <summary>Number of logistic variables, K.</summary>
    public int Components { get; }

    /// <summary>Networks in the order of coding: green, red, blue, or grey.</summary>
    internal IReadOnlyList<Sequential> Networks => _networks;

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override int ParameterWidth => 1;

    /// <inheritdoc/>
    public override int NumbersPerDimension => PixelPredictor.Features;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters)
    {
        var parts = new List<Tensor>();
        var records = x.reshape(-1, Dimension);
        for (var first = 0L; first < records.shape[0]; first += MostAtOnce)
        {
            using var scope = NewDisposeScope();
            var some = records.narrow(0, first, Math.Min(MostAtOnce, records.shape[0] - first));
            var (features, means, scales, samples) = Known(some);
            Tensor? sum = null;
            for (var colour = 0; colour < _networks.Length; colour++)
            {
                var outputs = _networks[colour].call(features[colour]);
                var nats = LogMass(samples[colour], Mixture(outputs, means[colour], scales[colour])).view(some.shape[0], -1).sum(1);
                sum = sum is null ? nats : sum.Plus(nats);
            }
            parts.Add(sum!.MoveToOuterDisposeScope());
        }
        // It depends on the parameters as little as it is said to: their gradient is 0.
        return cat([.. parts], 0).view(x.shape[..^1]).Plus(parameters.sum(-1).Times(0));
    }

    /// <summary>Returns, pixel by pixel, the mean of each given those before it, rounded to a level.</summary>
    public override Tensor Mean(Tensor parameters) => OneByOne(parameters, logs => (logs.exp() * Every(logs.device)).sum(-1).Over(Step).round());

    /// <summary>Returns, pixel by pixel, the most likely level of each given those before it. Greedy: another image may be more likely as a whole.</summary>
    public override Tensor Mode(Tensor parameters) => OneByOne(parameters, logs => logs.argmax(-1));

    /// <inheritdoc/>
    // Gumbel-max: argmax(ln p - ln(-ln u)) is a draw from p (Gumbel 1954).
    public override Tensor Sample(Tensor parameters) =>
        OneByOne(parameters, logs => (logs - logs.UniformLike().ClampMin(1e-20).log().negative().ClampMin(1e-20).log()).argmax(-1));

    /// <summary>
    /// Returns for each colour, in the order of coding, features (places x F), means and scales in [0, 1] (places x 1) and the samples (places x 1), of all
    /// places of all records.
    /// </summary>
    internal (Tensor[] Features, Tensor[] Means, Tensor[] Scales, Tensor[] Samples) Known(Tensor x)
    {
        var (count, colours, places) = ((int)x.shape[0], _image.Channels, _image.Height * _image.Width);
        using var pixels = x.detach().Over(Step).round().to(ScalarType.Byte).cpu().contiguous();
        var samples = pixels.bytes.ToArray();
        var features = new float[colours][];
        var (means, scales, levels) = (new float[colours][], new float[colours][], new float[colours][]);
        for (var colour = 0; colour < colours; colour++)
            (features[colour], means[colour], scales[colour], levels[colour]) = (
                new float[count * places * PixelPredictor.Features],
                new float[count * places],
                new float[count * places],
                new float[count * places]
            );
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, record =>
        {
            var predictor = new PixelPredictor(_image.Height, _image.Width, isGrey: colours == 1);
            Span<short> own = stackalloc short[PixelPredictor.Features];
            for (var row = 0; row < _image.Height; row++)
            {
                predictor.BeginRow();
                for (var column = 0; column < _image.Width; column++)
                    for (var colour = 0; colour < colours; colour++)
                    {
                        var place = (((record * _image.Height) + row) * _image.Width) + column;
                        var sample = samples[(((record * colours) + Plane(colour)) * places) + (row * _image.Width) + column];
                        var (mean, scale) = predictor.Predict(colour, own);
                        var to = features[colour].AsSpan(place * PixelPredictor.Features);
                        for (var i = 0; i < own.Length; i++)
                            to[i] = own[i] * (1f / PixelPredictor.One);
                        const float Unit = (float)(Step / PixelPredictor.Level);
                        (means[colour][place], scales[colour][place]) = (mean * Unit, scale * Unit);
                        levels[colour][place] = sample * (float)Step;
                        predictor.Accept(colour, sample);
                    }
                predictor.EndRow();
            }
        });
        Tensor[] Of(float[][] numbers, int width) => Array.ConvertAll(numbers, all => tensor(all, device: x.device).view(-1, width));
        return (Of(features, PixelPredictor.Features), Of(means, 1), Of(scales, 1), Of(levels, 1));
    }

    /// <summary>Returns logarithms of weights, means and inverse scales of the mixtures, in [0, 1].</summary>
    private (Tensor LogWeights, Tensor Means, Tensor InverseScales) Mixture(Tensor outputs, Tensor means, Tensor scales)
    {
        var three = outputs.chunk(3, -1);
        return (three[0].log_softmax(-1), means.Plus(three[1] * scales), three[2].Clamp(-6, 6).negative().exp() / scales);
    }

    private static Tensor LogMass(Tensor samples, (Tensor LogWeights, Tensor Means, Tensor InverseScales) mixture) =>
        mixture.LogWeights.Plus(DiscretisedLogisticLikelihood.LogMass(samples, mixture.Means, mixture.InverseScales, Step)).logsumexp(-1);

    private static Tensor Every(Device device) => ScalarOperations.Range(PixelCoder.Levels, dtype: ScalarType.Float32, device: device).Times(Step);

    /// <summary>Decides each sample from the logarithms of the probabilities of all levels, rows x 256, given those decided before.</summary>
    private Tensor OneByOne(Tensor parameters, Func<Tensor, Tensor> decide)
    {
        using var noGradient = no_grad();
        using var outer = NewDisposeScope();
        var (count, colours) = ((int)(parameters.numel() / parameters.shape[^1]), _image.Channels);
        var predictors = Enumerable.Range(0, count).Select(_ => new PixelPredictor(_image.Height, _image.Width, isGrey: colours == 1)).ToArray();
        var picture = new float[count, colours, _image.Height, _image.Width];
        var (features, own) = (new float[count * PixelPredictor.Features], new short[PixelPredictor.Features]);
        var (means, scales) = (new float[count], new float[count]);
        var every = Every(parameters.device).view(1, -1, 1);
        for (var row = 0; row < _image.Height; row++)
        {
            Array.ForEach(predictors, predictor => predictor.BeginRow());
            for (var column = 0; column < _image.Width; column++)
                for (var colour = 0; colour < colours; colour++)
                {
                    using var scope = NewDisposeScope();
                    for (var record = 0; record < count; record++)
                    {
                        var (mean, scale) = predictors[record].Predict(colour, own);
                        (means[record], scales[record]) = ((float)(mean * Step / PixelPredictor.Level), (float)(scale * Step / PixelPredictor.Level));
                        for (var i = 0; i < own.Length; i++)
                            features[(record * own.Length) + i] = own[i] / (float)PixelPredictor.One;
                    }
                    Tensor Of(float[] numbers, int width) => tensor(numbers, device: parameters.device).view(-1, width);
                    var outputs = _networks[colour].call(Of(features, own.Length));
                    var (logWeights, centres, inverse) = Mixture(outputs, Of(means, 1), Of(scales, 1));
                    var logs = LogMass(every, (logWeights.unsqueeze(1), centres.unsqueeze(1), inverse.unsqueeze(1)));
                    var decided = decide(logs).to(ScalarType.Float32).cpu().data<float>().ToArray();
                    for (var record = 0; record < count; record++)
                    {
                        predictors[record].Accept(colour, (int)decided[record]);
                        picture[record, Plane(colour), row, column] = (float)(decided[record] * Step);
                    }
                }
            Array.ForEach(predictors, predictor => predictor.EndRow());
        }
        return tensor(picture, device: parameters.device).view([.. parameters.shape[..^1], Dimension]).MoveToOuterDisposeScope();
    }

    // Green first, as archives have it.
    private int Plane(int colour) => _image.Channels == 1 ? 0 : LosslessPhotograph.Order(colour);

    private static Sequential Layers(IReadOnlyList<int> hidden, int components)
    {
        List<(string, nn.Module<Tensor, Tensor>)> layers = [];
        var inputs = PixelPredictor.Features;
        foreach (var (i, width) in hidden.Index())
        {
            layers.Add(($"hidden{i}", SeededLayers.Linear(inputs, width)));
            layers.Add(($"activation{i}", nn.ReLU()));
            inputs = width;
        }
        var output = SeededLayers.Linear(inputs, 3 * components);
        using (no_grad())
        {
            output.weight.copy_(output.weight!.Times(0.1));
            double[] first =
            [
                .. new double[2 * components],
                .. Enumerable.Range(0, components).Select(k => LeastLogScale * (components == 1 ? 0.5 : 1 - k / (components - 1.0))),
            ];
            output.bias!.copy_(tensor(first, float32, output.bias.device));
        }
        layers.Add(("output", output));
        return nn.Sequential(layers);
    }
}
