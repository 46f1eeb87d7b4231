using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Evaluation.Samples;

/// <summary>
/// Similarity of a model's samples to test pictures, in the code space of a small reference encoder that is trained here from a fixed seed: results can be
/// compared between models evaluated with the same reference, on the same data.
/// </summary>
public sealed class SampleFigures
{
    private readonly IReadOnlyList<Figure> _figures;

    internal SampleFigures(IReadOnlyList<Figure> figures) => _figures = figures;

    /// <summary>Precision: fraction of samples within the third neighbour's distance of a test picture (Kynkaanniemi et al. 2019).</summary>
    public Figure Precision => _figures.Get("sample_precision");

    /// <summary>Recall: fraction of test pictures within the third neighbour's distance of a sample (Kynkaanniemi et al. 2019).</summary>
    public Figure Recall => _figures.Get("sample_recall");

    /// <summary>
    /// Density: test pictures' 5-neighbourhoods that a sample lies in, over 5; 1 in mean where both are one distribution (Naeem et al. 2020).
    /// </summary>
    public Figure Density => _figures.Get("sample_density");

    /// <summary>Coverage: fraction of test pictures with a sample in their 5-neighbourhood (Naeem et al. 2020).</summary>
    public Figure Coverage => _figures.Get("sample_coverage");

    /// <summary>
    /// Squared maximum mean discrepancy with a cubic kernel, unbiased: 0 in mean where both are one distribution, and may be below (Binkowski et al. 2018).
    /// </summary>
    public Figure SquaredMmd => _figures.Get("sample_mmd_squared");

    /// <summary>Squared Frechet distance of samples from test pictures as Gaussians, 0 or more (Heusel et al. 2017).</summary>
    public Figure FrechetDistance => _figures.Get("sample_frechet");

    /// <summary>
    /// Squared Frechet distance of the reconstructions of the same test pictures: what samples would have if codes were drawn as well as they are encoded.
    /// </summary>
    public Figure ReconstructionFrechetDistance => _figures.Get("reconstruction_frechet");

    // What the papers take.
    private const int PrecisionNeighbours = 3,
        DensityNeighbours = 5,
        LeastRecords = 20;

    /// <summary>Throws unless there are enough samples and records, before anything is computed.</summary>
    /// <param name="test">Test records.</param>
    /// <param name="options">Number of samples.</param>
    /// <exception cref="InvalidInputException">Fewer than their nearest neighbours ask for.</exception>
    internal static void Demand(Dataset test, EvaluationOptions options)
    {
        if (options.Samples is > 0 and < LeastRecords)
            throw new InvalidInputException(
                $"{OptionNames.Samples} {options.Samples}",
                $"is too few: density and coverage look at the {DensityNeighbours} nearest neighbours of each, in each of 10 parts of them",
                $"give at least {LeastRecords}",
                OptionNames.Samples
            );
        if (options.Samples > 0 && test.Count < LeastRecords)
            throw new InvalidInputException(test.Name, $"holds {test.Count} records to compare samples with", $"give at least {LeastRecords}");
    }

    /// <summary>A reason why samples are not measured.</summary>
    internal const string NoTrainingPictures = "no training pictures are at hand";

    /// <summary>Returns no figures and, if samples were asked for, adds a note with the reason.</summary>
    internal static IReadOnlyList<Figure> LeftOut(EvaluationOptions options, string reason, Action<string> note)
    {
        if (options.Samples > 0)
            note($"Samples are measured of models with a prior over pictures, beside training pictures; {reason}: they are left out.");
        return [];
    }

    /// <summary>Computes the figures; empty with a note if there is no prior or no training pictures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="test">Test pictures on the model's scale.</param>
    /// <param name="train">Training pictures as read, which the reference encoder is trained on.</param>
    /// <param name="options">Number of samples, seed, device, and the required hash of the reference.</param>
    /// <param name="note">Receiver of the reason why there are none, or of the reference's hash.</param>
    /// <param name="cancellationToken">Stops the reference's training.</param>
    /// <exception cref="InvalidInputException">Another reference than the one wanted.</exception>
    internal static IReadOnlyList<Figure> Of(
        Autoencoder model,
        Dataset test,
        Dataset? train,
        EvaluationOptions options,
        Action<string> note,
        CancellationToken cancellationToken
    )
    {
        if (options.Samples == 0 || train is null || model.Bottleneck.Prior is not { } prior || !model.Likelihood.IsOfRecord)
            return LeftOut(options, train is null ? NoTrainingPictures : "this model has no prior to draw from", note);
        var count = Math.Min(options.Samples, test.Count);
        using var reference = ReferenceEncoder.Of(train, cancellationToken);
        if (options.ReferenceHash is { } wanted && !reference.Hash.StartsWith(wanted, StringComparison.OrdinalIgnoreCase))
            throw new InvalidInputException(
                $"{OptionNames.Reference} {wanted}",
                $"is another than the reference encoder trained here from its pinned seed, {reference.Hash[..16]}; figures in two code spaces "
                    + $"cannot be compared",
                "train and measure both on one machine, with the same data",
                OptionNames.Reference
            );
        note(
            $"Samples are compared in the code space of reference encoder {reference.Hash[..16]} (seed {ReferenceEncoder.Seed}), which another "
                + $"run can be checked for."
        );
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        using var draws = RandomDraws.Seeded(RandomStream.Seed(options.Seed, RandomStream.Evaluation, -4));
        List<Tensor> real = [],
            samples = [],
            reconstructions = [];
        foreach (var x in TensorBatches.InOrder(test.Select([.. Enumerable.Range(0, count)]), 500, options.Device))
        {
            real.Add(reference.Encode(model.Record(x).cpu()));
            samples.Add(reference.Encode(model.Likelihood.Mean(model.Decode(prior.Sample(x.shape[0], options.Device), model.Given(x))).cpu()));
            reconstructions.Add(reference.Encode(model.Reconstruct(x).cpu()));
        }
        var own = cat(real, 0);
        // Distances in standard deviations of the real codes: no unit counts more because the reference happens to stretch it.
        var scale = own.std([0L]).ClampMin(1e-6);
        Tensor Scaled(IReadOnlyList<Tensor> codes) => cat([.. codes], 0) / scale;
        var (truth, drawn, restored) = (Scaled(real), Scaled(samples), Scaled(reconstructions));
        var of = $"{count} samples";
        return
        [
            new("sample_precision", $"Precision of {of}", "", SampleMeasures.Covered(truth, drawn, PrecisionNeighbours)),
            new("sample_recall", $"Recall of {of}", "", SampleMeasures.Covered(drawn, truth, PrecisionNeighbours)),
            new("sample_density", $"Density of {of}", "", SampleMeasures.Density(truth, drawn, DensityNeighbours)),
            new("sample_coverage", $"Coverage of {of}", "", SampleMeasures.Coverage(truth, drawn, DensityNeighbours)),
            new("sample_mmd_squared", $"Squared MMD of {of} (cubic kernel)", "", SampleMeasures.KernelDistance(truth, drawn)),
            new("sample_frechet", $"Frechet distance of {of}", "", SampleMeasures.FrechetDistance(truth, drawn)),
            new("reconstruction_frechet", "Frechet distance of reconstructions", "", SampleMeasures.FrechetDistance(truth, restored)),
        ];
    }
}
