namespace Isthmus.Studio.Folders;

/// <summary>The figure that tells most of a model on its task.</summary>
/// <param name="Word">Its name, as the glossary has it where it has it.</param>
/// <param name="Value">Value, in <paramref name="Unit"/>.</param>
/// <param name="Error">Standard error; null where it has none.</param>
/// <param name="Unit">Unit: nats and bits are shown in the reader's; empty without one.</param>
/// <param name="IsBetterHigher">True if more is better.</param>
public sealed record Headline(string Word, double Value, double? Error, string Unit, bool IsBetterHigher)
{
    // In order of preference: a model of a task has that task's figure, every variational model the likelihood.
    private static readonly (string Key, string Word, string Unit, bool IsBetterHigher)[] Known =
    [
        ("ndcg_100", "NDCG@100", "", true),
        ("accuracy", "Accuracy", "", true),
        ("completion_perplexity", "Perplexity", "words", false),
        ("perplexity", "Perplexity", "words", false),
        ("denoised_psnr_db", "PSNR", "dB", true),
        ("nll_nats", "NLL", "nats", false),
        ("elbo_nats", "ELBO", "nats", true),
        ("distortion_nats", "Distortion", "nats", false),
    ];

    /// <summary>Returns the headline of an evaluation; null if there is none.</summary>
    public static Headline? Of(IReadOnlyDictionary<string, double> metrics) =>
        Known.FirstOrDefault(known => metrics.ContainsKey(known.Key)) is { Key: not null } known
            ? new(
                known.Word,
                metrics[known.Key],
                metrics.TryGetValue($"{known.Key}_standard_error", out var error) ? error : null,
                known.Unit,
                known.IsBetterHigher
            )
            : null;
}
