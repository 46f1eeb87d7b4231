using System.Security.Cryptography;
using System.Text.Json;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Primitives;

namespace Isthmus.Onnx;

/// <summary>
/// Description of the model in an ONNX file, which stands in the file's metadata under keys that begin with <c>isthmus.</c>.
/// </summary>
/// <param name="Part">Part of the model that the file holds.</param>
/// <param name="Preset">The preset that the model was made from.</param>
/// <param name="Schema">Schema of a record.</param>
/// <param name="Latent">Numbers in a code, L.</param>
/// <param name="Units">Units of the records' numbers.</param>
/// <param name="Output">Meaning of the output.</param>
/// <param name="WeightsSha256">SHA-256 of the model's weights, as its own file has them; lower-case hexadecimal.</param>
/// <param name="Labels">Labels that the model is given or predicts, each with its classes.</param>
public sealed record OnnxMetadata(
    OnnxPart Part,
    string Preset,
    DataSchema Schema,
    int Latent,
    string Units,
    string Output,
    string WeightsSha256,
    IReadOnlyList<KnownLabel> Labels
)
{
    private const string Prefix = "isthmus.";

    // Version of these keys and of the names of inputs and outputs.
    private const string Version = "1";

    /// <summary>Further entries, by key without the prefix: thresholds of scores. Default: empty.</summary>
    public IReadOnlyDictionary<string, string> More { get; init; } = new Dictionary<string, string>();

    /// <summary>Returns the name of a part in files and on the command line.</summary>
    internal static string NameOf(OnnxPart part) => part.ToString().ToLowerInvariant();

    /// <summary>Describes a part of a model.</summary>
    internal static OnnxMetadata Of(TrainedModel model, OnnxPart part, string units, string output) =>
        new(
            part,
            model.Specification.Preset,
            model.Specification.Schema,
            model.Specification.Settings.Get(ModelSpecification.Latent),
            units,
            output,
            Convert.ToHexStringLower(SHA256.HashData(model.WeightBytes())),
            model.Specification.Labels
        );

    /// <summary>Entries of the file, in their order.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Entries()
    {
        yield return Entry("version", Version);
        yield return Entry("part", NameOf(Part));
        yield return Entry("preset", Preset);
        yield return Entry("schema", JsonSerializer.Serialize(Schema, JsonFormat.Compact));
        // Of pictures and counts the columns are the pixels, and the items that the schema lists.
        if (Schema.Kind is { IsSparse: false } && Schema.Kind.HighestLevel(Schema) is null)
            yield return Entry("columns", JsonSerializer.Serialize(Enumerable.Range(0, Schema.Dimension).Select(Schema.NameOf), JsonFormat.Compact));
        yield return Entry("latent", JsonSerializer.Serialize(Latent, JsonFormat.Compact));
        yield return Entry("units", Units);
        yield return Entry("output", Output);
        yield return Entry("weights_sha256", WeightsSha256);
        if (Labels.Count > 0)
            yield return Entry("labels", JsonSerializer.Serialize(Labels, JsonFormat.Compact));
        foreach (var (key, value) in More)
            yield return Entry(key, value);
    }

    /// <summary>Reads the entries of a file.</summary>
    /// <param name="entries">All metadata of the file.</param>
    /// <param name="name">Name of the file in error messages.</param>
    /// <exception cref="InvalidInputException">They are not those of a file of Isthmus, or of a newer one.</exception>
    internal static OnnxMetadata Read(IReadOnlyDictionary<string, string> entries, string name)
    {
        const string Again = "export the model again";
        string Value(string key) =>
            entries.GetValueOrDefault(Prefix + key)
            ?? throw new InvalidInputException(name, $"is no ONNX file of an Isthmus model: its metadata lack '{Prefix}{key}'", Again);
        if (Value("version") is var version && version != Version)
            throw new InvalidInputException(name, $"has version '{version}' of Isthmus's metadata, and this Isthmus reads {Version}", "use a newer Isthmus");
        try
        {
            T Json<T>(string key) => JsonSerializer.Deserialize<T>(Value(key), JsonFormat.Compact) ?? throw new JsonException($"'{Prefix}{key}' is null");
            var known = new OnnxMetadata(
                Enum.TryParse<OnnxPart>(Value("part"), ignoreCase: true, out var part) && Enum.IsDefined(part)
                    ? part
                    : throw new JsonException($"'{Value("part")}' is no part of a model"),
                Value("preset"),
                Json<DataSchema>("schema"),
                Json<int>("latent"),
                Value("units"),
                Value("output"),
                Value("weights_sha256"),
                entries.ContainsKey(Prefix + "labels") ? Json<IReadOnlyList<KnownLabel>>("labels") : []
            );
            var listed = known.Entries().Select(entry => entry.Key).ToHashSet();
            return known with
            {
                More = entries
                    .Where(entry => entry.Key.StartsWith(Prefix, StringComparison.Ordinal) && !listed.Contains(entry.Key))
                    .ToDictionary(entry => entry.Key[Prefix.Length..], entry => entry.Value),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException or ArgumentException)
        {
            throw new InvalidInputException(name, $"has metadata that cannot be read ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})", Again, cause: e);
        }
    }

    private static KeyValuePair<string, string> Entry(string key, string value) => new(Prefix + key, value);
}
