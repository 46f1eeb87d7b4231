using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Onnx;
using Isthmus.Server.Drift;
using Isthmus.Server.Protocol;
using Isthmus.Server.Tables;
using Isthmus.Training;

namespace Isthmus.Server.Models;

/// <summary>
/// A model as it was read from its file once: the model, the parts of it that run on ONNX Runtime, and its version. It never changes; a file that is replaced
/// gives another one. Safe to use from several threads until it is disposed of, which the registry does after the last use.
/// </summary>
internal sealed class ServedModel : IDisposable
{
    private ServedModel(string name, TrainedModel trained)
    {
        (Name, Trained) = (name, trained);
        Encoder = Part(OnnxPart.Encoder);
        Reconstructor = trained.Network.Likelihood.IsOfRecord ? Part(OnnxPart.Reconstruct) : null;
        Rows = RegisteredRows.Of(trained);
        Tensors = RegisteredTensors.Of(this);
        Version = OnnxMetadata.Of(trained, OnnxPart.Encoder, "", "").WeightsSha256[..12];
    }

    /// <summary>Name under which it is served.</summary>
    public string Name { get; }

    /// <summary>First 12 hexadecimal digits of the SHA-256 of the weights.</summary>
    public string Version { get; }

    /// <summary>The model, for what has no form in ONNX. What calls TorchSharp goes through the one queue for it.</summary>
    public TrainedModel Trained { get; }

    /// <summary>Schema of a record.</summary>
    public DataSchema Schema => Trained.Specification.Schema;

    /// <summary>From records to codes, on ONNX Runtime; null if the model's encoder has no form there.</summary>
    public OnnxModel? Encoder { get; }

    /// <summary>From records to reconstructions, on ONNX Runtime; null if the model has none, or no form there.</summary>
    public OnnxModel? Reconstructor { get; }

    /// <summary>Scorer of rows; null for a model of other records.</summary>
    public ServedRows? Rows { get; }

    /// <summary>Form of records as tensors.</summary>
    public RecordTensors Tensors { get; }

    /// <summary>What is observed of its use.</summary>
    public ModelObservation Observation => Rows?.Observation ?? ModelObservation.Nothing;

    /// <summary>Reads a model, and makes all that is made once.</summary>
    /// <param name="name">Name under which it is served.</param>
    /// <param name="path">Its file, or the folder of its run.</param>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign or newer.</exception>
    public static ServedModel Load(string name, string path)
    {
        var trained = TrainedModel.Load(FileOf(path));
        try
        {
            return new(name, trained);
        }
        catch
        {
            trained.Dispose();
            throw;
        }
    }

    /// <summary>The model's file; of a run's folder, the one in it.</summary>
    public static string FileOf(string path) => Directory.Exists(path) ? new RunFolder(path).Model : path;

    /// <inheritdoc/>
    public void Dispose()
    {
        Encoder?.Dispose();
        Reconstructor?.Dispose();
        Trained.Dispose();
    }

    private OnnxModel? Part(OnnxPart part)
    {
        try
        {
            using var file = new MemoryStream();
            Trained.ExportOnnx(file, part);
            file.Position = 0;
            return OnnxModel.Load(file, threads: 1);
        }
        catch (InvalidInputException)
        {
            // No form in ONNX; the model itself answers then.
            return null;
        }
    }
}
