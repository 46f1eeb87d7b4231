using System.Text.Json.Serialization;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Models;

/// <summary>Origin of a model: its data and its training.</summary>
/// <param name="Data">The name of the data it was fitted on.</param>
/// <param name="TrainRecords">Records fitted on.</param>
/// <param name="Seed">Random seed for weights, shuffling and noise.</param>
/// <param name="SplitSeed">Random seed of the split into training, validation and test records.</param>
/// <param name="Epochs">Epochs trained.</param>
/// <param name="BestEpoch">The epoch whose weights these are.</param>
/// <param name="TrainingSeconds">Time spent.</param>
/// <param name="Threads">Threads of the tensor library.</param>
/// <param name="Created">Time of creation, UTC.</param>
/// <param name="MadeBy">Program and version.</param>
/// <param name="Streamed">True if the data were split by blocks of neighbours, as large data are.</param>
/// <param name="Array">Name of the array that was asked for, for a file of several; null if none was.</param>
public sealed record Provenance(
    string Data,
    int TrainRecords,
    int Seed,
    int SplitSeed,
    int Epochs,
    int BestEpoch,
    double TrainingSeconds,
    int Threads,
    DateTimeOffset Created,
    string MadeBy,
    bool Streamed = false,
    string? Array = null
)
{
    /// <summary>True if another program trained it: there are no training records, and no epochs.</summary>
    [JsonIgnore]
    public bool IsImported => TrainRecords == 0;

    /// <summary>Model whose weights training started from; null if it started from random ones.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelOrigin? Origin { get; init; }

    /// <summary>Course of the loss on the validation records; null for closed forms, and for files made before it was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LearningCourse? Course { get; init; }

    /// <summary>Words of the command line that trained it, without the program's name; null if none did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? CommandLine { get; init; }

    /// <summary>File of the target activations; null if there were none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Targets { get; init; }

    /// <summary>Column of classes, for a table; null if none was named.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Label { get; init; }

    /// <summary>Share of the records that chose the epoch; null for the usual tenth, and for parts that a caller chose.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValidationShare { get; init; }

    /// <summary>Share of the records that were held out for the reported results; null as above.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TestShare { get; init; }

    /// <summary>Shares of the records that were held out, checked as a file may hold anything.</summary>
    internal SplitShares Shares => new SplitShares(ValidationShare ?? SplitShares.Usual.Validation, TestShare ?? SplitShares.Usual.Test).Checked();
}

/// <summary>A model whose weights the training of another started from.</summary>
/// <param name="WeightsSha256">SHA-256 of its weights (<c>weights.safetensors</c>), hexadecimal, lower case.</param>
/// <param name="Data">Name of the data it was fitted on.</param>
/// <param name="TrainRecords">Records it was fitted on.</param>
/// <param name="Epochs">Epochs that it was trained, those of the models before it included.</param>
/// <param name="Starts">Number of trainings up to it, 1 for a model that started from random weights.</param>
public sealed record ModelOrigin(string WeightsSha256, string Data, int TrainRecords, int Epochs, int Starts)
{
    /// <summary>File or folder that it was read from, as the command line named it; null if none did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? File { get; init; }
}

/// <summary>A model ready for use: weights, specification, and the preparation of data.</summary>
/// <remarks>
/// Safe for use by several threads at once: encoding, reconstructing, scoring, imputing, sampling, recommending, evaluating and saving change nothing in
/// it, and each call gives the bits that it gives alone. Do not, at the same time, call <see cref="MoveTo"/> or <see cref="Dispose"/>, or change the
/// weights or the mode of <see cref="Network"/>.
/// </remarks>
public sealed class TrainedModel : IDisposable
{
    private const string Weights = "weights.safetensors",
        Rows = "rows.safetensors",
        KeptTexts = "lines.safetensors",
        Calibrated = "calibration.safetensors";

    private readonly Lazy<Calibration?> _calibration = new((Calibration?)null);
    private bool _isDisposed;

