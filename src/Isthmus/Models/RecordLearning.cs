using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using static TorchSharp.torch;

namespace Isthmus.Models;

/// <summary>
/// What models and their training make of a kind of record, besides what <see cref="RecordKind"/> says of it.
/// As it stands here, of a kind that needs nothing of its own.
/// </summary>
internal class RecordLearning
{
    private static readonly RecordLearning Plain = new();
    private static readonly OrderedDictionary<RecordKind, RecordLearning> Known = [];

    /// <summary>What is made of the kinds that are known, in their order.</summary>
    public static IReadOnlyDictionary<RecordKind, RecordLearning> All => Known;

    /// <summary>Makes known what is made of a kind.</summary>
    public static void Register(RecordKind kind, RecordLearning learning) => Known.Add(kind, learning);

    /// <summary>What is made of records of that kind.</summary>
    public static RecordLearning Of(RecordKind kind) => Known.GetValueOrDefault(kind, Plain);

    /// <summary>What is made of records of that schema.</summary>
    public static RecordLearning Of(DataSchema schema) => Of(schema.Kind);

    /// <summary>The presets for this kind alone, and what they are for; null where there are none.</summary>
    public virtual PresetScope? Presets => null;

    /// <summary>Values of settings that are better for such records than the defaults; those of parts that are not chosen fall away.</summary>
    /// <remarks>The first guess of a standardised number's deviation given z is the one that it has without it.</remarks>
    public virtual IReadOnlyDictionary<string, string> Preferred(RecordKind kind) =>
        kind.IsStandardised ? new Dictionary<string, string> { ["sigma"] = "1" } : new Dictionary<string, string>();

    /// <summary>Whether encoder and decoder can be told the label of a record.</summary>
    public virtual bool TakesLabels => false;

    /// <summary>Whether a validation record is corrupted as a training record is; otherwise what a corruption drops is not there to be restored.</summary>
    public virtual bool ValidatesCorrupted => true;

    /// <summary>
    /// Validation records in a part that is shown and one that is to be predicted, where that chooses the best epoch; null where distortion and rate do.
    /// </summary>
    public virtual HeldOutSplit? HeldOut(Dataset validation, int seed) => null;

    /// <summary>What the decoder makes of records that are shown in part, as logits of what is held out of them.</summary>
    /// <param name="logits">The decoder's.</param>
    /// <param name="seen">What is shown, N x D.</param>
    public virtual Tensor Completed(Tensor logits, Tensor seen) => logits;

    /// <summary>The records that a model keeps; null for none.</summary>
    public virtual ReferenceRows? Reference(DataSplits data) => null;

    /// <summary>What says, of a trained model, what its integer form takes from the training records; it may hold some of them, and not all.</summary>
    public virtual Func<TrainedModel, Calibration?> Calibration(Dataset train) => _ => null;
}

/// <summary>The data that presets for one kind of record are for.</summary>
/// <param name="Records">What they are.</param>
/// <param name="Remedy">How to have them, before "take --model vae".</param>
/// <param name="Field">What models of them are listed under.</param>
/// <param name="All">The presets.</param>
internal sealed record PresetScope(string Records, Wording Remedy, string Field, IReadOnlyList<Preset> All);
