using System.Text.Json.Serialization;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Primitives;

namespace Isthmus.Training;

/// <summary>Description of a checkpoint in its file. Reading it checks the file's parts but needs no tensor library.</summary>
/// <param name="Preset">The preset that is trained.</param>
/// <param name="Schema">Schema of a record.</param>
/// <param name="Settings">Every setting of the model's parts and of the training, with its value.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="State">Progress of the run.</param>
/// <param name="Labels">The labels that the model is given or predicts; null of models that know none.</param>
/// <param name="Origin">Model whose weights the run started from; null if it started from random ones.</param>
public sealed record CheckpointManifest(
    string Preset,
    DataSchema Schema,
    IReadOnlyDictionary<string, string> Settings,
    int Seed,
    TrainingState State,
    IReadOnlyList<KnownLabel>? Labels = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ModelOrigin? Origin = null
)
{
    internal const string Kind = "isthmus-checkpoint";

    /// <summary>Returns true if the file is a checkpoint by its manifest.</summary>
    public static bool IsIn(string path) => IsthmusFile.KindOf(path) == Kind;

    /// <summary>Reads the manifest of a checkpoint.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign or newer.</exception>
    public static CheckpointManifest Read(string path) => IsthmusFile.Read<CheckpointManifest>(path, Kind).Manifest;

    /// <summary>Reads the manifest without a check of the weights.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign or newer.</exception>
    internal static CheckpointManifest Peek(string path) => IsthmusFile.ReadManifest<CheckpointManifest>(path, Kind);
}
