using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>PSNR of a denoiser's pictures at one level of the noise. Immutable, and safe to read from several threads.</summary>
/// <param name="Level">Level, in the unit of the kind of noise: the standard deviation of pixels of 0 to 255 for Gaussian noise.</param>
/// <param name="Psnr">PSNR of restored pictures, dB.</param>
/// <param name="NoisyPsnr">PSNR of the noisy pictures themselves, dB.</param>
public sealed record DenoisedLevel(double Level, Figure Psnr, Figure NoisyPsnr)
{
    // Keys: denoised_at_15_psnr_db.
    internal const string Denoised = "denoised_at_",
        Noisy = "noisy_at_",
        Unit = "_psnr_db";
}
