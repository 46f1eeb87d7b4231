using Isthmus.Data.Images;
using Isthmus.Models;

namespace Isthmus.Photographs;

/// <summary>Preset of the codec of photographs.</summary>
internal static class CodecPreset
{
    public static Preset ImageCodec { get; } =
        Preset.Of(
            ImageKind.Instance,
            "image-codec",
            "lossy codec of photographs of any size, one model for all qualities (Balle et al. 2018, Minnen et al. 2018)",
            new Dictionary<string, string>
            {
                ["net"] = "codec",
                ["bottleneck"] = "hyperprior",
                ["objective"] = "rate-distortion",
                ["likelihood"] = "gaussian",
                ["variance"] = "fixed",
                // With it a rate weight of 1 is a quality in the middle of the range.
                ["sigma"] = "0.05",
                ["mean-map"] = "linear",
                ["batch-size"] = "16",
                ["learning-rate"] = "0.001",
                ["learning-rate-warm-up"] = "500",
                ["weight-decay"] = "0",
                // Without it one batch threw the weights in the tenth of 45 epochs, and the loss rose from -45,500 nats to 40,100.
                ["clip-spikes"] = "3",
            }
        );
}
