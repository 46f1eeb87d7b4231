using System.Globalization;
using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Information;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// Errors of denoised records against clean ones, beside those of the corrupted records themselves, for models with a corruption. Of a denoiser of photographs
/// they are at one level of noise, which their titles name: 25 of 255, or the nearest that the model was trained for; of <c>noise2noise</c> they are estimated
/// from the two noisy pictures, without a clean one.
/// </summary>
public sealed class DenoisingFigures
{
    // Levels of noise that papers report; the first is the one of the members.
    private static readonly double[] ReportedLevels = [25, 15, 50];

    private readonly IReadOnlyList<Figure> _figures;

    internal DenoisingFigures(IReadOnlyList<Figure> figures) => _figures = figures;

    /// <summary>Mean squared error of restored records against clean ones, in the unit of <see cref="ReconstructionFigures.MeanSquaredError"/>.</summary>
    public Figure MeanSquaredError => _figures.Get("denoised_mse");

    /// <summary>Mean squared error of the corrupted records themselves.</summary>
    public Figure NoisyMeanSquaredError => _figures.Get("noisy_mse");

    /// <summary>PSNR of restored pictures, dB; null where values have no range (columns).</summary>
    public Figure? Psnr => _figures.Find("denoised_psnr_db");

    /// <summary>PSNR of the noisy pictures themselves, dB; null where values have no range.</summary>
    public Figure? NoisyPsnr => _figures.Find("noisy_psnr_db");

    /// <summary>
    /// PSNR at further levels of the noise, for denoisers that are told the level; empty for others. <see cref="Psnr"/> is at the first level, whose value its
    /// title says.
    /// </summary>
    public IReadOnlyList<DenoisedLevel> Levels =>
        [
            .. _figures
                .Where(figure => figure.Key.StartsWith(DenoisedLevel.Denoised, StringComparison.Ordinal))
                .Select(figure => figure.Key[DenoisedLevel.Denoised.Length..^DenoisedLevel.Unit.Length])
                .Select(level => new DenoisedLevel(
                    double.Parse(level, CultureInfo.InvariantCulture),
                    _figures.Get($"{DenoisedLevel.Denoised}{level}{DenoisedLevel.Unit}"),
                    _figures.Get($"{DenoisedLevel.Noisy}{level}{DenoisedLevel.Unit}")
                )),
        ];

    /// <summary>Evaluates a denoiser of photographs; nothing if the pictures are noisy themselves and there is one of each.</summary>
    internal static IEnumerable<Figure> Of(Autoencoder model, Dataset test, EvaluationOptions options) =>
        model.Targets > 0 ? OfPairs(model, test, options)
        : model.Corruption is PictureNoiseCorruption noise ? OfLevels(model, noise, test, options)
        : [];

    private static IEnumerable<Figure> OfLevels(Autoencoder model, PictureNoiseCorruption noise, Dataset test, EvaluationOptions options)
    {
        double[] levels = [.. ReportedLevels.Select(level => Math.Clamp(level, noise.Range.Least, noise.Range.Most)).Distinct()];
        foreach (var (place, level) in levels.Index())
        {
            var (noisy, restored) = (new ReconstructionError(), new ReconstructionError());
            using (inference_mode())
            // The same draws at each level.
            using (RandomDraws.Seeded(RandomStream.Seed(options.Seed, RandomStream.Evaluation, -1)))
                foreach (var x in TensorBatches.InOrder(test, 250, options.Device))
                {
                    using var scope = NewDisposeScope();
                    var seen = noise.At(x, level);
                    noisy.Add(x, model.Shown(seen));
                    restored.Add(x, model.Reconstruct(seen).Clamp(0, 1));
                }
            var (at, key) = ($"{noise.Words(level)}, seed {options.Seed}", place == 0 ? "" : FormattableString.Invariant($"_at_{level:0.##}"));
            if (place == 0)
            {
                yield return new("denoised_mse", $"Denoised, mean squared error ({at})", "of the [0, 1] range, squared", restored.SquaredError.Estimate);
                yield return new("noisy_mse", $"Noisy input, mean squared error ({at})", "of the [0, 1] range, squared", noisy.SquaredError.Estimate);
            }
            yield return new($"denoised{key}_psnr_db", $"Denoised, PSNR ({at})", "dB", restored.Psnr.Estimate);
            yield return new($"noisy{key}_psnr_db", $"Noisy input, PSNR ({at})", "dB", noisy.Psnr.Estimate);
        }
    }

    /// <summary>
    /// Evaluates by pairs a = x + n, b = x + m of independent noise of the same strength: E|a - b|^2 / 2 is the squared error of a, and E|f(a) - b|^2 less that
    /// the one of the restored picture f(a). PSNR is that of the mean error, as the difference is of use for many pictures alone.
    /// </summary>
    private static IEnumerable<Figure> OfPairs(Autoencoder model, Dataset test, EvaluationOptions options)
    {
        var (noisy, restored) = (new RunningMoments(), new RunningMoments());
        using (inference_mode())
            foreach (var x in TensorBatches.InOrder(test, 250, options.Device))
            {
                using var scope = NewDisposeScope();
                var (first, second) = (x.narrow(1, 0, model.Targets), model.Record(x));
                var own = (first - second).Square().mean([1L]).Times(0.5);
                noisy.Add([.. own.cpu().data<float>()]);
                restored.Add([.. ((model.Reconstruct(x) - second).Square().mean([1L]) - own).cpu().data<float>()]);
            }
        const string By = "estimated from pairs";
        yield return new("denoised_mse", $"Denoised, mean squared error ({By})", "of the [0, 1] range, squared", restored.Estimate);
        yield return new("noisy_mse", $"Noisy input, mean squared error ({By})", "of the [0, 1] range, squared", noisy.Estimate);
        foreach (var (key, title, error) in new[] { ("denoised", "Denoised", restored.Estimate), ("noisy", "Noisy input", noisy.Estimate) })
            if (error.Value > 0)
                yield return new(
                    $"{key}_psnr_db",
                    $"{title}, PSNR ({By})",
                    "dB",
                    new Estimate(-10 * Math.Log10(error.Value), 10 / Math.Log(10) * error.StandardError / error.Value)
                );
    }
}
