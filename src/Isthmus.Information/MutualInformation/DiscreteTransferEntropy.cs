using Isthmus.Information.Entropy;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// T(X to Y) = I(Y_t; X_(t-u), .., X_(t-u-l+1) | Y_(t-1), .., Y_(t-k)), nats a step (Schreiber 2000; with lag u, Wibral et al.
/// 2013). Biased high as every conditional mutual information is, by about (number of contexts) / N: compare with the test
/// of <see cref="DiscreteIndependenceTest"/> or with shuffled sources. It is prediction, not cause.
/// </summary>
public sealed record DiscreteTransferEntropy
{
    /// <summary>Number of past target symbols to condition on, k; 0 for none. Default 1.</summary>
    public int TargetHistory { get; init; } = 1;

    /// <summary>Number of past source symbols used, l. Default 1.</summary>
    public int SourceHistory { get; init; } = 1;

    /// <summary>Lag in steps from the newest source symbol to the symbol predicted, u. Default 1.</summary>
    public int Lag { get; init; } = 1;

    /// <summary>Returns T(source to target), nats; by the plug-in estimator unless another is given.</summary>
    /// <exception cref="ArgumentException">Histories or lag out of range, sequences of different lengths, or too short for one step.</exception>
    public Estimate Measure(DiscreteColumn source, DiscreteColumn target, DiscreteEntropyEstimator? estimator = null)
    {
        var (next, past, known) = Parts(source, target);
        return known is null ? DiscreteMutualInformation.Of(next, past, estimator) : DiscreteMutualInformation.Conditional(next, past, known, estimator);
    }

    /// <summary>Returns the columns that are compared: the target's next symbol, the source's past, and the target's own past (null with no history).</summary>
    /// <exception cref="ArgumentException">Histories or lag out of range, sequences of different lengths, or too short for one step.</exception>
    public (DiscreteColumn Next, DiscreteColumn Past, DiscreteColumn? Known) Parts(DiscreteColumn source, DiscreteColumn target)
    {
        var (first, rows) = SeriesHistory.Steps(TargetHistory, SourceHistory, Lag, source.Rows, target.Rows);
        var past = new DiscreteColumn[SourceHistory];
        for (var i = 0; i < past.Length; i++)
            past[i] = source.Slice(first - Lag - i, rows);
        var known = new DiscreteColumn[TargetHistory];
        for (var i = 0; i < known.Length; i++)
            known[i] = target.Slice(first - 1 - i, rows);
        return (target.Slice(first, rows), DiscreteColumn.Join(past), known.Length == 0 ? null : DiscreteColumn.Join(known));
    }
}
