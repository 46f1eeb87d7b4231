namespace Isthmus.Compression.Integer.Layers;

/// <summary>Statistics of the numbers that pass through a layer, for its quantisation.</summary>
/// <param name="InputMeans">Mean of each input.</param>
/// <param name="InputSquares">Mean square of each input.</param>
/// <param name="Reach">The largest magnitude of a sum, before the non-linearity; of a gated layer, of its first half.</param>
/// <param name="GateReach">The largest magnitude of a sum in the second half.</param>
internal sealed record LayerStatistics(float[] InputMeans, float[] InputSquares, float Reach, float GateReach)
{
    /// <summary>Smallest range, used for sums that are 0 throughout.</summary>
    public const float LeastReach = 1e-6f;
}
