using System.Text.Json;

namespace Isthmus.Training;

/// <summary>
/// Files of a training run: <c>model.isthmus</c>, <c>metrics.jsonl</c>, <c>checkpoint.isthmus</c>, <c>report.html</c>. Each is written completely or not at
/// all.
/// </summary>
/// <param name="Path">The folder.</param>
public sealed record RunFolder(string Path)
{
    /// <summary>Path of the trained model.</summary>
    public string Model => System.IO.Path.Combine(Path, "model.isthmus");

    /// <summary>Path of the metrics, one line an epoch.</summary>
    public string Metrics => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>Path of the checkpoint.</summary>
    public string Checkpoint => System.IO.Path.Combine(Path, "checkpoint.isthmus");

    /// <summary>Path of the report.</summary>
    public string Report => System.IO.Path.Combine(Path, "report.html");

    /// <summary>Throws if the folder cannot be written to, before hours of training.</summary>
    /// <exception cref="InvalidInputException">It cannot.</exception>
    public void Probe()
    {
        AtomicFile.WriteText(Metrics, "");
        File.Delete(Metrics);
    }

    /// <summary>
    /// Deletes the checkpoint of a run whose model and report are written: there is nothing left to resume, and it is several times the size of the model.
    /// </summary>
    public void Finish()
    {
        File.Delete(Checkpoint);
        // What processes left that were killed while they wrote one.
        foreach (var part in Directory.EnumerateFiles(Path, $".{System.IO.Path.GetFileName(Checkpoint)}.*.tmp"))
            File.Delete(part);
    }

    /// <summary>Writes the metrics of all epochs so far.</summary>
    public void WriteMetrics(IEnumerable<EpochMetrics> epochs) =>
        AtomicFile.WriteText(Metrics, string.Concat(epochs.Select(epoch => JsonSerializer.Serialize(epoch, JsonFormat.Compact) + "\n")));
}