    /// <summary>Creates a trained model, which owns the network.</summary>
    public TrainedModel(
        ModelSpecification specification,
        Autoencoder model,
        Standardisation? standardisation,
        Provenance provenance,
        IReadOnlyDictionary<string, double>? metrics = null
    )
    {
        (Specification, Network, Standardisation, Provenance, Metrics) = (
            specification,
            model,
            standardisation,
            provenance,
            metrics ?? new Dictionary<string, double>()
        );
        Network.eval();
    }

    /// <summary>Specification of the model.</summary>
    public ModelSpecification Specification { get; }

    /// <summary>The network, in evaluation mode.</summary>
    public Autoencoder Network { get; }

    /// <summary>Standardisation of table columns; null for pixels.</summary>
    public Standardisation? Standardisation { get; }

    /// <summary>Origin of the model.</summary>
    public Provenance Provenance { get; }

    /// <summary>
    /// Figures of its evaluation by key, as its file has them; empty where it was not evaluated. <c>EvaluationFigures.Of</c> gives them as members.
    /// </summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Rows kept by a model of a table; otherwise null.</summary>
    public ReferenceRows? Reference { get; init; }

    /// <summary>Lines kept by a model of lines; otherwise null.</summary>
    internal KeptLines? Lines { get; init; }

    /// <summary>Calibration of the model's integer form; null if it has none, or was saved before files kept it.</summary>
    public Calibration? Calibration => _calibration.Value;

    /// <summary>Function that measures the calibration on first use, which takes some seconds. The result is kept.</summary>
    internal Func<TrainedModel, Calibration?> Calibrate
    {
        init => _calibration = new(() => value(this));
    }

    /// <summary>
    /// Returns the same model with other results of its evaluation; both have the same weights, which are freed when one of the two is disposed of.
    /// </summary>
    public TrainedModel WithMetrics(IReadOnlyDictionary<string, double> metrics) =>
        new(Specification, Network, Standardisation, Provenance, metrics)
        {
            Reference = Reference,
            Lines = Lines,
            Calibrate = _ => Calibration,
        };

    /// <summary>Manifest for its file.</summary>
    public ModelManifest Manifest =>
        new(
            Specification.Preset,
            Specification.Schema,
            Specification.Settings.Values,
            Standardisation,
            Provenance,
            Metrics,
            Specification.Labels.Count > 0 ? Specification.Labels : null
        );

    /// <summary>
    /// Converts the data to the model's scale. Read them with <see cref="DataOptions.Expected"/>, which converts equivalent data to the model's schema. A model
    /// of targets takes its inputs alone too.
    /// </summary>
    /// <exception cref="InvalidInputException">The data is of another shape.</exception>
    public Dataset Prepare(Dataset data)
    {
        var schema = Specification.Schema;
        if (!data.Schema.Equals(schema) && !data.Schema.Equals(schema.Input))
            throw new InvalidInputException(
                data.Name,
                $"holds {data.Schema}, and the model was trained on {schema}",
                "give data of that shape, or train a model on this"
            );
        return Specification.Attach(Standardisation is { } standardisation ? standardisation.First(data.Schema.Dimension).Apply(data) : data);
    }

    /// <summary>Throws unless the model reconstructs records.</summary>
    /// <exception cref="InvalidInputException">It predicts a label.</exception>
    public void DemandRecords()
    {
        if (!Network.Likelihood.IsOfRecord)
            throw new InvalidInputException(
                $"The model ({Specification.Preset})",
                $"predicts the {Specification.Labels[0].Name} of a record and makes none",
                $"encode or evaluate with it, or take a model that makes records, such as {OptionNames.Model("vae")}"
            );
    }

    /// <summary>Moves the model's weights to a device.</summary>
    /// <returns>The model itself.</returns>
    public TrainedModel MoveTo(Device device)
    {
        Network.to(device);
        return this;
    }

    /// <summary>Writes the model file; <c>weights.safetensors</c> depends on the weights alone.</summary>
    /// <param name="path">A file that is there is replaced, when the new one is whole.</param>
    /// <exception cref="InvalidInputException">The file cannot be written; nothing is left behind.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    public void Save(string path) => IsthmusFile.Write(path, ModelManifest.Kind, Manifest, Parts());

