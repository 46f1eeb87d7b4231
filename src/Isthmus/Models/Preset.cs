using Isthmus.Data.Documents;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Data.Vectors;

namespace Isthmus.Models;

/// <summary>A named model: the settings in which it differs from the defaults.</summary>
/// <param name="Name">As the literature names it.</param>
/// <param name="Summary">One line.</param>
/// <param name="Values">Its settings.</param>
/// <param name="ValuesFor8Bit">Settings that it takes besides on 8-bit images.</param>
public sealed record Preset(string Name, string Summary, IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> ValuesFor8Bit)
{
    private static readonly Dictionary<string, string> Gaussian = new() { ["likelihood"] = "gaussian" };

    // Liang et al. 2018 drop half of each history, and so do Shenbin et al. 2020.
    private static readonly Dictionary<string, string> HalfSeen = new() { ["latent"] = "200", ["corruption"] = "masking", ["mask-rate"] = "0.5", ["weight-decay"] = "0" };
    private static readonly Dictionary<string, string> Mult = new(HalfSeen) { ["hidden"] = "600", ["activation"] = "tanh", ["input"] = "unit-length", ["learning-rate"] = "0.003", ["epochs"] = "40" };

    // Words are dropped before the encoder sees a document: without that it learns the training documents by heart.
    private static readonly Dictionary<string, string> Topics = new() { ["net"] = "topics", ["bottleneck"] = "gaussian", ["latent"] = "50", ["activation"] = "softplus", ["corruption"] = "masking" };

    // Black-and-white pictures are learnt in fewer steps so (docs/decisions/0019-quick-start.md).
    private static readonly Dictionary<string, string> EarlyLearning = new() { ["init"] = "he", ["learning-rate"] = "0.003" };

    private static readonly Dictionary<string, string> Rows = new()
    {
        ["latent"] = "32",
        ["hidden"] = "128,128",
        ["corruption"] = "masking",
        ["mask-rate"] = "0.25",
        ["weight-decay"] = "0.01",
        ["learning-rate"] = "0.002",
    };

    /// <summary>Settings that it takes besides on black-and-white images.</summary>
    public IReadOnlyDictionary<string, string> ValuesForBinary { get; private init; } = new Dictionary<string, string>();

    /// <summary>The only kind of record that it is for; null where it is for several.</summary>
    public RecordKind? Kind { get; private init; }

    private PresetScope? Scope => Kind is null ? null : RecordLearning.Of(Kind).Presets;

    /// <summary>What it is listed under: images (and tables of numbers), activations (vectors), tables, recommenders or topics.</summary>
    public string Field => Scope?.Field ?? "images";

