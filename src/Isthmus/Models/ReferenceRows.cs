using Isthmus.Compute;
using Isthmus.Data.Records;
using static TorchSharp.torch;

namespace Isthmus.Models;

/// <summary>
/// Rows that a model of a table keeps, on its own scale: training rows to compare new ones with, and rows that it was not fitted on, whose scores are the
/// reference for usual ones. They are data of the training table, and can be read from the model file.
/// </summary>
/// <param name="Train">M x D numbers.</param>
/// <param name="HeldOut">Validation rows, H x D numbers.</param>
public sealed record ReferenceRows(float[] Train, float[] HeldOut)
{
    /// <summary>Largest number of training rows that are kept.</summary>
    public const int MostTrain = 2000;

    private const int MostHeldOut = 2000;

    /// <summary>Selects at most 2,000 training rows and as many validation rows, evenly spaced.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="inARun">True to take the first validation rows in a run instead.</param>
    public static ReferenceRows Of(DataSplits data, bool inARun = false) => new(Some(data.Train, MostTrain), Some(data.Validation, MostHeldOut, inARun));

    internal void Write(Stream stream, int width)
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(stream, new Dictionary<string, Tensor> { ["train"] = tensor(Train).view(-1, width), ["held_out"] = tensor(HeldOut).view(-1, width) });
    }

    /// <exception cref="InvalidDataException">Not rows of this width.</exception>
    internal static ReferenceRows Read(byte[] bytes, int width)
    {
        using var scope = NewDisposeScope();
        var parts = Safetensors.Read(bytes);
        float[] Rows(string name) =>
            parts.TryGetValue(name, out var rows) && rows.dim() == 2 && rows.shape[1] == width && rows.shape[0] > 0 && rows.dtype == ScalarType.Float32
                ? [.. rows.data<float>()]
                : throw new InvalidDataException($"its rows '{name}' are missing or of another width");
        return new(Rows("train"), Rows("held_out"));
    }

    private static float[] Some(Dataset data, int most, bool inARun = false)
    {
        var count = Math.Min(data.Count, most);
        var values = new float[count * data.Schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, count).Select(i => inARun ? i : (int)((long)i * data.Count / count))], values);
        return values;
    }
}
