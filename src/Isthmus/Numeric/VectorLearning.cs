using Isthmus.Data.Vectors;
using Isthmus.Models;

namespace Isthmus.Numeric;

/// <summary>Training of models of vectors: they can have a label as condition, and have presets of their own, sparse dictionaries.</summary>
internal sealed class VectorLearning : RecordLearning
{
    /// <inheritdoc/>
    public override PresetScope Presets => new("vectors", $"write a layer's activations with {OptionNames.Encode} first, or ", "activations", Own);

    /// <inheritdoc/>
    public override bool TakesLabels => true;

    // Distortion is half the squared error, as the weights of the penalties assume.
    private static Preset Dictionary(string name, string summary, params (string Key, string Value)[] own) =>
        Preset.Of(
            VectorKind.Instance,
            name,
            summary,
            new Dictionary<string, string>(own.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)))
            {
                ["net"] = "dictionary",
                ["latent"] = "512",
                ["variance"] = "fixed",
                ["weight-decay"] = "0",
            }
        );

    private static readonly Preset[] Own =
    [
        Dictionary(
            "top-k-sae",
            "sparse dictionary of a layer's activations: the k largest units of each record (Gao et al. 2024)",
            ("bottleneck", "auxiliary-top-k"),
            ("k", "32")
        ),
        Dictionary(
            "batch-top-k-sae",
            "sparse dictionary: the largest units of each batch, a threshold afterwards (Bussmann et al. 2024)",
            ("bottleneck", "batch-top-k"),
            ("k", "32")
        ),
        Dictionary(
            "jump-relu-sae",
            "sparse dictionary: units above learned thresholds, charged by their number (Rajamanoharan et al. 2024)",
            ("bottleneck", "jump-relu"),
            ("warm-up", "1")
        ),
        Dictionary(
            "gated-sae",
            "sparse dictionary: one map says which units are active, another how much (Rajamanoharan et al. 2024)",
            ("bottleneck", "gated"),
            ("warm-up", "1")
        ),
    ];
}
