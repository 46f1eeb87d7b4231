using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// T(X to Y) = I(Y_t; X_(t-u), .., X_(t-u-l+1) | Y_(t-1), .., Y_(t-k)) of continuous series, nats a step (Schreiber 2000; by
/// neighbours: Gomez-Herrero et al. 2015), the conditional information by <see cref="FrenzelPompeConditionalMutualInformation"/>;
/// with no history of the target, by <see cref="KsgMutualInformation"/>.
/// </summary>
/// <remarks>
/// Biased towards 0, the more so the longer the histories; it is prediction, not cause. Rows must be equally spaced in time.
/// Standard error: that of the local terms with the covariances of neighbouring times, Bartlett weights to lag 4 (N / 100)^(2/9)
/// (Newey and West 1987), and the allowance psi'(k) / N of neighbour counts.
/// </remarks>
public sealed record NearestNeighbourTransferEntropy
{
    /// <summary>Number of past target rows to condition on, k; 0 for none. Default 1.</summary>
    public int TargetHistory { get; init; } = 1;

    /// <summary>Number of past source rows used, l. Default 1.</summary>
    public int SourceHistory { get; init; } = 1;

    /// <summary>Lag in steps from the newest source row to the row predicted, u. Default 1.</summary>
    public int Lag { get; init; } = 1;

    /// <summary>Returns T(source to target), nats; may be slightly below 0. Either series may have several columns.</summary>
    /// <exception cref="ArgumentException">Histories or lag out of range, series of different lengths or too short, or neighbours out of range.</exception>
    public Estimate Measure(Points source, Points target, NeighbourOptions? options = null)
    {
        options ??= NeighbourOptions.Default;
        var (first, rows) = SeriesHistory.Steps(TargetHistory, SourceHistory, Lag, source.Count, target.Count);
        var next = target.Slice(first, rows);
        var past = Points.Join([.. Enumerable.Range(0, SourceHistory).Select(i => source.Slice(first - Lag - i, rows))]);
        var local =
            TargetHistory == 0
                ? KsgMutualInformation.Local(next, past, options)
                : FrenzelPompeConditionalMutualInformation.Local(
                    next,
                    past,
                    Points.Join([.. Enumerable.Range(1, TargetHistory).Select(i => target.Slice(first - i, rows))]),
                    options
                );
        return LocalTerms.MeanOfSeries(local, options.K);
    }
}
