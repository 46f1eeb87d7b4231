using System.CommandLine;
using Isthmus.Compression;
using Isthmus.Data;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Cli;

/// <summary>A model to compress with: one that was trained, or its integer form as <c>isthmus export</c> wrote it.</summary>
internal sealed class IntegerModelArguments
{
    private readonly Option<string> _path = new("--model", "-m") { Description = "The model: a file model.isthmus, the folder of its run, or a file of 'isthmus export'.", Required = true, HelpName = "file" };

    /// <summary>Adds the option to a verb.</summary>
    public static IntegerModelArguments AddTo(Command command)
    {
        var model = new IntegerModelArguments();
        command.Add(model._path);
        return model;
    }

    /// <summary>The file; of a run's folder, its model.</summary>
    public string Path(Session session) => session.Get(_path) is var path && Directory.Exists(path) ? new RunFolder(path).Model : path;

    /// <summary>What the model takes, without loading the tensor library.</summary>
    public ImageSchema Schema(Session session) => ModelManifest.IsIn(Path(session))
        ? ModelManifest.Read(Path(session)).Schema as ImageSchema ?? throw new InvalidInputException($"{Path(session)} is a model of tables; models of pictures can compress.")
        : ArchiveModel.FromBytes(Read(Path(session))).Schema;

    /// <summary>The model in integers. A trained one is brought to integers here, on the records that it is to compress.</summary>
    public ArchiveModel Load(Session session, ArchiveContent content)
    {
        var path = Path(session);
        if (!ModelManifest.IsIn(path))
            return ArchiveModel.FromBytes(Read(path));
        session.SelectDevice();
        using var trained = TrainedModel.Load(path);
        return ArchiveModel.Of(IntegerModel.From(trained, content.Sample(1000)));
    }

    /// <summary>The bytes of a file of <c>isthmus export</c>.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, is too large, or is a trained model.</exception>
    public static byte[] Read(string path)
    {
        if (Directory.Exists(path) || ModelManifest.IsIn(path))
            throw new InvalidInputException($"{path} is {(Directory.Exists(path) ? "the folder of a run" : "a trained model")}; an archive is decoded by its integer form, which 'isthmus export -m {path} -o model.isth-model' writes.");
        return DataFile.Read(path, stream => stream is FileStream && stream.Length > ArchiveHeader.LargestModel
            ? throw new InvalidInputException($"{path} has {stream.Length} bytes, and a model has at most {ArchiveHeader.LargestModel}; give the file of 'isthmus export'.")
            : DataFile.ReadAll(stream, path));
    }
}