    /// <summary>Writes the same bytes to a stream, which need not seek and stays open; nothing is written before all of them are made.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    public void Save(Stream stream) => IsthmusFile.Write(stream, ModelManifest.Kind, Manifest, Parts());

    private Dictionary<string, Action<Stream>> Parts()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var parts = new Dictionary<string, Action<Stream>> { [Weights] = WriteWeights };
        if (Reference is not null)
            parts[Rows] = stream => Reference.Write(stream, Specification.Schema.Dimension);
        if (Lines is not null)
            parts[KeptTexts] = Lines.Write;
        if (Calibration is { } calibration)
            parts[Calibrated] = calibration.Write;
        return parts;
    }

    /// <summary>Reads a model file.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign or newer.</exception>
    public static TrainedModel Load(string path) => From(path, IsthmusFile.Read<ModelManifest>(path, ModelManifest.Kind));

    /// <summary>Reads a model file from a stream, to its end; it need not seek, and stays open.</summary>
    /// <exception cref="InvalidInputException">Damaged, foreign or newer.</exception>
    public static TrainedModel Load(Stream stream) => From(IsthmusFile.OfStream, IsthmusFile.Read<ModelManifest>(stream, ModelManifest.Kind));

    private static TrainedModel From(string path, (ModelManifest Manifest, Dictionary<string, IsthmusPart> Parts) file)
    {
        var (manifest, parts) = file;
        if (!parts.TryGetValue(Weights, out var part))
            throw new InvalidInputException(path, $"has no {Weights}", "use a copy that is whole, or train again");
        TensorLibrary.EnsureLoaded();
        try
        {
            using var scope = NewDisposeScope();
            var specification = new ModelSpecification(manifest.Preset, manifest.Schema, Settings.Empty.Overlay(manifest.Settings))
            {
                Labels = manifest.Labels ?? [],
            };
            var weights = part.Read(stream => Safetensors.Read(stream, part.Length));
            CheckShapes(specification.Shapes(), weights);
            var model = specification.Build(seed: 0);
            var calibration = parts.TryGetValue(Calibrated, out var numbers) ? Calibration.Read(numbers.Bytes) : null;
            using var noGradient = no_grad();
            foreach (var (name, target) in model.state_dict())
                target.copy_(weights[name]);
            return new(specification, model, manifest.Standardisation, manifest.Provenance, manifest.Metrics)
            {
                Reference = parts.TryGetValue(Rows, out var rows) ? ReferenceRows.Read(rows.Bytes, manifest.Schema.Dimension) : null,
                Lines = parts.TryGetValue(KeptTexts, out var lines) ? KeptLines.Read(lines.Bytes) : null,
                Calibrate = _ => calibration,
            };
        }
        catch (Exception e) when (e is InvalidDataException or InvalidInputException or System.Runtime.InteropServices.ExternalException)
        {
            throw new InvalidInputException(
                $"{path}: its weights",
                $"do not fit its manifest ({(e as InvalidInputException)?.Reason ?? e.Message.Split('\n')[0].TrimEnd('.')})",
                "use a copy that is whole, or train again",
                cause: e
            );
        }
    }

    /// <summary>Returns the weights and running statistics as bytes.</summary>
    internal byte[] WeightBytes()
    {
        using var stream = new MemoryStream();
        WriteWeights(stream);
        return stream.ToArray();
    }

    private void WriteWeights(Stream stream) => Safetensors.Write(stream, Network.state_dict());

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        Network.Dispose();
    }

    /// <summary>Throws unless the file's tensors are those of the model, before memory is allocated: a manifest may claim anything.</summary>
    private static void CheckShapes(IReadOnlyDictionary<string, long[]> expected, IReadOnlyDictionary<string, Tensor> found)
    {
        foreach (var (name, shape) in expected)
            if (!found.TryGetValue(name, out var tensor) || !tensor.shape.SequenceEqual(shape))
                throw new InvalidDataException($"tensor '{name}' is {(tensor is null ? "missing" : "of another shape")}");
        if (found.Keys.FirstOrDefault(name => !expected.ContainsKey(name)) is { } unknown)
            throw new InvalidDataException($"tensor '{unknown}' belongs to another model");
    }
}
