using System.CommandLine;
using Isthmus.Compression.Archive;
using Isthmus.Compression.Integer;
using Isthmus.Compression.Lines;
using Isthmus.Data.Files;
using Isthmus.Data.Images;
using Isthmus.Lines;
using Isthmus.Models;
using Isthmus.Photographs;
using Isthmus.Quantisation;

namespace Isthmus.Cli.Arguments;

/// <summary>A model to compress with: one that was trained, or its integer form as <c>isthmus export</c> wrote it.</summary>
internal sealed class IntegerModelArguments
{
    private readonly ModelArguments _model;

    private IntegerModelArguments(ModelArguments model) => _model = model;

    /// <summary>Adds the option to a verb.</summary>
    public static IntegerModelArguments AddTo(Command command) =>
        new(
            ModelArguments.AddTo(
                command,
                "The model: a file model.isthmus, the folder of its run, or a file of 'isthmus export'. Default, for photographs: the codec that ships.",
                isRequired: false
            )
        );

    /// <summary>Returns true if a model is named.</summary>
    public bool IsGiven(Session session) => _model.IsGiven(session);

    /// <summary>Returns the path of the file; for a run's folder, of its model.</summary>
    public string Path(Session session) => _model.Path(session);

    /// <summary>Returns true if the model codes photographs with loss.</summary>
    public bool IsCodec(Session session) => ModelManifest.IsIn(Path(session)) && PhotographCodec.IsOne(_model.Manifest(session));

    /// <summary>Returns true if the model is of lines of text.</summary>
    public bool IsOfLines(Session session)
    {
        var path = Path(session);
        return ModelManifest.IsIn(path) ? LineScorer.AreLines(_model.Manifest(session).Schema) : LineModel.IsOne(Read(path));
    }

    /// <summary>Loads a language model of lines in whole numbers.</summary>
    /// <exception cref="InvalidInputException">It is another model of lines, or its file is damaged.</exception>
    public LineModel LoadLines(Session session)
    {
        var path = Path(session);
        return ModelManifest.IsIn(path) ? session.Compute(path, (trained, _) => LineForm.Of(trained)) : session.Detached(() => LineModel.FromBytes(Read(path)));
    }

    /// <summary>Returns true if the model codes photographs without loss.</summary>
    public bool IsLosslessCodec(Session session) => ModelManifest.IsIn(Path(session)) && LosslessPhotographCodec.IsOne(_model.Manifest(session));

    /// <summary>Returns the schema of the model's records, without loading the tensor library.</summary>
    public ImageSchema Schema(Session session) =>
        ModelManifest.IsIn(Path(session))
            ? _model.Manifest(session).Schema.Demand<ImageSchema>($"{Path(session)} is a model of {Phrase(session)}; models of pictures can compress.")
            : IntegerModel.FromBytes(Read(Path(session))).Schema;

    private string Phrase(Session session)
    {
        var schema = _model.Manifest(session).Schema;
        return schema.Kind.Phrase(schema);
    }

    /// <summary>Loads the model in integers. A trained one is converted here, to the same form that <c>isthmus export</c> writes.</summary>
    public IntegerModel Load(Session session)
    {
        var path = Path(session);
        if (!ModelManifest.IsIn(path))
            return session.Detached(() => IntegerModel.FromBytes(Read(path)));
        return session.Compute(path, (trained, _) => IntegerForm.Of(trained, new(), session.Downloads, session.CancellationToken));
    }

    /// <summary>Reads the bytes of a file of <c>isthmus export</c>.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, is too large, or is a trained model.</exception>
    public static byte[] Read(string path)
    {
        if (Directory.Exists(path) || ModelManifest.IsIn(path))
            throw new InvalidInputException(
                $"{path} is {(Directory.Exists(path) ? "the folder of a run" : "a trained model")}; an archive is decoded by its integer form, which 'isthmus "
                    + $"export -m {path} -o model.isth-model' writes."
            );
        return DataFile.Read(path, stream =>
            stream is FileStream && stream.Length > ArchiveHeader.LargestModel
                ? throw new InvalidInputException(
                    $"{path} has {stream.Length} bytes, and a model has at most {ArchiveHeader.LargestModel}; give the file of 'isthmus export'."
                )
                : DataFile.ReadAll(stream, path)
        );
    }
}
