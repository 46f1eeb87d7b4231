using System.Numerics.Tensors;

namespace Isthmus.Maps;

/// <summary>Codes of records, one after another. Safe to read from several threads.</summary>
/// <param name="Values">N x L numbers, all finite.</param>
/// <param name="Width">Numbers in a code, L.</param>
internal sealed record CodeMatrix(float[] Values, int Width)
{
    /// <summary>Number of records, N.</summary>
    public int Count => Values.Length / Width;

    /// <summary>The code of a record, L numbers.</summary>
    public ReadOnlySpan<float> this[int record] => Values.AsSpan(record * Width, Width);

    /// <summary>The codes of some records, in that order.</summary>
    public CodeMatrix Select(IReadOnlyList<int> records)
    {
        var values = new float[records.Count * Width];
        for (var i = 0; i < records.Count; i++)
            this[records[i]].CopyTo(values.AsSpan(i * Width));
        return new(values, Width);
    }

    /// <summary>Squared Euclidean distances from a code to every record.</summary>
    public float[] SquaredDistances(ReadOnlySpan<float> code)
    {
        var distances = new float[Count];
        for (var i = 0; i < distances.Length; i++)
            distances[i] = TensorPrimitives.Distance(this[i], code) is var d ? d * d : 0;
        return distances;
    }
}
