using Isthmus.Data;

namespace Isthmus.Models;

/// <summary>A named model: the settings in which it differs from the defaults.</summary>
/// <param name="Name">As the literature names it.</param>
/// <param name="Summary">One line.</param>
/// <param name="Values">Its settings.</param>
/// <param name="ValuesFor8Bit">Settings that it takes besides on 8-bit images.</param>
public sealed record Preset(string Name, string Summary, IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> ValuesFor8Bit)
{
    private static readonly Dictionary<string, string> Gaussian = new() { ["likelihood"] = "gaussian" };

    /// <summary>Every preset.</summary>
    public static IReadOnlyList<Preset> All { get; } =
    [
        new("ae", "plain autoencoder: a deterministic code, free of charge", new Dictionary<string, string> { ["bottleneck"] = "deterministic", ["latent"] = "32" }, Gaussian),
        new("sparse", "sparse autoencoder: an overcomplete code, the k largest units kept", new Dictionary<string, string> { ["bottleneck"] = "top-k", ["latent"] = "256" }, Gaussian),
        new("denoising", "denoising autoencoder: restores what a corruption took", new Dictionary<string, string> { ["bottleneck"] = "deterministic", ["latent"] = "64", ["corruption"] = "gaussian" }, Gaussian),
        new("vae", "variational autoencoder: Gaussian code, trained on the ELBO", new Dictionary<string, string> { ["bottleneck"] = "gaussian", ["latent"] = "40", ["warm-up"] = "10" }, new Dictionary<string, string>()),
        new("pixel-vae", "variational autoencoder whose pixels also see their known neighbours: fewest bits, images only", new Dictionary<string, string> { ["bottleneck"] = "gaussian", ["latent"] = "40", ["warm-up"] = "10", ["likelihood"] = "local-context" }, new Dictionary<string, string>()),
    ];

    /// <summary>The preset of that name.</summary>
    /// <exception cref="InvalidInputException">There is none; the message names the nearest and all.</exception>
    public static Preset Named(string name) => All.FirstOrDefault(preset => preset.Name == name)
        ?? throw new InvalidInputException(
            $"Unknown model '{name}'{(NearestName.Of(name, All.Select(p => p.Name)) is { } near ? $"; did you mean '{near}'?" : ".")} Known: {string.Join(", ", All.Select(p => p.Name))}.");

    /// <summary>What the preset says for data of this schema.</summary>
    public IEnumerable<KeyValuePair<string, string>> For(DataSchema schema) => schema is ImageSchema { Levels: > 2 } ? Values.Concat(ValuesFor8Bit) : Values;
}
