using Isthmus.Training;

namespace Isthmus.Studio.Folders;

/// <summary>State of a run.</summary>
public enum RunState
{
    /// <summary>A process trains or evaluates it now.</summary>
    Running,

    /// <summary>It was stopped and has a checkpoint to go on from.</summary>
    Paused,

    /// <summary>Trained, evaluated and reported.</summary>
    Finished,

    /// <summary>Ended with an error, or without a checkpoint.</summary>
    Failed,

    /// <summary>Its files cannot be read.</summary>
    Damaged,
}

/// <summary>Judgement of a run's verdict.</summary>
public enum Judgement
{
    /// <summary>No verdict yet.</summary>
    None,

    /// <summary>Healthy.</summary>
    Good,

    /// <summary>Something to look at.</summary>
    Look,

    /// <summary>Not trained, or a code that carries nothing.</summary>
    Bad,
}

/// <summary>A run of the folder as its files tell of it. Immutable, and safe to use from several threads.</summary>
/// <param name="Name">Path of its folder below the opened one: what <c>?run=</c> holds.</param>
/// <param name="Files">Its files.</param>
/// <param name="State">State now.</param>
/// <param name="Problem">Reason why it cannot be read or has failed, in one line; null otherwise.</param>
public sealed record RunEntry(string Name, RunFolder Files, RunState State, string? Problem)
{
    /// <summary>Preset; empty where it is not known yet.</summary>
    public string Model { get; init; } = "";

    /// <summary>Name or path of the data; empty where it is not known yet.</summary>
    public string Data { get; init; } = "";

    /// <summary>Noun for one record.</summary>
    public string Noun { get; init; } = "record";

    /// <summary>Every setting with its value; empty where it is not known yet.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Figures of the evaluation by key; empty before it.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Figures of the epochs so far.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; init; } = [];

    /// <summary>Limit of epochs; null where it is not known.</summary>
    public int? EpochLimit { get; init; }

    /// <summary>Epoch with the lowest validation loss; null before the first.</summary>
    public EpochMetrics? Best => Epochs.Count == 0 ? null : Epochs.MinBy(epoch => epoch.ValidationLossNats);

    /// <summary>Last line that the training process has written; empty of other runs.</summary>
    public string Line { get; init; } = "";

    /// <summary>Time that is left, in words; null where it is not known.</summary>
    public string? TimeLeft { get; init; }

    /// <summary>Random seed; null where it is not known.</summary>
    public int? Seed { get; init; }

    /// <summary>Pace of its training, records a second; null where it is not known.</summary>
    public double? RecordsPerSecond { get; init; }

    /// <summary>Verdict in sentences; null before the evaluation.</summary>
    public string? Verdict { get; init; }

    /// <summary>Command that the verdict ends with; null where none helps.</summary>
    public string? Next { get; init; }

    /// <summary>Judgement of the verdict.</summary>
    public Judgement Judgement { get; init; }

    /// <summary>Size of all files, bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Size of the checkpoint, bytes; 0 without one.</summary>
    public long CheckpointBytes { get; init; }

    /// <summary>Time of the last change.</summary>
    public DateTimeOffset Changed { get; init; }

    /// <summary>True if the model can be used.</summary>
    public bool HasModel => File.Exists(Files.Model) && State != RunState.Damaged;

    /// <summary>The figure that tells most of such a model on its task; null before the evaluation.</summary>
    public Headline? Headline => Folders.Headline.Of(Metrics);
}
