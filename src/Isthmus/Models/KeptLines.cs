using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models;

/// <summary>
/// Lines that a model of lines keeps: the different training lines with how often they occurred, whose counts are part of its score; held-out lines, which say
/// what is usual; and the templates of all lines in their order. They are data, and can be read from the model file.
/// </summary>
/// <param name="Train">Tokens of different training lines, windows joined.</param>
/// <param name="Times">How often each occurred.</param>
/// <param name="HeldOut">Tokens of validation lines.</param>
/// <param name="Order">Template of each line, one line after another; empty where the order is not known.</param>
internal sealed record KeptLines(IReadOnlyList<int[]> Train, IReadOnlyList<int> Times, IReadOnlyList<int[]> HeldOut, IReadOnlyList<int> Order)
{
    /// <summary>Writes the part of the model file.</summary>
    public void Write(Stream stream)
    {
        using var scope = NewDisposeScope();
        // Tokens are below 2^24: single precision holds them.
        static Tensor Numbers(IEnumerable<int> numbers) => tensor((float[])[.. numbers.Select(number => (float)number)]);
        Safetensors.Write(
            stream,
            new Dictionary<string, Tensor>
            {
                ["train"] = Numbers(Train.SelectMany(line => line)),
                ["train_lengths"] = Numbers(Train.Select(line => line.Length)),
                ["train_times"] = Numbers(Times),
                ["held_out"] = Numbers(HeldOut.SelectMany(line => line)),
                ["held_out_lengths"] = Numbers(HeldOut.Select(line => line.Length)),
                ["order"] = Numbers(Order),
            }
        );
    }

    /// <summary>Reads the part.</summary>
    /// <exception cref="InvalidDataException">No lines.</exception>
    public static KeptLines Read(byte[] bytes)
    {
        using var scope = NewDisposeScope();
        var parts = Safetensors.Read(bytes);
        int[] Numbers(string name, int least, int most)
        {
            if (!parts.TryGetValue(name, out var part) || part.dim() != 1 || part.dtype != ScalarType.Float32)
                throw new InvalidDataException($"its lines have no '{name}'");
            var numbers = Array.ConvertAll(part.data<float>().ToArray(), number => number >= least && number <= most ? (int)number : int.MinValue);
            return numbers.Contains(int.MinValue) ? throw new InvalidDataException($"'{name}' of its lines is out of range") : numbers;
        }
        int[][] Lines(string name)
        {
            var (all, lengths, at) = (Numbers(name, 1, 1 << 24), Numbers($"{name}_lengths", 1, 1 << 24), 0);
            return lengths.Sum(length => (long)length) != all.Length
                ? throw new InvalidDataException($"'{name}' of its lines is of another length")
                : [.. lengths.Select(length => all[at..(at += length)])];
        }
        var (train, heldOut) = (Lines("train"), Lines("held_out"));
        var times = Numbers("train_times", 1, 1 << 24);
        return train.Length == 0 || heldOut.Length == 0 || times.Length != train.Length
            ? throw new InvalidDataException("its lines are missing, or not counted")
            : new(train, times, heldOut, Numbers("order", 0, 1 << 24));
    }
}
