namespace Isthmus.Compression.Codecs;

/// <summary>Cost of a record by the integer model, bits.</summary>
/// <param name="Distortion">-log2 p(x|z).</param>
/// <param name="Rate">Cost of z: -log2 p(z), less -log2 q(z|x) if those bits are recovered.</param>
public readonly record struct RecordCost(double Distortion, double Rate)
{
    /// <summary>Total cost, distortion + rate, bits.</summary>
    public double Bits => Distortion + Rate;
}
