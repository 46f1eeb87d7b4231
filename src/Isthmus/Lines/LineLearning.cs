using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Models;

namespace Isthmus.Lines;

/// <summary>Training of models of lines: they keep some lines, whose bits say what is usual.</summary>
internal sealed class LineLearning : RecordLearning
{
    /// <inheritdoc/>
    public override PresetScope Presets =>
        new("lines of text", $"give {OptionNames.Lines}, a .log file, or name a table's column with {OptionNames.Text}, or ", "lines of text", Own);

    /// <summary>Returns the lines that scores are made of: <see cref="LineKeeping"/>.</summary>
    public override KeptLines Lines(DataSplits data) => LineKeeping.Of(data);

    /// <summary>Returns how a model cuts lines where nothing else is asked for; null for the default.</summary>
    public static string? TokensOf(string preset) => preset == "line-vae" ? "characters" : null;

    private static readonly Dictionary<string, string> Usual = new()
    {
        ["net"] = "recurrent",
        ["bottleneck"] = "gaussian",
        ["batch-size"] = "64",
        ["learning-rate"] = "0.002",
        ["weight-decay"] = "0.01",
        ["clip"] = "5",
        ["epochs"] = "20",
    };

    // Against a code that is not used: its means keep differing from line to line, its cost grows from 0, and it must tell the words
    // (docs/decisions/0054-codes-of-lines-in-use.md).
    private static readonly Dictionary<string, string> Used = new(Usual)
    {
        ["latent"] = "32",
        ["posterior"] = "batch-normalised",
        ["warm-up"] = "5",
        // The loss that chooses the epoch rises while the weight of the rate grows.
        ["patience"] = "10",
        ["penalty"] = "bag-of-words",
    };

    private static readonly Preset[] Own =
    [
        Preset.Of(LineKind.Instance, "text-vae", "variational autoencoder of lines: codes of sentences, with the order of words (Bowman et al. 2016)", Used),
        Preset.Of(
            LineKind.Instance,
            "line-vae",
            "variational autoencoder of log lines, character by character: odd lines, in bits",
            new Dictionary<string, string>(Used) { ["latent"] = "16" }
        ),
        Preset.Of(
            LineKind.Instance,
            "text-ae",
            "denoising autoencoder of lines: tokens are left out, hidden and swapped (Shen et al. 2020)",
            new Dictionary<string, string>(Usual)
            {
                ["bottleneck"] = "deterministic",
                ["latent"] = "64",
                ["corruption"] = "tokens",
            }
        ),
        Preset.Of(
            LineKind.Instance,
            "lstm-lm",
            "language model of lines: the decoder of text-vae alone, to compare with",
            new Dictionary<string, string>(Usual) { ["encoder"] = "none", ["latent"] = "1" }
        ),
    ];
}
