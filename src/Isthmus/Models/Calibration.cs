using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models;

/// <summary>
/// What the integer form of a model takes from its training records, so that it can be made where these are not: means, mean squares and ranges of
/// the numbers that go through each layer, and histograms of the codes. No record is in it; the mean and the mean square of each pixel are.
/// </summary>
/// <param name="Numbers">Lists of numbers by name, as <c>ModelCalibration</c> names them.</param>
public sealed record Calibration(IReadOnlyDictionary<string, float[]> Numbers)
{
    /// <summary>The numbers of a name.</summary>
    /// <param name="name">What they are.</param>
    /// <param name="length">How many there must be; any number from 1 on if null.</param>
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
