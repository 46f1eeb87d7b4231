using Isthmus.Data.Records;

namespace Isthmus.Models;

/// <summary>A named model: the settings in which it differs from the defaults.</summary>
/// <param name="Name">Name, as in the literature.</param>
/// <param name="Summary">One line.</param>
/// <param name="Values">Settings of the preset.</param>
/// <param name="ValuesFor8Bit">Settings that it takes besides on 8-bit images.</param>
public sealed record Preset(string Name, string Summary, IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> ValuesFor8Bit)
{
    private static readonly Dictionary<string, string> Gaussian = new() { ["likelihood"] = "gaussian" };

    // Black-and-white pictures are learnt in fewer steps so (docs/decisions/0019-quick-start.md).
    private static readonly Dictionary<string, string> EarlyLearning = new() { ["init"] = "he", ["learning-rate"] = "0.003" };

    /// <summary>Further settings for black-and-white images.</summary>
    public IReadOnlyDictionary<string, string> ValuesForBinary { get; private init; } = new Dictionary<string, string>();

    /// <summary>Kind of record if the preset is for one kind only; otherwise null.</summary>
    public RecordKind? Kind { get; private init; }

    private PresetScope? Scope => Kind is null ? null : RecordLearning.Of(Kind).Presets;

    /// <summary>Heading under which it is listed: images (and tables of numbers), activations (vectors), tables, recommenders or topics.</summary>
    public string Field => Scope?.Field ?? "images";

    /// <summary>All presets: those for several kinds of record, then those for one.</summary>
    public static IReadOnlyList<Preset> All => Every.Value;

    private static readonly Preset[] ForSeveral =
    [
        new(
            "ae",
            "plain autoencoder: a deterministic code without charge",
            new Dictionary<string, string> { ["bottleneck"] = "deterministic", ["latent"] = "32" },
            Gaussian
        ),
        new(
            "sparse",
            "sparse autoencoder: an overcomplete code of which each record keeps the k largest units",
            new Dictionary<string, string> { ["bottleneck"] = "top-k", ["latent"] = "256" },
            Gaussian
        ),
        new(
            "denoising",
            "denoising autoencoder: restores records from corrupted ones (Vincent et al. 2008)",
            new Dictionary<string, string>
            {
                ["bottleneck"] = "deterministic",
                ["latent"] = "64",
                ["corruption"] = "gaussian",
            },
            Gaussian
        ),
        Variational("vae", "variational autoencoder: Gaussian codes, trained on the ELBO (Kingma and Welling 2014)"),
        Variational(
            "pixel-vae",
            "variational autoencoder whose pixels also depend on their known neighbours: fewest bits; pictures only",
            ("likelihood", "local-context")
        ),
        Variational("beta-vae", "variational autoencoder with the rate weighted by beta: fewer, more interpretable units (Higgins et al. 2017)", ("beta", "4")),
        Variational("factor-vae", "variational autoencoder with independent units, by a discriminator (Kim and Mnih 2018)", ("penalty", "density-ratio")),
        Variational(
            "beta-tc-vae",
            "variational autoencoder with independent units, by a penalty on their total correlation (Chen et al. 2018)",
            ("penalty", "total-correlation")
        ),
        Variational("dip-vae", "variational autoencoder with uncorrelated units of variance 1 (Kumar et al. 2018)", ("penalty", "dip")),
        Variational(
            "info-vae",
            "variational autoencoder with a weak rate, whose codes as a whole match the prior (Zhao et al. 2019)",
            ("penalty", "mmd"),
            ("beta", "0.1")
        ),
        Variational("wae", "Wasserstein autoencoder: no rate; codes as a whole match the prior (Tolstikhin et al. 2018)", ("penalty", "mmd"), ("beta", "0")),
        Variational(
            "aae",
            "adversarial autoencoder: no rate; a discriminator makes codes match the prior (Makhzani et al. 2016)",
            ("penalty", "adversarial"),
            ("beta", "0")
        ),
        Variational(
            "iwae",
            "importance weighted autoencoder: a tighter bound from 50 draws of the code (Burda et al. 2016)",
            ("objective", "importance-weighted")
        ),
        Variational(
            "vamp-vae",
            "variational autoencoder with a learned prior, a mixture of posteriors of pseudo-records (Tomczak and Welling 2018)",
            ("prior", "vamp")
        ),
        Variational(
            "ladder-vae",
            "hierarchical variational autoencoder: several levels of codes, drawn from the top down (Sonderby et al. 2016)",
            ("bottleneck", "ladder"),
            ("latent", "60"),
            ("levels", "3"),
            ("warm-up", "20")
        ),
        Variational(
            "vq-vae",
            "discrete codes, vectors of a codebook, and a learned prior over them (van den Oord et al. 2017)",
            ("bottleneck", "vector-quantised"),
            ("latent", "64"),
            ("warm-up", "0")
        ),
        Variational(
            "cond-vae",
            "conditional variational autoencoder: encoder and decoder are given each record's label (Sohn et al. 2015)",
            ("condition", "label")
        ),
        Variational(
            "vib",
            "deep variational information bottleneck: a code that predicts the label and keeps little else (Alemi et al. 2017)",
            ("likelihood", "classes"),
            ("beta", "0.01"),
            ("latent", "16")
        ),
        Variational(
            "iaf-vae",
            "variational autoencoder with a flexible posterior, an inverse autoregressive flow (Kingma et al. 2016)",
            ("posterior", "inverse-autoregressive-flow")
        ),
        new(
            "contractive",
            "contractive autoencoder: codes change little when records do (Rifai et al. 2011)",
            new Dictionary<string, string>
            {
                ["bottleneck"] = "deterministic",
                ["latent"] = "32",
                ["penalty"] = "contractive",
            },
            Gaussian
        ),
        new(
            "rae",
            "regularised autoencoder: a smooth decoder and codes near the origin, without noise (Ghosh et al. 2020)",
            new Dictionary<string, string>
            {
                ["bottleneck"] = "l2",
                ["latent"] = "32",
                ["penalty"] = "decoder",
            },
            Gaussian
        ),
    ];

