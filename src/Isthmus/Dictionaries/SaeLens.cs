using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Isthmus.Compute;
using Isthmus.Data.Vectors;
using Isthmus.Models;
using Isthmus.Models.Bottlenecks;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Dictionaries;

/// <summary>A dictionary that was read from a SAELens folder.</summary>
/// <param name="Model">The model. The caller disposes of it.</param>
/// <param name="Unused">Entries of the folder's configuration that do not change what the dictionary computes, such as <c>hook_name = "..."</c>.</param>
public sealed record ImportedDictionary(TrainedModel Model, IReadOnlyList<string> Unused);

/// <summary>
/// Sparse dictionaries as folders of SAELens (<c>cfg.json</c> and <c>sae_weights.safetensors</c>): the architectures standard, topk, jumprelu and gated.
/// With x a record and W_enc (D x L), W_dec (L x D), b_enc, b_dec the tensors of the folder:
/// <code>head = (x - b_dec) W_enc + b_enc,   z = max(0, head), its k largest, head where head &gt; threshold, or gated,   mean = z W_dec + b_dec.</code>
/// A gated dictionary has b_gate in place of b_enc, and z = [head &gt; 0] max(0, (x - b_dec) W_enc exp(r_mag) + b_mag).
/// </summary>
/// <remarks>Safe for use by several threads at once.</remarks>
public static class SaeLens
{
    /// <summary>Name of the configuration in a folder.</summary>
    public const string ConfigurationName = "cfg.json";

    /// <summary>Name of the weights in a folder.</summary>
    public const string WeightsName = "sae_weights.safetensors";

    // The version whose keys are written.
    private const string WrittenVersion = "6.0.0";

    /// <summary>
    /// Reads a folder as a model: <c>top-k-sae</c>, <c>jump-relu-sae</c>, <c>gated-sae</c> or, for a standard dictionary, <c>sparse</c> with the bottleneck
    /// <c>l1</c>. Codes and reconstructions are those of SAELens. Where all rows of the decoder have length 1 the network is <c>dictionary</c>, and otherwise
    /// <c>mlp</c> without hidden layers.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidInputException">A file is missing or damaged, or the configuration asks for what has no counterpart here.</exception>
    public static ImportedDictionary Import(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidInputException(folder, "is no folder", $"give the folder that holds {ConfigurationName} and {WeightsName}");
        foreach (var name in (string[])[ConfigurationName, WeightsName])
            if (!File.Exists(Path.Combine(folder, name)))
                throw new InvalidInputException(folder, $"has no {name}", "give a folder that SAELens saved");
        var configuration = SaeLensConfiguration.Read(Path.Combine(folder, ConfigurationName));
        TensorLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        var weights = new SaeLensWeights(Path.Combine(folder, WeightsName), configuration);
        var specification = ModelSpecification.Resolve(
            weights.Preset,
            new VectorSchema(VectorRecords.Names(configuration.Inputs)),
            Settings(configuration, weights),
            TrainingSettings.All
        );
        var network = specification.Build(seed: 0);
        weights.CopyTo(network);
        var made = new Provenance(
            Path.GetFullPath(folder),
            TrainRecords: 0,
            Seed: 0,
            SplitSeed: 0,
            Epochs: 0,
            BestEpoch: 0,
            TrainingSeconds: 0,
            Threads: 0,
            DateTimeOffset.UtcNow,
            $"SAELens {configuration.Version ?? "of unknown version"}"
        );
        return new(new(specification, network, null, made), configuration.Unused);
    }

    private static IEnumerable<KeyValuePair<string, string>> Settings(SaeLensConfiguration configuration, SaeLensWeights weights)
    {
        yield return new(ModelSpecification.Latent.Key, configuration.Features.ToString(CultureInfo.InvariantCulture));
        yield return new("variance", "fixed");
        foreach (var (key, value) in weights.Network)
            yield return new(key, value);
        if (configuration.K > 0)
            yield return new(TopKBottleneck.K.Key, configuration.K.ToString(CultureInfo.InvariantCulture));
        if (configuration.Architecture == "standard")
            yield return new(ModelSpecification.Bottleneck.Key, L1Bottleneck.Part.Name);
    }

    /// <summary>
    /// Writes a dictionary as a folder that SAELens reads. Records enter it in their own units: the model's standardisation is folded into the weights.
    /// </summary>
    /// <remarks>
    /// The bottleneck <c>batch-top-k</c> is written as jumprelu with its threshold, as SAELens writes its own; the model's codes are the same.
    /// </remarks>
    /// <param name="model">A model whose encoder and decoder are one affine map each and whose bottleneck is a dictionary's, or <c>l1</c>.</param>
    /// <param name="folder">The folder; files of these names that are there are replaced.</param>
    /// <exception cref="InvalidInputException">Another model; or the folder cannot be written.</exception>
    public static void Export(TrainedModel model, string folder)
    {
        if (File.Exists(folder))
            throw new InvalidInputException(folder, "is a file", "give a folder");
        using var scope = NewDisposeScope();
        var (architecture, tensors, further) = SaeLensWeights.Of(model);
        var configuration = new OrderedDictionary<string, object?>
        {
            ["architecture"] = architecture,
            ["d_in"] = model.Specification.Schema.Dimension,
            ["d_sae"] = model.Network.Bottleneck.Latent,
        };
        foreach (var (key, value) in further)
            configuration[key] = value;
        configuration["dtype"] = "float32";
        configuration["device"] = "cpu";
        configuration["apply_b_dec_to_input"] = true;
        configuration["normalize_activations"] = "none";
        configuration["reshape_activations"] = "none";
        configuration["metadata"] = new OrderedDictionary<string, object?>
        {
            ["sae_lens_version"] = WrittenVersion,
            ["sae_lens_training_version"] = null,
            ["made_by"] = $"Isthmus {typeof(SaeLens).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}",
            ["isthmus_preset"] = model.Specification.Preset,
        };
        AtomicFile.Write(Path.Combine(folder, WeightsName), stream => Safetensors.Write(stream, tensors));
        // Last: a folder with a configuration is whole.
        AtomicFile.Write(Path.Combine(folder, ConfigurationName), stream => JsonSerializer.Serialize(stream, configuration, Plain));
    }

    private static readonly JsonSerializerOptions Plain = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
