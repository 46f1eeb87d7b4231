namespace Isthmus.Information.Entropy;

/// <summary>
/// Plug-in entropy with its first-order bias corrected: H = H_plug-in + (K - 1) / 2N, K the symbols observed, nats (Miller 1955). The remaining bias is of
/// order 1 / N^2 if every symbol has been seen; unseen symbols are not allowed for.
/// </summary>
public sealed record MillerMadowEntropy : DiscreteEntropyEstimator
{
    private static readonly PlugInEntropy PlugIn = new();

    /// <inheritdoc/>
    public override string Name => "miller-madow";

    /// <inheritdoc/>
    public override double Entropy(CountProfile profile) => PlugIn.Entropy(profile) + (profile.Observed - 1) / (2.0 * profile.Total);
}
