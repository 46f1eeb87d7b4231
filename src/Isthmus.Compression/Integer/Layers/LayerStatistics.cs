namespace Isthmus.Compression.Integer.Layers;

/// <summary>What the quantiser knows of the numbers that go through a layer.</summary>
/// <param name="InputMeans">Mean of each input.</param>
/// <param name="InputSquares">Mean square of each input.</param>
/// <param name="Reach">The largest magnitude of a sum, before the non-linearity; of a gated layer, of its first half.</param>
/// <param name="GateReach">Of the second half.</param>
internal sealed record LayerStatistics(float[] InputMeans, float[] InputSquares, float Reach, float GateReach)
{
    /// <summary>Sums that are 0 throughout have a range all the same.</summary>
    public const float LeastReach = 1e-6f;
}
