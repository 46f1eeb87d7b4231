using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models;

/// <summary>
/// Measurements on the training records from which the integer form of a model can be made without those records: means, mean squares and ranges of the numbers
/// that pass through each layer, and histograms of the codes. It holds no record, but the mean and the mean square of each pixel.
/// </summary>
/// <param name="Numbers">Lists of numbers by name, as <c>ModelCalibration</c> names them.</param>
public sealed record Calibration(IReadOnlyDictionary<string, float[]> Numbers)
{
    /// <summary>Returns the numbers with a name.</summary>
    /// <param name="name">Name of the numbers.</param>
    /// <param name="length">Required number of them; null for any, at least 1.</param>
    /// <exception cref="InvalidInputException">They are missing, or more or fewer, or not finite.</exception>
    internal float[] Of(string name, int? length = null) =>
        Numbers.TryGetValue(name, out var numbers)
        && numbers.Length > 0
        && (length ?? numbers.Length) == numbers.Length
        && Array.TrueForAll(numbers, float.IsFinite)
            ? numbers
            : throw new InvalidInputException(
                "The model file's calibration",
                $"has no '{name}' that fits the model",
                "use a copy that is whole, or train again"
            );

    internal void Write(Stream stream)
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(stream, Numbers.ToDictionary(pair => pair.Key, pair => tensor(pair.Value)));
    }

    /// <exception cref="InvalidDataException">These bytes are no lists of numbers.</exception>
    internal static Calibration Read(byte[] bytes)
    {
        using var scope = NewDisposeScope();
        return new(
            Safetensors
                .Read(bytes)
                .ToDictionary(
                    pair => pair.Key,
                    pair =>
                        pair.Value.dtype == ScalarType.Float32
                            ? pair.Value.data<float>().ToArray()
                            : throw new InvalidDataException($"its calibration '{pair.Key}' is of another type")
                )
        );
    }
}
