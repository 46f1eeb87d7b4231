using System.Diagnostics;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Onnx;
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

/// <summary>One picture restored by libtorch and by ONNX Runtime, in turn: medians, seconds, and by how much less time libtorch needs.</summary>
internal sealed record DenoisingSpeed(int Height, int Width, int Channels, int Threads, int Runs, double ModelSeconds, double OnnxSeconds, double Ratio);

/// <summary>
/// PSNR of a denoiser on a folder of clean photographs, as the papers have it: Gaussian noise is added to the pixels and neither clipped nor rounded, its level
/// is told, and the restored pixels are clipped to [0, 1]. Grey: luma of the photographs, Rec. 601, rounded to 8 bits.
/// </summary>
internal static class DenoisingBenchmark
{
    public static IEnumerable<DenoisingFigures> Run(string modelPath, string folder, IEnumerable<double> sigmas, bool isGrey, int threads)
    {
        set_num_threads(threads);
        using var model = ShippedModel.Load(modelPath);
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

    public static DenoisingSpeed Speed(string modelPath, int height, int width, int threads, double seconds)
    {
        set_num_threads(threads);
        using var model = ShippedModel.Load(modelPath);
        var denoiser = new PhotographDenoiser(model);
        using var file = new MemoryStream();
        model.ExportOnnx(file);
        file.Position = 0;
        using var onnx = OnnxModel.Load(file, threads);
        var channels = ((ImageSchema)model.Specification.Schema).Channels;
        float[] picture = [.. Enumerable.Range(0, channels * height * width).Select(i => i * 0.37f % 1)];
        double[] levels = [.. Enumerable.Repeat(25.0, denoiser.Levels)];
        List<double> own = [],
            other = [];
        using var noGradient = inference_mode();
        void ByModel()
        {
            using var scope = NewDisposeScope();
            denoiser.Restore(tensor(picture).view(channels, height, width), levels);
        }
        void ByOnnx() => onnx.Restore(picture, height, width, levels);
        ByModel();
        ByOnnx();
        for (var began = Stopwatch.GetTimestamp(); own.Count < 3 || Stopwatch.GetElapsedTime(began).TotalSeconds < seconds;)
        {
            own.Add(Seconds(ByModel));
            other.Add(Seconds(ByOnnx));
        }
        var (first, second) = (Median(own), Median(other));
        return new(height, width, channels, threads, own.Count, first, second, second / first);
    }

    private static double Seconds(Action run)
    {
        var began = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static double Median(List<double> numbers) => numbers.Order().ElementAt(numbers.Count / 2);

    private static Tensor Clean(Photograph photograph, bool isGrey)
    {
        var planes = new float[photograph.Colours * photograph.Size.Height * photograph.Size.Width];
        photograph.CopyTo(planes, 0, 0, photograph.Size);
        var colours = tensor(planes).view(photograph.Colours, photograph.Size.Height, photograph.Size.Width);
        if (!isGrey || photograph.IsGrey)
            return colours;
        using var weights = tensor(new[] { 0.299f, 0.587f, 0.114f }).view(3, 1, 1);
        return ((colours * weights).sum(0, keepdim: true) * 255).round() / 255;
    }

    private static double Decibels(Tensor clean, Tensor other) => -10 * Math.Log10((clean - other).square().mean().item<float>());
}
