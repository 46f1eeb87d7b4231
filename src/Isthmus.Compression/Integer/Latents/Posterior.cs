using Isthmus.Compression.Integer.Layers;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Latents;

/// <summary>
/// Posterior q(z|x) in whole numbers. The encoder network's outputs are the means of all units, in units of 2^-16, and then the inverse deviations of all
/// units, as {FixedPointLog2}.
/// </summary>
internal sealed class Posterior(IntegerEncoder encoder)
{
    /// <summary>Number of units, L.</summary>
    public int Units { get; } = encoder.Network.Outputs / 2;

    /// <summary>The encoder.</summary>
    public IntegerEncoder Encoder => encoder;

    /// <summary>Returns the network's outputs, count x 2 L.</summary>
    public int[] Heads(ReadOnlySpan<byte> records, int count) => encoder.Heads(records, count);

    /// <summary>Returns q of one unit of a record over a grid.</summary>
    public QuantisedGaussian Of(ReadOnlySpan<int> heads, int record, int unit, BucketGrid grid, int precision)
    {
        var row = heads[(record * 2 * Units)..];
        return new(grid, row[unit], FixedPointLog2.InverseScale(row[Units + unit]), precision);
    }
}
