using Isthmus.Data.Records;
using Isthmus.Models.Primitives;

namespace Isthmus.Models;

/// <summary>Description of a model in its file. Reading it checks the file's parts but needs no tensor library.</summary>
/// <param name="Preset">The preset it was made from.</param>
/// <param name="Schema">Schema of a record.</param>
/// <param name="Settings">Every setting of its parts and of its training, with its value.</param>
/// <param name="Standardisation">Standardisation of table columns; null for pixels.</param>
/// <param name="Provenance">Origin of the model.</param>
/// <param name="Metrics">Figures of its evaluation, by name with unit.</param>
/// <param name="Labels">Labels that the model has as condition or predicts; null if there are none.</param>
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

    /// <summary>Returns true if the file is a model by its manifest.</summary>
    public static bool IsIn(string path) => IsthmusFile.KindOf(path) == Kind;

    /// <summary>Reads the manifest of a model file.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign or newer.</exception>
    public static ModelManifest Read(string path) => IsthmusFile.Read<ModelManifest>(path, Kind).Manifest;

    /// <summary>Reads the manifest without a check of the weights.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign or newer.</exception>
    internal static ModelManifest Peek(string path) => IsthmusFile.ReadManifest<ModelManifest>(path, Kind);

    /// <summary>Reads the manifest of a model file from a stream, to its end; it need not seek, and stays open.</summary>
    /// <exception cref="InvalidInputException">Damaged, foreign or newer.</exception>
    public static ModelManifest Read(Stream stream) => IsthmusFile.Read<ModelManifest>(stream, Kind).Manifest;
}
