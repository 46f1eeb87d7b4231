namespace Isthmus.Information.Entropy;

/// <summary>
/// Plug-in entropy with its bias of first order put back: H = H_plug-in + (K - 1) / 2N, K the symbols observed, nats
/// (Miller 1955). The bias left is of order 1 / N^2 where every symbol has been seen; symbols not seen are not made up for.
/// </summary>
public sealed record MillerMadowEntropy : DiscreteEntropyEstimator
{
    private static readonly PlugInEntropy PlugIn = new();

    /// <inheritdoc/>
    public override string Name => "miller-madow";

    /// <inheritdoc/>
    public override double Entropy(CountProfile profile) => PlugIn.Entropy(profile) + (profile.Observed - 1) / (2.0 * profile.Total);
}
