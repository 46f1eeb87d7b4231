using Isthmus.Data.Images;
using Isthmus.Models;

namespace Isthmus.Photographs;

/// <summary>Presets of denoisers of photographs.</summary>
internal static class DenoiserPresets
{
    public static IReadOnlyList<Preset> All { get; } =
    [
        Of(
            "denoiser",
            "denoiser of photographs of any size, told the level of the noise; learns from clean ones (Zhang, Zuo and Zhang 2018)",
            ("corruption", "picture-noise")
        ),
        Of(
            "noise2void",
            "denoiser of pictures of any size that learns from noisy ones alone, by blind spots (Krull, Buchholz and Jug 2019)",
            ("corruption", "blind-spots")
        ),
        Of("noise2noise", "denoiser of pictures of any size that learns from pairs of noisy ones of the same scene (Lehtinen et al. 2018)"),
    ];

    // Distortion is the squared error: one standard deviation for all numbers, about that of restored photographs.
    private static Preset Of(string name, string summary, params (string Key, string Value)[] own) =>
        Preset.Of(
            ImageKind.Instance,
            name,
            summary,
            new Dictionary<string, string>(own.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)))
            {
                ["net"] = "denoiser",
                ["bottleneck"] = "deterministic",
                ["likelihood"] = "gaussian",
                ["variance"] = "fixed",
                ["sigma"] = "0.04",
                ["mean-map"] = "linear",
                ["batch-size"] = "16",
                ["learning-rate"] = "0.001",
                ["weight-decay"] = "0",
            }
        );
}
