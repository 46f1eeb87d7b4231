using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using static TorchSharp.torch;

namespace Isthmus.Recommenders;

/// <summary>Training of models of histories, which are validated by their predictions of held-out interactions.</summary>
internal sealed class InteractionLearning : RecordLearning
{
    /// <inheritdoc/>
    public override PresetScope Presets =>
        new("interactions of users and items", $"name the columns of the table with {OptionNames.User} and {OptionNames.Item}, or ", "recommenders", Own);

    /// <summary>False: interactions dropped in training need not be restored.</summary>
    public override bool ValidatesCorrupted => false;

    /// <inheritdoc/>
    public override HeldOutSplit HeldOut(Dataset validation, int seed) => HeldOutSplit.Of(validation, seed);

    /// <summary>Excludes items already seen from the prediction.</summary>
    public override Tensor Completed(Tensor logits, Tensor seen) => MultinomialLikelihood.WithoutSeen(logits, seen);

    /// <summary>A new item begins as the average of all: none is like it yet.</summary>
    public override IReadOnlyList<int> Beginnings(DataSchema known, DataSchema grown, bool ofEncoder) =>
        [.. Enumerable.Range(0, grown.Dimension).Select(item => item < known.Dimension ? item : -1)];

    /// <inheritdoc/>
    public override IEnumerable<string> Added(DataSchema known, DataSchema grown) =>
        grown.Dimension == known.Dimension
            ? []
            :
            [
                $"{Counted.Of(grown.Dimension - known.Dimension, "new item")} beside the model's {NumberText.Of(known.Dimension)}: such an item begins as "
                    + "their average.",
            ];

    // Liang et al. 2018 drop half of each history, and so do Shenbin et al. 2020.
    private static readonly Dictionary<string, string> HalfSeen = new()
    {
        ["latent"] = "200",
        ["corruption"] = "masking",
        ["mask-rate"] = "0.5",
        ["weight-decay"] = "0",
    };
    private static readonly Dictionary<string, string> Mult = new(HalfSeen)
    {
        ["hidden"] = "600",
        ["activation"] = "tanh",
        ["input"] = "unit-length",
        ["learning-rate"] = "0.003",
        ["epochs"] = "40",
    };

    private static readonly Preset[] Own =
    [
        Preset.Of(
            InteractionKind.Instance,
            "ease",
            "linear item-item model of interactions, in closed form (Steck 2019)",
            new Dictionary<string, string> { ["net"] = "ease", ["bottleneck"] = "deterministic" }
        ),
        Preset.Of(
            InteractionKind.Instance,
            "mult-dae",
            "denoising autoencoder of interactions, multinomial likelihood (Liang et al. 2018)",
            new Dictionary<string, string>(Mult) { ["bottleneck"] = "deterministic" }
        ),
        Preset.Of(
            InteractionKind.Instance,
            "mult-vae",
            "variational autoencoder of interactions, multinomial likelihood, annealed rate (Liang et al. 2018)",
            new Dictionary<string, string>(Mult)
            {
                ["bottleneck"] = "gaussian",
                ["beta"] = "0.5",
                ["warm-up"] = "20",
                ["average"] = "0",
            }
        ),
        Preset.Of(
            InteractionKind.Instance,
            "rec-vae",
            "recommender with a composite prior, alternating training and a rate weighted by user (Shenbin et al. 2020)",
            new Dictionary<string, string>(HalfSeen)
            {
                ["net"] = "dense",
                ["bottleneck"] = "composite",
                ["beta-per-count"] = "0.005",
                ["encoder-epochs"] = "3",
                ["epochs"] = "80",
            }
        ),
    ];
}
