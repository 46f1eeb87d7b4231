using System.Text.Json;

namespace Isthmus.Dictionaries;

/// <summary>
/// A SAELens <c>cfg.json</c> as far as it says what the dictionary computes. Keys of both generations are read: activation function and k at the top (since
/// version 6), or as <c>activation_fn_str</c> and <c>activation_fn_kwargs</c>. The rest is named in <see cref="Unused"/>.
/// </summary>
/// <param name="Architecture">standard, topk, jumprelu or gated.</param>
/// <param name="Inputs">Numbers in a record, d_in.</param>
/// <param name="Features">Features, d_sae.</param>
/// <param name="K">Features that top-k keeps of each record; 0 for other architectures.</param>
/// <param name="SubtractsDecoderBias">True if the decoder's bias is subtracted from records before the encoder.</param>
/// <param name="RescalesByDecoderNorm">True if heads are multiplied by the lengths of the decoder's rows before top-k, and codes divided by them.</param>
/// <param name="HasScalingFactor">True if codes are multiplied by learned factors before the decoder.</param>
/// <param name="Version">Version of SAELens that wrote it; null if it does not say.</param>
/// <param name="Unused">Keys that do not change what the dictionary computes, with their values.</param>
internal sealed record SaeLensConfiguration(
    string Architecture,
    int Inputs,
    int Features,
    int K,
    bool SubtractsDecoderBias,
    bool RescalesByDecoderNorm,
    bool HasScalingFactor,
    string? Version,
    IReadOnlyList<string> Unused
)
{
    public static readonly string[] Architectures = ["standard", "topk", "jumprelu", "gated"];

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidInputException">Not JSON, a key is missing or has another type, or what it says has no counterpart here.</exception>
    public static SaeLensConfiguration Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return new Reader(path, document.RootElement).Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidInputException(
                path,
                $"is no configuration of a SAELens dictionary ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})",
                "use a copy that is whole",
                cause: e
            );
        }
        catch (IOException e)
        {
            throw new InvalidInputException(path, $"cannot be read ({e.Message.TrimEnd('.')})", "use a copy that is whole", cause: e);
        }
    }

    private sealed class Reader(string path, JsonElement root)
    {
        private readonly HashSet<string> _used = [];

        public SaeLensConfiguration Read()
        {
            var architecture = Text("architecture") ?? "standard";
            var function = Text("activation_fn_str") ?? Text("activation_fn") ?? (architecture == "topk" ? "topk" : "relu");
            // Until version 6 a standard dictionary could have that activation function.
            if (architecture == "standard" && function == "topk")
                architecture = "topk";
            if (!Architectures.Contains(architecture))
                throw Refused("architecture", architecture, "is not read", $"give one of {string.Join(", ", Architectures)}");
            // A top-k dictionary may name the function of the values that it keeps: max(0, head).
            if (function is not "relu" && !(architecture == "topk" && function == "topk"))
                throw Refused("activation_fn_str", function, "is not read", "give a dictionary with relu or topk");
            if (Text("normalize_activations") is { } normalisation and not ("none" or "false" or "False"))
                throw normalisation is "expected_average_only_in" or "true" or "True"
                    ? Refused(
                        "normalize_activations",
                        normalisation,
                        "needs a factor that the folder does not hold",
                        "fold it in SAELens (fold_activation_norm_scaling_factor) and save again"
                    )
                    : Refused(
                        "normalize_activations",
                        normalisation,
                        "scales each record by itself, which no model here does",
                        "give a dictionary of activations as they are"
                    );
            if (Text("reshape_activations") is { } reshape and not ("none" or "hook_z"))
                throw Refused("reshape_activations", reshape, "is not read", "give none or hook_z, whose heads are joined in one vector here");
            var k = architecture == "topk" ? TopK() : 0;
            var version = Version();
            foreach (var key in (string[])["dtype", "device"])
                _used.Add(key);
            return new(
                architecture,
                Whole("d_in"),
                Whole("d_sae"),
                k,
                Flag("apply_b_dec_to_input", true),
                Flag("rescale_acts_by_decoder_norm", false) && architecture == "topk",
                Flag("finetuning_scaling_factor", false),
                version,
                [.. Unused(root), .. Metadata is { } metadata ? Unused(metadata) : []]
            );
        }

        private int TopK()
        {
            _used.Add("k");
            _used.Add("activation_fn_kwargs");
            var found =
                root.TryGetProperty("k", out var own) ? own
                : root.TryGetProperty("activation_fn_kwargs", out var arguments) && arguments.TryGetProperty("k", out var given) ? given
                : throw new InvalidInputException(path, "has the architecture topk and no k", "use a copy that is whole");
            return found.ValueKind == JsonValueKind.Number && found.TryGetInt32(out var k) && k > 0
                ? k
                : throw Refused("k", found.GetRawText(), "is no number of features", "use a copy that is whole");
        }

        private string? Version()
        {
            foreach (var key in (string[])["metadata", "sae_lens_version", "sae_lens_training_version"])
                _used.Add(key);
            var said = Metadata ?? root;
            return said.TryGetProperty("sae_lens_version", out var version) || said.TryGetProperty("sae_lens_training_version", out version)
                ? version.ToString()
                : null;
        }

        private JsonElement? Metadata => root.TryGetProperty("metadata", out var found) && found.ValueKind == JsonValueKind.Object ? found : null;

        private IEnumerable<string> Unused(JsonElement element) =>
            element
                .EnumerateObject()
                .Where(property => !_used.Contains(property.Name) && property.Value.ValueKind != JsonValueKind.Null)
                .Select(property => $"{property.Name} = {property.Value.GetRawText()}");

        private string? Text(string key)
        {
            _used.Add(key);
            return root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;
        }

        private bool Flag(string key, bool initial)
        {
            _used.Add(key);
            return root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetBoolean() : initial;
        }

        private int Whole(string key)
        {
            _used.Add(key);
            return root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0
                ? number
                : throw new InvalidInputException(path, $"has no whole number above 0 as {key}", "use a copy that is whole");
        }

        private InvalidInputException Refused(string key, string value, Wording problem, Wording remedy) => new($"{path}: {key} = {value}", problem, remedy);
    }
}
