using System.Diagnostics;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Photographs;
using static TorchSharp.torch;

namespace Isthmus.Benchmarks;

/// <summary>Means over the pictures at one quality: bits a pixel, PSNR of the colours, dB, and seconds a picture.</summary>
internal sealed record CodecFigures(double Quality, int Pictures, double BitsAPixel, double Decibels, double EncodeSeconds, double DecodeSeconds);

/// <summary>Other codecs on the 24 Kodak pictures, as the lab book has them.</summary>
internal static class CodecsOnKodak
{
    public static IReadOnlyList<RateDistortionCurve> All { get; } =
    [
        new("JPEG", [(0.256, 26.67), (0.449, 29.14), (0.869, 32.17), (1.213, 33.92)]),
        new("WebP", [(0.217, 28.11), (0.377, 30.19), (0.577, 32.20), (0.769, 33.73)]),
        new("JPEG XL", [(0.504, 30.88), (0.767, 33.33), (1.307, 36.47)]),
        new("HEIF", [(0.175, 28.58), (0.550, 33.08), (1.219, 37.20)]),
        new("AVIF", [(0.305, 30.72), (0.553, 33.43), (0.916, 36.26)]),
    ];
}

/// <summary>Bits a pixel, PSNR and time of a codec on a folder of photographs, each decoded from its bytes.</summary>
internal static class CodecBenchmark
{
    /// <summary>Returns true if a folder holds the 24 Kodak pictures, which the other codecs' figures are of.</summary>
    public static bool AreKodak(string folder) => Directory.EnumerateFiles(folder, "kodim??.png").Count() == 24;

    public static IEnumerable<CodecFigures> Run(string modelPath, string folder, IEnumerable<double> qualities, int threads)
    {
        set_num_threads(threads);
        using var model = TrainedModel.Load(modelPath);
        using var codec = new PhotographCodec(model);
        using var decoder = PhotographCodec.FromBytes(codec.ToBytes());
        string[] files = [.. Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".png" or ".jpg").Order(StringComparer.Ordinal)];
        Photograph[] photographs = [.. files.Select(Photograph.Load)];
        foreach (var quality in qualities)
        {
            var (bits, decibels, encoding, decoding) = (0.0, 0.0, 0.0, 0.0);
            foreach (var photograph in photographs)
            {
                var began = Stopwatch.GetTimestamp();
                var encoded = codec.Encode(photograph, quality, threads);
                encoding += Stopwatch.GetElapsedTime(began).TotalSeconds;
                began = Stopwatch.GetTimestamp();
                decoder.Decode(encoded.Bytes, photograph.Name, threads);
                decoding += Stopwatch.GetElapsedTime(began).TotalSeconds;
                bits += 8.0 * encoded.Bytes.Length / photograph.Size.Height / photograph.Size.Width;
                decibels += encoded.PsnrDb;
            }
            var count = photographs.Length;
            yield return new(quality, count, bits / count, decibels / count, encoding / count, decoding / count);
        }
    }
}
