using Isthmus.Data.Images;
using Isthmus.Models;

namespace Isthmus.Photographs;

/// <summary>Preset of the lossless codec of photographs.</summary>
internal static class LosslessPreset
{
    public static Preset ImageLossless { get; } =
        Preset.Of(
            ImageKind.Instance,
            "image-lossless",
            "lossless codec of photographs of any size: each sample by what is known around it, without a code",
            new Dictionary<string, string>
            {
                ["net"] = "no-code",
                ["bottleneck"] = "deterministic",
                ["likelihood"] = "pixel-prediction",
                ["components"] = "2",
                ["batch-size"] = "16",
                ["learning-rate"] = "0.002",
                ["weight-decay"] = "0",
            }
        );
}
