using System.Text.Json.Serialization;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Models;

/// <summary>How a model came to be.</summary>
/// <param name="Data">The name of the data it was fitted on.</param>
/// <param name="TrainRecords">Records fitted on.</param>
/// <param name="Seed">Of weights, order and noise.</param>
/// <param name="SplitSeed">Of the split into training, validation and test records.</param>
/// <param name="Epochs">Epochs trained.</param>
/// <param name="BestEpoch">The epoch whose weights these are.</param>
/// <param name="TrainingSeconds">Time spent.</param>
/// <param name="Threads">Threads of the tensor library.</param>
/// <param name="Created">When, UTC.</param>
/// <param name="MadeBy">Program and version.</param>
/// <param name="Streamed">Whether the data stayed in their file, and were split by its blocks.</param>
/// <param name="Array">Of a file of several arrays, the one that was asked for; null where none was.</param>
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
    /// <summary>How the loss on the validation records went; null of closed forms, and of files made before it was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LearningCourse? Course { get; init; }

    /// <summary>The words of the command line that trained it, without the program's name; null where none did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? CommandLine { get; init; }

    /// <summary>Of a table: the column of classes; null where none was named.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Label { get; init; }
}

/// <summary>A model ready for use: weights, what it was built from, and what must be done to data before it sees them.</summary>
public sealed class TrainedModel : IDisposable
{
    private const string Weights = "weights.safetensors",
        Rows = "rows.safetensors",
        Calibrated = "calibration.safetensors";

    private readonly Lazy<Calibration?> _calibration = new((Calibration?)null);

    /// <summary>Takes over a model that has been trained.</summary>
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

    /// <summary>What it is.</summary>
    public ModelSpecification Specification { get; }

    /// <summary>The parts, in evaluation mode.</summary>
    public Autoencoder Network { get; }

    /// <summary>How table columns are put on the model's scale; null for pixels.</summary>
    public Standardisation? Standardisation { get; }

    /// <summary>How it came to be.</summary>
    public Provenance Provenance { get; }

    /// <summary>
    /// Figures of its evaluation by key, as its file has them; empty where it was not evaluated. <c>EvaluationFigures.Of</c> gives them as members.
    /// </summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Of a model of a table: the rows that it keeps; otherwise null.</summary>
    public ReferenceRows? Reference { get; init; }

    /// <summary>What the model's integer form takes from its training records; null where it has none, or was saved before files kept it.</summary>
    public Calibration? Calibration => _calibration.Value;

    /// <summary>Says it where somebody asks for it: to measure it takes some seconds. It is kept from then on.</summary>
    internal Func<TrainedModel, Calibration?> Calibrate
    {
        init => _calibration = new(() => value(this));
    }

    /// <summary>The same model with other figures of its evaluation; both have the same weights, which go when one of the two is disposed of.</summary>
    public TrainedModel WithMetrics(IReadOnlyDictionary<string, double> metrics) =>
        new(Specification, Network, Standardisation, Provenance, metrics) { Reference = Reference, Calibrate = _ => Calibration };

    /// <summary>What its file says of it.</summary>
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
    /// The data on the model's scale. Read them with <see cref="DataOptions.Expected"/>, which brings what means the same to the model's schema.
    /// </summary>
    /// <exception cref="InvalidInputException">The data is of another shape.</exception>
    public Dataset Prepare(Dataset data)
    {
        var schema = Specification.Schema;
        if (!data.Schema.Equals(schema))
            throw new InvalidInputException(
                data.Name,
                $"holds {data.Schema}, and the model was trained on {schema}",
                "give data of that shape, or train a model on this"
            );
        return Specification.Attach(Standardisation is { } standardisation ? standardisation.Apply(data) : data);
    }

    /// <summary>Throws unless the model gives records back.</summary>
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

    /// <summary>Moves the model's weights.</summary>
    /// <returns>The model itself.</returns>
    public TrainedModel MoveTo(Device device)
    {
        Network.to(device);
        return this;
    }

    /// <summary>Writes the model file; <c>weights.safetensors</c> depends on the weights alone.</summary>
    public void Save(string path)
    {
        var manifest = Manifest;
        var parts = new Dictionary<string, Action<Stream>> { [Weights] = WriteWeights };
        if (Reference is not null)
            parts[Rows] = stream => Reference.Write(stream, Specification.Schema.Dimension);
        if (Calibration is { } calibration)
            parts[Calibrated] = calibration.Write;
        IsthmusFile.Write(path, ModelManifest.Kind, manifest, parts);
    }

    /// <summary>Reads a model file.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign or newer.</exception>
    public static TrainedModel Load(string path)
    {
        var (manifest, parts) = IsthmusFile.Read<ModelManifest>(path, ModelManifest.Kind);
        if (!parts.TryGetValue(Weights, out var bytes))
            throw new InvalidInputException(path, $"has no {Weights}", "use a copy that is whole, or train again");
        TensorLibrary.EnsureLoaded();
        try
        {
            using var scope = NewDisposeScope();
            var specification = new ModelSpecification(manifest.Preset, manifest.Schema, Settings.Empty.Overlay(manifest.Settings))
            {
                Labels = manifest.Labels ?? [],
            };
            var weights = Safetensors.Read(bytes);
            CheckShapes(specification.Shapes(), weights);
            var model = specification.Build(seed: 0);
            var calibration = parts.TryGetValue(Calibrated, out var numbers) ? Calibration.Read(numbers) : null;
            using var noGradient = no_grad();
            foreach (var (name, target) in model.state_dict())
                target.copy_(weights[name]);
            return new(specification, model, manifest.Standardisation, manifest.Provenance, manifest.Metrics)
            {
                Reference = parts.TryGetValue(Rows, out var rows) ? ReferenceRows.Read(rows, manifest.Schema.Dimension) : null,
                Calibrate = _ => calibration,
            };
        }
        catch (Exception e) when (e is InvalidDataException or InvalidInputException or System.Runtime.InteropServices.ExternalException)
        {
            throw new InvalidInputException(
                $"{path}: its weights",
                $"do not fit its manifest ({e.Message.Split('\n')[0].TrimEnd('.')})",
                "use a copy that is whole, or train again",
                cause: e
            );
        }
    }

    /// <summary>The weights and running figures, by name.</summary>
    internal byte[] WeightBytes()
    {
        using var stream = new MemoryStream();
        WriteWeights(stream);
        return stream.ToArray();
    }

    private void WriteWeights(Stream stream) => Safetensors.Write(stream, Network.state_dict());

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();

    /// <summary>Throws unless the file's tensors are those of the model, before memory is taken for the model: a manifest may say anything.</summary>
    private static void CheckShapes(IReadOnlyDictionary<string, long[]> expected, IReadOnlyDictionary<string, Tensor> found)
    {
        foreach (var (name, shape) in expected)
            if (!found.TryGetValue(name, out var tensor) || !tensor.shape.SequenceEqual(shape))
                throw new InvalidDataException($"tensor '{name}' is {(tensor is null ? "missing" : "of another shape")}");
        if (found.Keys.FirstOrDefault(name => !expected.ContainsKey(name)) is { } unknown)
            throw new InvalidDataException($"tensor '{unknown}' belongs to another model");
    }
}