    /// <summary>Every preset.</summary>
    public static IReadOnlyList<Preset> All { get; } =
    [
        new("ae", "plain autoencoder: a deterministic code, free of charge", new Dictionary<string, string> { ["bottleneck"] = "deterministic", ["latent"] = "32" }, Gaussian),
        new("sparse", "sparse autoencoder: an overcomplete code, the k largest units kept", new Dictionary<string, string> { ["bottleneck"] = "top-k", ["latent"] = "256" }, Gaussian),
        new("denoising", "denoising autoencoder: restores what a corruption took", new Dictionary<string, string> { ["bottleneck"] = "deterministic", ["latent"] = "64", ["corruption"] = "gaussian" }, Gaussian),
        Variational("vae", "variational autoencoder: Gaussian code, trained on the ELBO"),
        Variational("pixel-vae", "variational autoencoder whose pixels also see their known neighbours: fewest bits, images only", ("likelihood", "local-context")),
        Variational("beta-vae", "a rate that costs beta times its nats: fewer, plainer units (Higgins et al. 2017)", ("beta", "4")),
        Variational("factor-vae", "units pushed to independence by a discriminator that tells shuffled codes (Kim and Mnih 2018)", ("penalty", "density-ratio")),
        Variational("beta-tc-vae", "units pushed to independence by their total correlation (Chen et al. 2018)", ("penalty", "total-correlation")),
        Variational("dip-vae", "units pushed to be uncorrelated (Kumar et al. 2018)", ("penalty", "dip")),
        Variational("info-vae", "all codes together look like the prior, single ones are free to differ (Zhao et al. 2019)", ("penalty", "mmd"), ("beta", "0.1")),
        Variational("wae", "Wasserstein autoencoder: no rate, only all codes together look like the prior (Tolstikhin et al. 2018)", ("penalty", "mmd"), ("beta", "0")),
        Variational("aae", "adversarial autoencoder: no rate, all codes together pass for draws of the prior (Makhzani et al. 2016)", ("penalty", "adversarial"), ("beta", "0")),
        Variational("iwae", "importance weighted: a tighter bound from 50 draws of the code (Burda et al. 2016)", ("objective", "importance-weighted")),
        Variational("vamp-vae", "a prior made of the codes of typical records (Tomczak and Welling 2018)", ("prior", "vamp")),
        Variational("ladder-vae", "levels of codes, drawn from the top down (Sonderby et al. 2016)", ("bottleneck", "ladder"), ("latent", "60"), ("levels", "3"), ("warm-up", "20")),
        Variational("vq-vae", "slots that each hold one vector of a codebook, and a prior over them (van den Oord et al. 2017)", ("bottleneck", "vector-quantised"), ("latent", "64"), ("warm-up", "0")),
        Variational("cond-vae", "conditional: encoder and decoder are given each record's label (Sohn et al. 2015)", ("condition", "label")),
        Variational("vib", "deep variational information bottleneck: a code that tells the label, and little else (Alemi et al. 2017)", ("likelihood", "classes"), ("beta", "0.01"), ("latent", "16")),
        Variational("iaf-vae", "a posterior bent by an inverse autoregressive flow (Kingma et al. 2016)", ("posterior", "inverse-autoregressive-flow")),
        new("contractive", "contractive autoencoder: codes that move little where records do (Rifai et al. 2011)", new Dictionary<string, string> { ["bottleneck"] = "deterministic", ["latent"] = "32", ["penalty"] = "contractive" }, Gaussian),
        new("rae", "regularised autoencoder: a smooth decoder and codes near the origin, no noise (Ghosh et al. 2020)", new Dictionary<string, string> { ["bottleneck"] = "l2", ["latent"] = "32", ["penalty"] = "decoder" }, Gaussian),
        Dictionary("top-k-sae", "sparse dictionary of a layer's activations: the k largest units of each record (Gao et al. 2024)", ("bottleneck", "auxiliary-top-k"), ("k", "32")),
        Dictionary("batch-top-k-sae", "sparse dictionary: the largest units of each batch, a threshold afterwards (Bussmann et al. 2024)", ("bottleneck", "batch-top-k"), ("k", "32")),
        Dictionary("jump-relu-sae", "sparse dictionary: units above learned thresholds, charged by their number (Rajamanoharan et al. 2024)", ("bottleneck", "jump-relu"), ("warm-up", "1")),
        Dictionary("gated-sae", "sparse dictionary: one map says which units are on, another how much (Rajamanoharan et al. 2024)", ("bottleneck", "gated"), ("warm-up", "1")),
        new("table-ae", "denoising autoencoder of mixed columns: blanked cells are told from the others", new Dictionary<string, string>(Rows) { ["bottleneck"] = "deterministic" }, new Dictionary<string, string>()) { Kind = TableKind.Instance },
        new("table-vae", "variational autoencoder of mixed columns: anomalies, gaps, synthetic rows", new Dictionary<string, string>(Rows) { ["bottleneck"] = "gaussian", ["warm-up"] = "10", ["beta"] = "0.5" }, new Dictionary<string, string>()) { Kind = TableKind.Instance },
        Interactions("ease", "item-item weights in closed form: a linear autoencoder of interactions that may not copy", new() { ["net"] = "ease", ["bottleneck"] = "deterministic" }),
        Interactions("mult-dae", "denoising autoencoder of interactions, multinomial likelihood", new(Mult) { ["bottleneck"] = "deterministic" }),
        Interactions("mult-vae", "variational autoencoder of interactions, multinomial likelihood, the rate's weight growing to a cap", new(Mult) { ["bottleneck"] = "gaussian", ["beta"] = "0.5", ["warm-up"] = "20", ["average"] = "0" }),
        Interactions("rec-vae", "mult-vae with a composite prior, encoder and decoder trained in turns, and a weight of the rate for each user", new(HalfSeen)
        {
            ["net"] = "dense",
            ["bottleneck"] = "composite",
            ["beta-per-count"] = "0.005",
            ["encoder-epochs"] = "3",
            ["epochs"] = "80",
        }),
        Documents("nvdm", "neural document model: words from a softmax linear in a Gaussian code", new() { ["topic-decoder"] = "linear", ["hidden"] = "800", ["activation"] = "tanh", ["mask-rate"] = "0.5", ["learning-rate"] = "0.002", ["epochs"] = "80" }),
        Documents("prod-lda", "topic model: a normalised product of experts, proportions near a Dirichlet prior", new()
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
        }),
        Documents("etm", "topic model: a mixture of topics that are embedded among the words", new() { ["topic-decoder"] = "embedded", ["hidden"] = "400", ["mask-rate"] = "0.3", ["learning-rate"] = "0.005", ["weight-decay"] = "0.01", ["epochs"] = "40" }),
    ];

    private static Preset Variational(string name, string summary, params (string Key, string Value)[] own)
    {
        var values = new Dictionary<string, string> { ["bottleneck"] = "gaussian", ["latent"] = "40", ["warm-up"] = "10" };
        foreach (var (key, value) in own)
            values[key] = value;
        // A discriminator that must follow falls behind such steps, and a model of labels draws no edges.
        var isSlow = values.GetValueOrDefault("penalty") == "adversarial" || values.GetValueOrDefault("likelihood") == "classes";
        return new(name, summary, values, new Dictionary<string, string>()) { ValuesForBinary = isSlow ? new Dictionary<string, string>() : EarlyLearning };
    }

    /// <summary>The preset of that name.</summary>
    /// <exception cref="InvalidInputException">There is none; the message names the nearest and all.</exception>
    public static Preset Named(string name) => All.FirstOrDefault(preset => preset.Name == name)
        ?? throw new InvalidInputException(
            $"Unknown model '{name}'{(NearestName.Of(name, All.Select(p => p.Name)) is { } near ? $"; did you mean '{near}'?" : ".")} Known: {string.Join(", ", All.Select(p => p.Name))}.");

    /// <summary>What the preset says for data of this schema.</summary>
    /// <exception cref="InvalidInputException">The preset is for interactions, documents or mixed tables, and the data are none.</exception>
    public IEnumerable<KeyValuePair<string, string>> For(DataSchema schema) => Scope is { } only && Kind != schema.Kind
        ? throw new InvalidInputException($"{Name} is for {only.Records}, and this is {schema}; {only.Remedy}take --model vae.")
        : schema.Kind.HighestLevel(schema) switch { null => Values, 1 => Values.Concat(ValuesForBinary), _ => Values.Concat(ValuesFor8Bit) };

    private static Preset Interactions(string name, string summary, Dictionary<string, string> values) => new(name, summary, values, new Dictionary<string, string>()) { Kind = InteractionKind.Instance };

    // Distortion is half the squared error, as the charges' weights suppose.
    private static Preset Dictionary(string name, string summary, params (string Key, string Value)[] own) => new(name, summary,
        new Dictionary<string, string>(own.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))) { ["net"] = "dictionary", ["latent"] = "512", ["variance"] = "fixed", ["weight-decay"] = "0" }, new Dictionary<string, string>())
    { Kind = VectorKind.Instance };

    private static Preset Documents(string name, string summary, Dictionary<string, string> values) =>
        new(name, summary, values.UnionBy(Topics, pair => pair.Key).ToDictionary(), new Dictionary<string, string>()) { Kind = DocumentKind.Instance };
}
