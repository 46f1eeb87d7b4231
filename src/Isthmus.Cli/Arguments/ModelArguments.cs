using System.CommandLine;
using Isthmus.Codes;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Cli.Arguments;

/// <summary>Option for a trained model.</summary>
internal sealed class ModelArguments
{
    private readonly Option<string> _path;

    private ModelArguments(string description, bool isRequired) =>
        _path = new("--model", "-m")
        {
            Description = description,
            Required = isRequired,
            HelpName = "file",
        };

    /// <summary>Adds the option to a verb.</summary>
    public static ModelArguments AddTo(Command command, string description = "Model file (model.isthmus), or the folder of its run.", bool isRequired = true)
    {
        var model = new ModelArguments(description, isRequired);
        command.Add(model._path);
        return model;
    }

    /// <summary>Creates the option for a part of data that have parts.</summary>
    public static Option<DataPart?> PartOption() =>
        new("--part")
        {
            Description =
                "Part of a published data set, or of the data that the model was trained on: train, validation or test. Default: test; encode takes all "
                + "parts of data that are not published.",
            HelpName = "part",
            CustomParser = result => CommonOptions.Word<DataPart>(result, "--part", "train, validation or test"),
        };

    /// <summary>Returns true if a model is named.</summary>
    public bool IsGiven(Session session) => session.Get(_path) is not null;

    /// <summary>Returns the path of the file; for a run's folder, of its model.</summary>
    public string Path(Session session) => PathOf(session.Get(_path));

    /// <summary>Returns the path of a model's file; for a run's folder, of its model.</summary>
    public static string PathOf(string path) => Directory.Exists(path) ? new RunFolder(path).Model : path;

    /// <summary>Returns the manifest of the file, without loading the tensor library.</summary>
    public ModelManifest Manifest(Session session) => ModelManifest.Read(Path(session));
}
