using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// Errors of reconstructions from the mean of the code. Squares are in the unit of the records: the [0, 1] range of pixels, or standard deviations of columns.
/// </summary>
public sealed class ReconstructionFigures
{
    private readonly IReadOnlyList<Figure> _figures;

    internal ReconstructionFigures(IReadOnlyList<Figure> figures) => _figures = figures;

    /// <summary>
    /// |x - x^|^2 / D, mean over the records; of a table's rows over the numbers that are not missing. Null for recommenders, documents and models of labels.
    /// </summary>
    public Figure? MeanSquaredError => _figures.Find("reconstruction_mse");

    /// <summary>
    /// Peak signal-to-noise ratio, -10 log10 of a picture's mean squared error, dB, mean over pictures; null where values have no range (columns).
    /// </summary>
    public Figure? Psnr => _figures.Find("reconstruction_psnr_db");

    /// <summary>
    /// Variance explained, 1 - sum |x - x^|^2 / sum |x - m|^2 with m the mean test record: 1 is perfect, 0 no better than the mean record. Null where all
    /// records are the same, and for rows, histories, documents and models of labels.
    /// </summary>
    public Figure? VarianceExplained => _figures.Find("variance_explained");

    /// <summary>Computes errors, the fraction of variance explained and, for a model with a corruption, errors of denoised records.</summary>
    internal static IEnumerable<Figure> Of(Autoencoder model, Dataset test, EvaluationOptions options)
    {
        if (!model.HasCode)
        {
            foreach (var figure in DenoisingFigures.Of(model, test, options))
                yield return figure;
            yield break;
        }
        // A signal-to-noise ratio needs a largest signal.
        var hasRange = test.Schema.Kind.HighestLevel(test.Schema) is not null;
        var unit = hasRange ? "of the [0, 1] range, squared" : "standard deviations squared";
        var (clean, noisy, restored) = (new ReconstructionError(), new ReconstructionError(), new ReconstructionError());
        var denoises = model.Corruption is not NoCorruption;
        using var noGradient = inference_mode();
        var explained = new VarianceExplained(MeanRecord(model, test, options));
        using (RandomDraws.Seeded(RandomStream.Seed(options.Seed, RandomStream.Evaluation, -1)))
            foreach (var x in TensorBatches.InOrder(test, 250, options.Device))
            {
                using var scope = NewDisposeScope();
                var reconstruction = model.Reconstruct(x);
                clean.Add(model.Record(x), reconstruction);
                explained.Add(model.Record(x), reconstruction);
                if (!denoises)
                    continue;
                var corrupted = model.Corruption.Apply(x);
                noisy.Add(x, model.Shown(corrupted));
                restored.Add(x, model.Reconstruct(corrupted));
            }
        yield return new("reconstruction_mse", "Reconstruction, mean squared error", unit, clean.SquaredError.Estimate);
        if (hasRange)
            yield return new("reconstruction_psnr_db", "Reconstruction, PSNR", "dB", clean.Psnr.Estimate);
        if (explained.Estimate is { } share)
            yield return new("variance_explained", "Variance explained", "", share);
        if (!denoises)
            yield break;
        yield return new("denoised_mse", "Denoised, mean squared error", unit, restored.SquaredError.Estimate);
        yield return new("noisy_mse", "Noisy input, mean squared error", unit, noisy.SquaredError.Estimate);
        if (!hasRange)
            yield break;
        yield return new("denoised_psnr_db", "Denoised, PSNR", "dB", restored.Psnr.Estimate);
        yield return new("noisy_psnr_db", "Noisy input, PSNR", "dB", noisy.Psnr.Estimate);
    }

    private static Tensor MeanRecord(Autoencoder model, Dataset test, EvaluationOptions options)
    {
        var sum = zeros(test.Schema.Output.Dimension, float64, options.Device);
        foreach (var x in TensorBatches.InOrder(test, 1000, options.Device))
        {
            using var scope = NewDisposeScope();
            // In double precision the sum of equal numbers is exact, and their mean that number.
            sum.AddInPlace(model.Record(x).sum([0L], type: float64));
        }
        return sum.Over(test.Count).to(float32);
    }
}
