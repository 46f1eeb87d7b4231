namespace Isthmus.Compression.Integer.Layers;

/// <summary>The picture that a residual block was given, added to the sums of its last convolution: x_c w_c for each channel c of a pixel.</summary>
/// <param name="Back">How many layers before this one the layer is whose outputs are added.</param>
/// <param name="Weights">A weight for each channel, w.</param>
internal sealed record ResidualWeights(int Back, int[] Weights);
