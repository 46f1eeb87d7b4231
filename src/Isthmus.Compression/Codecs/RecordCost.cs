namespace Isthmus.Compression.Codecs;

/// <summary>What a record costs by the integer model, bits.</summary>
/// <param name="Distortion">-log2 p(x|z).</param>
/// <param name="Rate">What z costs: -log2 p(z), less -log2 q(z|x) where those bits come back.</param>
public readonly record struct RecordCost(double Distortion, double Rate)
{
    /// <summary>Both.</summary>
    public double Bits => Distortion + Rate;
}
