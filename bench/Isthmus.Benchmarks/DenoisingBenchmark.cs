using System.Diagnostics;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Photographs;
using static TorchSharp.torch;

namespace Isthmus.Benchmarks;

/// <summary>Mean over the pictures of one level of noise: PSNR of the noisy and of the restored picture, dB, and seconds a picture.</summary>
internal sealed record DenoisingFigures(
    double Sigma,
    int Pictures,
    double NoisyDecibels,
    double RestoredDecibels,
    double StandardErrorDecibels,
    double SecondsAPicture,
    double ProcessorSecondsAPicture
);

/// <summary>
/// PSNR of a denoiser on a folder of clean photographs, as the papers have it: Gaussian noise is added to the pixels and neither clipped nor rounded, its level
/// is told, and the restored pixels are clipped to [0, 1]. Grey: luma of the photographs, Rec. 601, rounded to 8 bits.
/// </summary>
internal static class DenoisingBenchmark
{
    public static IEnumerable<DenoisingFigures> Run(string modelPath, string folder, IEnumerable<double> sigmas, bool isGrey, int threads)
    {
        set_num_threads(threads);
        using var model = TrainedModel.Load(modelPath);
        var denoiser = new PhotographDenoiser(model);
        string[] files = [.. Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".png" or ".jpg").Order(StringComparer.Ordinal)];
        foreach (var sigma in sigmas)
        {
            List<double> noisy = [],
                restored = [];
            var (seconds, processorSeconds) = (0.0, 0.0);
            foreach (var (number, file) in files.Index())
            {
                using var scope = NewDisposeScope();
                using var noGradient = inference_mode();
                using var draws = RandomDraws.Seeded(number);
                var clean = Clean(Photograph.Load(file), isGrey);
                var seen = clean + clean.NormalLike() * (float)(sigma / 255);
                var (began, processor) = (Stopwatch.GetTimestamp(), ProcessorTime.Seconds());
                var found = denoiser.Restore(seen, [sigma]);
                seconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
                processorSeconds += ProcessorTime.Seconds() - processor;
                noisy.Add(Decibels(clean, seen));
                restored.Add(Decibels(clean, found.clamp(0, 1)));
            }
            var mean = restored.Average();
            var error = Math.Sqrt(restored.Sum(one => (one - mean) * (one - mean)) / Math.Max(1, files.Length - 1) / files.Length);
            yield return new(sigma, files.Length, noisy.Average(), mean, error, seconds / files.Length, processorSeconds / files.Length);
        }
    }

    private static Tensor Clean(Photograph photograph, bool isGrey)
    {
        var planes = new float[photograph.Colours * photograph.Size.Height * photograph.Size.Width];
        photograph.CopyTo(planes, 0, 0, photograph.Size);
        var colours = tensor(planes).view(1, photograph.Colours, photograph.Size.Height, photograph.Size.Width);
        if (!isGrey || photograph.IsGrey)
            return colours;
        using var weights = tensor(new[] { 0.299f, 0.587f, 0.114f }).view(1, 3, 1, 1);
        return ((colours * weights).sum(1, keepdim: true) * 255).round() / 255;
    }

    private static double Decibels(Tensor clean, Tensor other) => -10 * Math.Log10((clean - other).square().mean().item<float>());
}
