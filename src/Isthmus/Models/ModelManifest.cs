using Isthmus.Data.Records;
using Isthmus.Models.Primitives;

namespace Isthmus.Models;

/// <summary>What a model file says of itself. Reading it checks the file's parts but needs no tensor library.</summary>
/// <param name="Preset">The preset it was made from.</param>
/// <param name="Schema">What one record is.</param>
/// <param name="Settings">Every setting of its parts and of its training, with its value.</param>
/// <param name="Standardisation">How table columns are put on the model's scale; null for pixels.</param>
/// <param name="Provenance">How it came to be.</param>
/// <param name="Metrics">Figures of its evaluation, by name with unit.</param>
/// <param name="Labels">The labels that it is given or predicts; null of models that know none.</param>
public sealed record ModelManifest(
    string Preset,
    DataSchema Schema,
    IReadOnlyDictionary<string, string> Settings,
    Standardisation? Standardisation,
    Provenance Provenance,
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyList<KnownLabel>? Labels = null
)
{
    internal const string Kind = "isthmus-model";

    /// <summary>Whether the file says that it is a model.</summary>
    public static bool IsIn(string path) => IsthmusFile.KindOf(path) == Kind;

    /// <summary>Reads the manifest of a model file.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign or newer.</exception>
    public static ModelManifest Read(string path) => IsthmusFile.Read<ModelManifest>(path, Kind).Manifest;
}
