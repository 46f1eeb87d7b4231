using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer;

/// <summary>
/// q(z|x) in whole numbers: the encoder network gives for each unit a mean in units of 2^-16, and after all means for each unit the inverse of
/// its deviation as <see cref="Octaves"/>.
/// </summary>
internal sealed class Posterior(IntegerNetwork encoder, int levels)
{
    /// <summary>Units, L.</summary>
    public int Units { get; } = encoder.Outputs / 2;

    /// <summary>Pixels, D.</summary>
    public int Dimension => encoder.Inputs;

    /// <summary>The network.</summary>
    public IntegerNetwork Encoder => encoder;

    /// <summary>The largest pixel.</summary>
    public int LargestPixel => levels - 1;

    /// <summary>The network's outputs, count x 2 L.</summary>
    public int[] Heads(ReadOnlySpan<byte> records, int count)
    {
        using var rented = new Rented<short>(count * Dimension);
        var inputs = rented.Span;
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = records[i];
        var heads = new int[count * encoder.Outputs];
        encoder.Apply(inputs, count, heads);
        return heads;
    }

    /// <summary>q of one unit of a record over a grid.</summary>
    public QuantisedGaussian Of(ReadOnlySpan<int> heads, int record, int unit, BucketGrid grid, int precision)
    {
        var row = heads[(record * 2 * Units)..];
        return new(grid, row[unit], Octaves.InverseScale(row[Units + unit]), precision);
    }
}
