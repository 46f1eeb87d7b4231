using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using static TorchSharp.torch;

namespace Isthmus.Models;

/// <summary>
/// Properties of a kind of record for models and training, besides those of <see cref="RecordKind"/>. The base class serves kinds that need nothing of their
/// own.
/// </summary>
internal class RecordLearning
{
    private static readonly RecordLearning Plain = new();
    private static readonly OrderedDictionary<RecordKind, RecordLearning> Known = [];

    /// <summary>Properties of the known kinds, in their order.</summary>
    public static IReadOnlyDictionary<RecordKind, RecordLearning> All => Known;

    /// <summary>Registers the properties of a kind.</summary>
    public static void Register(RecordKind kind, RecordLearning learning) => Known.Add(kind, learning);

    /// <summary>Returns the properties of a kind.</summary>
    public static RecordLearning Of(RecordKind kind) => Known.GetValueOrDefault(kind, Plain);

    /// <summary>Returns the properties of the kind of a schema.</summary>
    public static RecordLearning Of(DataSchema schema) => Of(schema.Kind);

    /// <summary>Presets for this kind alone; null if there are none.</summary>
    public virtual PresetScope? Presets => null;

    /// <summary>Returns values of settings that are better for such records than the defaults; those of parts that are not chosen are ignored.</summary>
    /// <remarks>The first guess of a standardised number's deviation given z is the one that it has without it.</remarks>
    public virtual IReadOnlyDictionary<string, string> Preferred(RecordKind kind) =>
        kind.IsStandardised ? new Dictionary<string, string> { ["sigma"] = "1" } : new Dictionary<string, string>();

    /// <summary>True if encoder and decoder can have the label of a record as condition.</summary>
    public virtual bool TakesLabels => false;

    /// <summary>True if a validation record is corrupted as a training record is; false if the numbers dropped by a corruption need not be restored.</summary>
    public virtual bool ValidatesCorrupted => true;

    /// <summary>
    /// Splits validation records into a part that is shown and one to be predicted, if that chooses the best epoch; null if distortion and rate do.
    /// </summary>
    public virtual HeldOutSplit? HeldOut(Dataset validation, int seed) => null;

    /// <summary>Converts the decoder's output for partly shown records to logits of their held-out part.</summary>
    /// <param name="logits">The decoder's.</param>
    /// <param name="seen">The shown part, N x D.</param>
    public virtual Tensor Completed(Tensor logits, Tensor seen) => logits;

    /// <summary>Returns the records that a model keeps; null for none.</summary>
    public virtual ReferenceRows? Reference(DataSplits data) => null;

    /// <summary>Returns the lines that a model keeps; null for other records.</summary>
    public virtual KeptLines? Lines(DataSplits data) => null;

    /// <summary>
    /// Returns, for each number that a network's first or last layer has a weight for in a schema with more items or categories, the number of the known schema
    /// whose weights it begins with; -1 for the mean over all.
    /// </summary>
    /// <param name="known">Schema of the trained model.</param>
    /// <param name="grown">The schema with more.</param>
    /// <param name="ofEncoder">True for the numbers that an encoder reads, false for those that a decoder writes.</param>
    public virtual IReadOnlyList<int> Beginnings(DataSchema known, DataSchema grown, bool ofEncoder) => [.. Enumerable.Range(0, known.Dimension)];

    /// <summary>Returns notes on what a schema has besides a known one.</summary>
    public virtual IEnumerable<string> Added(DataSchema known, DataSchema grown) => [];

    /// <summary>Returns a function that measures, for a trained model, the calibration of its integer form on training records.</summary>
    public virtual Func<TrainedModel, Calibration?> Calibration(Dataset train) => _ => null;
}

/// <summary>Presets for one kind of record, and the data that they are for.</summary>
/// <param name="Records">Description of the records.</param>
/// <param name="Remedy">Remedy to get such records, before "take --model vae".</param>
/// <param name="Field">Heading under which their models are listed.</param>
/// <param name="All">The presets.</param>
internal sealed record PresetScope(string Records, Wording Remedy, string Field, IReadOnlyList<Preset> All);
