using Isthmus.Data.Records;
using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>Batches of a data set as tensors on the model's scale: pixels divided by their highest level, columns as they are.</summary>
public static class TensorBatches
{
    /// <summary>
    /// Returns the records at <paramref name="indices"/>, N x D float32; with labels attached, N x (D + C_1 + C_2 + ...), each class one-hot after the numbers.
    /// </summary>
    public static Tensor Gather(Dataset data, ReadOnlySpan<int> indices, Device? device = null)
    {
        if (data.Attached.Count == 0)
            return Records(data, indices, device);
        using var scope = NewDisposeScope();
        List<Tensor> parts = [Records(data, indices, device)];
        foreach (var label in data.Attached)
        {
            var classes = new long[indices.Length];
            for (var row = 0; row < classes.Length; row++)
                classes[row] = label.Values[indices[row]];
            parts.Add(nn.functional.one_hot(tensor(classes, device: device ?? CPU), label.Classes.Count).to(ScalarType.Float32));
        }
        return cat([.. parts], 1).MoveToOuterDisposeScope();
    }

    private static Tensor Records(Dataset data, ReadOnlySpan<int> indices, Device? device)
    {
        using var scope = NewDisposeScope();
        long[] shape = [indices.Length, data.Schema.Dimension];
        if (data.Schema.Kind.HighestLevel(data.Schema) is not { } highest)
        {
            var values = empty(shape, ScalarType.Float32);
            data.CopyValues(indices, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(values.bytes));
            return values.to(device ?? CPU).MoveToOuterDisposeScope();
        }
        var pixels = empty(shape, ScalarType.Byte);
        data.CopyPixels(indices, pixels.bytes);
        var scaled = pixels.to(device ?? CPU).to(ScalarType.Float32);
        return (highest == 1 ? scaled : scaled.DivideInPlace(highest)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Returns the whole data set in order, at most <paramref name="size"/> records at a time. Each batch is disposed when the next is asked for.
    /// </summary>
    public static IEnumerable<Tensor> InOrder(Dataset data, int size, Device? device = null)
    {
        for (var start = 0; start < data.Count; start += size)
        {
            using var batch = Gather(data, [.. Enumerable.Range(start, Math.Min(size, data.Count - start))], device);
            yield return batch;
        }
    }
}
