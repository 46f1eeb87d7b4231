using Isthmus.Compression.Integer.Layers;
using Isthmus.Compression.Photographs;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Quantisation;
using static TorchSharp.torch;

namespace Isthmus.Photographs;

/// <summary>The form of a lossless codec that archives hold, in whole numbers, made from measurements on training crops that the model file keeps.</summary>
internal static class PixelForm
{
    // Enough for ranges of sums.
    private const int Crops = 32;

    // 12 bits: the last layer's outputs are means and scales themselves.
    private const int LargestOutputWeight = 2047;

    /// <summary>Returns true if a model codes photographs without loss.</summary>
    public static bool IsOne(TrainedModel model) => model.Network.Likelihood is PixelPredictionLikelihood;

    /// <summary>Returns true if a model, by its manifest, codes photographs without loss.</summary>
    public static bool IsOne(ModelManifest manifest) => manifest.Settings.GetValueOrDefault("likelihood") == PixelPredictionLikelihood.Part.Name;

    /// <summary>Measures a model on crops.</summary>
    public static Calibration Measure(TrainedModel model, Dataset crops)
    {
        var likelihood = Demand(model);
        // On one thread, as sums of several threads round otherwise: the same model and records are to give the same bytes.
        using var one = TensorThreads.Use(1);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var device = model.Network.parameters().First().device;
        var x = TensorBatches.Gather(crops, [.. Enumerable.Range(0, Math.Min(crops.Count, Crops))], device);
        var (features, _, _, _) = likelihood.Known(x);
        var numbers = new Dictionary<string, float[]>();
        for (var colour = 0; colour < features.Length; colour++)
            ModelCalibration.Write(numbers, Name(colour), NetworkQuantiser.Measure(likelihood.Networks[colour], features[colour]));
        return new(numbers);
    }

    /// <summary>Returns the form of a model.</summary>
    /// <exception cref="InvalidInputException">It codes no photographs without loss, or its file keeps no measurements.</exception>
    public static PixelModel Of(TrainedModel model)
    {
        var likelihood = Demand(model);
        var calibration = ModelCalibration.KeptBy(model);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var components = likelihood.Components;
        OutputUnits[] units =
        [
            .. Enumerable.Repeat(new OutputUnits(FixedPointLog2.StepsANat), components),
            .. Enumerable.Repeat(new OutputUnits(PixelPredictor.One), components),
            .. Enumerable.Repeat(new OutputUnits(-FixedPointLog2.StepsANat), components),
        ];
        return new()
        {
            Components = components,
            Networks =
            [
                .. likelihood.Networks.Select(
                    (network, colour) =>
                        NetworkQuantiser.Quantise(
                            network,
                            ModelCalibration.Read(calibration, Name(colour), network),
                            PixelPredictor.One,
                            PixelPredictor.LargestFeature,
                            [.. Enumerable.Range(0, PixelPredictor.Features)],
                            [.. Enumerable.Repeat(1.0, PixelPredictor.Features)],
                            units,
                            [.. Enumerable.Range(0, units.Length)],
                            LargestOutputWeight
                        )
                ),
            ],
        };
    }

    private static string Name(int colour) => $"colour{colour}";

    private static PixelPredictionLikelihood Demand(TrainedModel model) =>
        model.Network.Likelihood as PixelPredictionLikelihood
        ?? throw new InvalidInputException(
            $"The model ({model.Specification.Preset})",
            "codes no photographs without loss",
            $"take {OptionNames.Model("image-lossless")}"
        );
}
