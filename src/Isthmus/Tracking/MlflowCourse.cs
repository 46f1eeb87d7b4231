using System.Text.Json;
using Isthmus.Training;

namespace Isthmus.Tracking;

/// <summary>What MLflow has of a run: <c>mlflow.json</c> in the run's folder, by which a resumed run goes on.</summary>
/// <param name="Server">Address of the server.</param>
/// <param name="RunId">The run there.</param>
/// <param name="HasParameters">True once it has the hyperparameters.</param>
/// <param name="Epochs">Epochs that it has the figures of.</param>
internal sealed record MlflowCourse(string Server, string RunId, bool HasParameters, int Epochs)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "mlflow.json";

    /// <summary>Reads what was noted in a folder; null if nothing was, or for another server.</summary>
    /// <exception cref="InvalidInputException">The file is damaged.</exception>
    public static MlflowCourse? Read(RunFolder folder, Uri server)
    {
        var path = Path.Combine(folder.Path, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            var course = JsonSerializer.Deserialize<MlflowCourse>(File.ReadAllText(path), JsonFormat.Compact);
            return course?.Server == server.AbsoluteUri ? course : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, "is damaged", "delete it to begin a new run in MLflow", cause: e);
        }
    }

    /// <summary>Notes it in the run's folder.</summary>
    public void Save(RunFolder folder) => AtomicFile.WriteText(Path.Combine(folder.Path, FileName), JsonSerializer.Serialize(this, JsonFormat.Indented) + "\n");
}