    // Made when asked for: what is for one kind of record stands with the kind.
    private static readonly Lazy<IReadOnlyList<Preset>> Every = new(() =>
        [.. ForSeveral, .. RecordLearning.All.Values.SelectMany(learning => learning.Presets?.All ?? [])]
    );

    private static Preset Variational(string name, string summary, params (string Key, string Value)[] own)
    {
        var values = new Dictionary<string, string>
        {
            ["bottleneck"] = "gaussian",
            ["latent"] = "40",
            ["warm-up"] = "10",
        };
        foreach (var (key, value) in own)
            values[key] = value;
        // A discriminator that must follow falls behind such steps, and a model of labels draws no edges.
        var isSlow = values.GetValueOrDefault("penalty") == "adversarial" || values.GetValueOrDefault("likelihood") == "classes";
        return new(name, summary, values, new Dictionary<string, string>()) { ValuesForBinary = isSlow ? new Dictionary<string, string>() : EarlyLearning };
    }

    /// <summary>Returns the preset with this name.</summary>
    /// <exception cref="InvalidInputException">There is none; the message names the nearest and all.</exception>
    public static Preset Named(string name) =>
        All.FirstOrDefault(preset => preset.Name == name)
        ?? throw new InvalidInputException(null, $"Unknown model '{name}'", NearestName.RemedyOfAll(name, All.Select(p => p.Name)));

    /// <summary>Returns the preset's settings for data of this schema.</summary>
    /// <exception cref="InvalidInputException">The preset is for interactions, documents or mixed tables, and the data are none.</exception>
    public IEnumerable<KeyValuePair<string, string>> For(DataSchema schema) =>
        Scope is { } only && Kind != schema.Kind
            ? throw new InvalidInputException(Name, $"is for {only.Records}, and this is {schema}", $"{only.Remedy}take {OptionNames.Model("vae")}")
            : schema.Kind.HighestLevel(schema) switch
            {
                null => Values,
                1 => Values.Concat(ValuesForBinary),
                _ => Values.Concat(ValuesFor8Bit),
            };

    /// <summary>Creates a preset for one kind of record alone.</summary>
    internal static Preset Of(RecordKind kind, string name, string summary, IReadOnlyDictionary<string, string> values) =>
        new(name, summary, values, new Dictionary<string, string>()) { Kind = kind };
}
