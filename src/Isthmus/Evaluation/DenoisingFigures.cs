using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>Errors of denoised records against clean ones, beside those of the corrupted records themselves, for models with a corruption.</summary>
public sealed class DenoisingFigures
{
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
}
