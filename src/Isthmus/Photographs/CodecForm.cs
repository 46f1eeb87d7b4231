using Isthmus.Compression.Integer.Layers;
using Isthmus.Compression.Photographs;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Quantisation;
using static TorchSharp.torch;

namespace Isthmus.Photographs;

/// <summary>
/// The form of a codec that archives hold, always the same of one model: what tells means and scales in whole numbers, made from measurements on training crops
/// that the model file keeps, and the transform from codes to pixels in floating point of 16 bits.
/// </summary>
internal static class CodecForm
{
    private const string Features = "features",
        Parameters = "parameters";

    // Enough for ranges of sums; more would hardly change them.
    private const int Crops = 128;

    // 11 bits: the last layer's outputs are means and scales themselves.
    private const int LargestOutputWeight = 1023;

    private static readonly double[] Measured = [0, 0.5, 1];

    /// <summary>Returns true if a model codes photographs.</summary>
    public static bool IsOne(TrainedModel model) => model.Network.Bottleneck is HyperpriorBottleneck && model.Network.Encoder is PictureAnalysis;

    /// <summary>Returns true if a model, by its manifest, codes photographs.</summary>
    public static bool IsOne(ModelManifest manifest) => manifest.Settings.GetValueOrDefault("net") == CodecNetwork.Part.Name;

    /// <summary>Measures a model on crops.</summary>
    public static Calibration Measure(TrainedModel model, Dataset crops)
    {
        var (bottleneck, analysis) = Parts(model);
        // On one thread, as sums of several threads round otherwise: the same model and records are to give the same bytes.
        using var one = TensorThreads.Use(1);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var numbers = new Dictionary<string, float[]>();
        if (bottleneck.Hyper == 0)
            return new(numbers);
        var x = TensorBatches.Gather(crops, [.. Enumerable.Range(0, Math.Min(crops.Count, Crops))], model.Network.parameters().First().device);
        var y = analysis.Analyse(x.view(-1, analysis.Image.Channels, analysis.Image.Height, analysis.Image.Width));
        var steps = cat([.. Measured.Select(quality => bottleneck.InSteps(y, quality))], 0);
        var means = bottleneck.Outermost.Means.view(1, -1, 1, 1);
        var second = (bottleneck.HyperCode(steps) - means).round().Plus(means);
        ModelCalibration.Write(numbers, Features, NetworkQuantiser.Measure(OfPicture(bottleneck.HyperSynthesis!, second), second));
        var features = bottleneck.Features(second, y.shape[2], y.shape[3]);
        // Codes of the first colour alone, and none: both are seen.
        var given = bottleneck.HasContext
            ? cat([cat([features, zeros_like(steps)], 1), cat([features, steps.round() * HyperpriorBottleneck.First(y.shape[2], y.shape[3], y.device)], 1)], 0)
            : features;
        ModelCalibration.Write(numbers, Parameters, NetworkQuantiser.Measure(OfPicture(bottleneck.ParameterNetwork!, given), given));
        return new(numbers);
    }

