using System.Text.Json;

namespace Isthmus.Training;

/// <summary>
/// What a training run leaves on disk: <c>model.isthmus</c>, <c>metrics.jsonl</c>, <c>checkpoint.isthmus</c>, <c>report.html</c>. Each is written whole or not
/// at all.
/// </summary>
/// <param name="Path">The folder.</param>
public sealed record RunFolder(string Path)
{
    /// <summary>The trained model.</summary>
    public string Model => System.IO.Path.Combine(Path, "model.isthmus");

    /// <summary>One line an epoch.</summary>
    public string Metrics => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>The run between two steps.</summary>
    public string Checkpoint => System.IO.Path.Combine(Path, "checkpoint.isthmus");

    /// <summary>The page to look at.</summary>
    public string Report => System.IO.Path.Combine(Path, "report.html");

    /// <summary>Makes sure that the folder can be written to, before hours of training are put into it.</summary>
    /// <exception cref="InvalidInputException">It cannot.</exception>
    public void Probe()
    {
        AtomicFile.WriteText(Metrics, "");
        File.Delete(Metrics);
    }

    /// <summary>
    /// Deletes the checkpoint of a run whose model and report are written: there is nothing left to resume, and it is some times the size of the model.
    /// </summary>
    public void Finish() => File.Delete(Checkpoint);

    /// <summary>Writes the figures of all epochs so far.</summary>
    public void WriteMetrics(IEnumerable<EpochMetrics> epochs) =>
        AtomicFile.WriteText(Metrics, string.Concat(epochs.Select(epoch => JsonSerializer.Serialize(epoch, JsonFormat.Compact) + "\n")));
}
