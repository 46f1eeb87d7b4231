using Isthmus.Data.Documents;
using Isthmus.Models;

namespace Isthmus.Topics;

/// <summary>Training of models of documents: words are dropped in training, and all are shown in validation.</summary>
internal sealed class DocumentLearning : RecordLearning
{
    /// <inheritdoc/>
    public override PresetScope Presets =>
        new("documents", $"give a folder of .txt files, name a table's column of texts with {OptionNames.Text}, or ", "topics", Own);

    /// <summary>False: words dropped in training need not be restored.</summary>
    public override bool ValidatesCorrupted => false;

    // Words are dropped before the encoder sees a document: without that it learns the training documents by heart.
    private static readonly Dictionary<string, string> Topics = new()
    {
        ["net"] = "topics",
        ["bottleneck"] = "gaussian",
        ["latent"] = "50",
        ["activation"] = "softplus",
        ["corruption"] = "masking",
    };

    private static Preset Topic(string name, string summary, Dictionary<string, string> values) =>
        Preset.Of(DocumentKind.Instance, name, summary, values.UnionBy(Topics, pair => pair.Key).ToDictionary());

    private static readonly Preset[] Own =
    [
        Topic(
            "nvdm",
            "neural document model: words from a softmax linear in a Gaussian code (Miao et al. 2016)",
            new()
            {
                ["topic-decoder"] = "linear",
                ["hidden"] = "800",
                ["activation"] = "tanh",
                ["mask-rate"] = "0.5",
                ["learning-rate"] = "0.002",
                ["epochs"] = "80",
            }
        ),
        Topic(
            "prod-lda",
            "topic model: a normalised product of experts, proportions near a Dirichlet prior (Srivastava and Sutton 2017)",
            new()
            {
                ["topic-decoder"] = "product",
                ["head-norm"] = "batch",
                ["hidden"] = "100,100",
                ["dropout"] = "0.2",
                ["mask-rate"] = "0",
                ["batch-size"] = "200",
                ["learning-rate"] = "0.002",
                ["beta1"] = "0.99",
                ["weight-decay"] = "0.5",
                ["average"] = "0",
                ["epochs"] = "150",
            }
        ),
        Topic(
            "etm",
            "topic model: a mixture of topics that are embedded among the words (Dieng et al. 2020)",
            new()
            {
                ["topic-decoder"] = "embedded",
                ["hidden"] = "400",
                ["mask-rate"] = "0.3",
                ["learning-rate"] = "0.005",
                ["weight-decay"] = "0.01",
                ["epochs"] = "40",
            }
        ),
    ];
}