    /// <summary>Returns the form of a model.</summary>
    /// <exception cref="InvalidInputException">It codes no photographs, or its file keeps no measurements.</exception>
    public static LatentModel Of(TrainedModel model)
    {
        var (bottleneck, _) = Parts(model);
        var calibration = ModelCalibration.KeptBy(model);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var synthesis = (PictureSynthesis)model.Network.Decoder;
        var (means, logScales) = bottleneck.Outermost;
        return new()
        {
            Channels = bottleneck.Channels,
            Hyper = bottleneck.Hyper,
            HasContext = bottleneck.HasContext,
            Means =
            [
                .. NetworkQuantiser
                    .Numbers(means)
                    .Select(mean => (short)Math.Round(Math.Clamp(mean * LatentModel.One, -LatentModel.Largest, LatentModel.Largest))),
            ],
            Octaves =
            [
                .. NetworkQuantiser
                    .Numbers(logScales)
                    .Select(scale =>
                        (short)Math.Round(-FixedPointLog2.StepsANat * Math.Clamp(scale, HyperpriorBottleneck.LeastLogScale, HyperpriorBottleneck.MostLogScale))
                    ),
            ],
            Features =
                bottleneck.Hyper == 0
                    ? null
                    : Quantised(
                        bottleneck.HyperSynthesis!,
                        calibration,
                        Features,
                        bottleneck.Hyper,
                        [.. Enumerable.Repeat(new OutputUnits(HyperpriorBottleneck.FeatureScale * LatentModel.One), 4 * bottleneck.Hyper)]
                    ),
            Parameters =
                bottleneck.Hyper == 0
                    ? null
                    : Quantised(
                        bottleneck.ParameterNetwork!,
                        calibration,
                        Parameters,
                        bottleneck.Hyper + (bottleneck.HasContext ? bottleneck.Channels : 0),
                        [
                            .. Enumerable.Repeat(new OutputUnits(LatentModel.One), bottleneck.Channels),
                            .. Enumerable.Repeat(new OutputUnits(-FixedPointLog2.StepsANat), bottleneck.Channels),
                        ]
                    ),
            Synthesis = CodecSynthesis.Bytes(synthesis, bottleneck.InverseGains),
        };
    }

    /// <summary>
    /// Returns the bits that a squared step of each channel's error is worth at a quality: its squared error of pixels / (2 s^2 w), as in the loss, by what the
    /// linear part of the synthesis makes of it.
    /// </summary>
    public static float[] Distortions(TrainedModel model, double quality)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (bottleneck, _) = Parts(model);
        var settings = model.Specification.Settings;
        var weight = new RateDistortionObjective(settings.Get(RateDistortionObjective.LeastWeight), settings.Get(RateDistortionObjective.MostWeight)).WeightAt(
            quality
        );
        var unit = 2 * Math.Pow(settings.Get(GaussianLikelihood.Sigma), 2) * weight * Math.Log(2);
        var errors = ((PictureSynthesis)model.Network.Decoder).Cosines.SquaredErrors(bottleneck.InverseGains.device) * bottleneck.StepsAt(quality).Square();
        return [.. NetworkQuantiser.Numbers(errors.Times(1 / unit)).Select(bits => (float)bits)];
    }

    // One pixel is the smallest picture; a coder takes the network for others.
    private static IntegerNetwork Quantised(TorchSharp.Modules.Sequential layers, Calibration calibration, string name, int inputs, OutputUnits[] units)
    {
        var network = OfPicture(layers, inputs, 1, 1);
        return NetworkQuantiser.Quantise(
            network,
            ModelCalibration.Read(calibration, name, network),
            LatentModel.One,
            LatentModel.Largest,
            [.. Enumerable.Range(0, inputs)],
            [.. Enumerable.Repeat(1.0, inputs)],
            units,
            [.. Enumerable.Range(0, units.Length)],
            LargestOutputWeight
        );
    }

    private static TorchSharp.Modules.Sequential OfPicture(TorchSharp.Modules.Sequential layers, Tensor like) =>
        OfPicture(layers, like.shape[1], like.shape[2], like.shape[3]);

    // It is not disposed of: the layers are the model's.
    private static TorchSharp.Modules.Sequential OfPicture(TorchSharp.Modules.Sequential layers, long channels, long height, long width) =>
        nn.Sequential(("picture", nn.Unflatten(1, [channels, height, width])), ("layers", layers));

    private static (HyperpriorBottleneck Bottleneck, PictureAnalysis Analysis) Parts(TrainedModel model) =>
        IsOne(model)
            ? ((HyperpriorBottleneck)model.Network.Bottleneck, (PictureAnalysis)model.Network.Encoder)
            : throw new InvalidInputException(
                $"The model ({model.Specification.Preset})",
                "codes no photographs of any size",
                $"take {OptionNames.Model("image-codec")}"
            );
}
