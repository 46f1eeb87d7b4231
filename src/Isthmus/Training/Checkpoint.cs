using Isthmus.Compute;
using Isthmus.Models;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>A run between two steps. Its file is a model file with two additional parts.</summary>
/// <param name="Specification">Specification of the model.</param>
/// <param name="Seed">Random seed of the run.</param>
/// <param name="State">Progress of the run.</param>
/// <param name="Tensors">Weights, their average, the best, the optimiser's moments, by name; owned by the trainer that took it.</param>
public sealed record Checkpoint(ModelSpecification Specification, int Seed, TrainingState State, IReadOnlyDictionary<string, Tensor> Tensors)
{
    /// <summary>Model whose weights the run started from; null if it started from random ones.</summary>
    public ModelOrigin? Origin { get; init; }

    private const string TensorPart = "training.safetensors";

    /// <summary>Writes the checkpoint, completely or not at all.</summary>
    public void Save(string path) => IsthmusFile.Write(path, CheckpointManifest.Kind, Manifest, Parts);

    /// <summary>Writes the same bytes to a stream, which need not seek and stays open; nothing is written before all of them are made.</summary>
    public void Save(Stream stream) => IsthmusFile.Write(stream, CheckpointManifest.Kind, Manifest, Parts);

    private CheckpointManifest Manifest =>
        new(
            Specification.Preset,
            Specification.Schema,
            Specification.Settings.Values,
            Seed,
            State,
            Specification.Labels.Count > 0 ? Specification.Labels : null,
            Origin
        );

    private Dictionary<string, Action<Stream>> Parts => new() { [TensorPart] = stream => Safetensors.Write(stream, Tensors) };

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign or newer.</exception>
    public static Checkpoint Load(string path) => From(path, IsthmusFile.Read<CheckpointManifest>(path, CheckpointManifest.Kind));

    /// <summary>Reads a checkpoint from a stream, to its end; it need not seek, and stays open.</summary>
    /// <exception cref="InvalidInputException">Damaged, foreign or newer.</exception>
    public static Checkpoint Load(Stream stream) => From(IsthmusFile.OfStream, IsthmusFile.Read<CheckpointManifest>(stream, CheckpointManifest.Kind));

    private static Checkpoint From(string path, (CheckpointManifest Manifest, Dictionary<string, IsthmusPart> Parts) file)
    {
        var (manifest, parts) = file;
        TensorLibrary.EnsureLoaded();
        try
        {
            var part = parts.GetValueOrDefault(TensorPart) ?? throw new InvalidDataException($"it has no {TensorPart}");
            var tensors = part.Read(stream => Safetensors.Read(stream, part.Length));
            return new(
                new(manifest.Preset, manifest.Schema, Settings.Empty.Overlay(manifest.Settings)) { Labels = manifest.Labels ?? [] },
                manifest.Seed,
                manifest.State,
                tensors
            )
            {
                Origin = manifest.Origin,
            };
        }
        catch (InvalidDataException e)
        {
            throw new InvalidInputException(path, $"cannot be used: {e.Message}", $"train again without {OptionNames.Resume}", OptionNames.Resume, e);
        }
    }

    /// <summary>Copies every tensor into the one of the same name.</summary>
    /// <exception cref="InvalidInputException">Names or shapes differ: the checkpoint is of another model.</exception>
    internal void Restore(IReadOnlyDictionary<string, Tensor> into)
    {
        using var noGradient = no_grad();
        foreach (var (name, target) in into)
        {
            if (!Tensors.TryGetValue(name, out var source) || !source.shape.SequenceEqual(target.shape))
                throw new InvalidInputException(
                    "The checkpoint",
                    $"is of another model: its '{name}' is {(source is null ? "missing" : $"of {source.numel()} numbers")}, and this model's has "
                        + $"{target.numel()}",
                    "train anew, or give the settings it was made with"
                );
            target.copy_(source);
        }
    }
}
