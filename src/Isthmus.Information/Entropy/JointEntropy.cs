namespace Isthmus.Information.Entropy;

/// <summary>
/// Entropy of columns together, H(X, Y, ...) = H of the column of tuples, and what is left of it once others are known,
/// H(X | Y) = H(X, Y) - H(Y); nats, with standard errors by the delta method (Cover and Thomas 2006, chapter 2).
/// </summary>
/// <remarks>
/// An estimator sees the tuples that occurred as its alphabet. Plug-in joint entropies are biased lower than their
/// marginals are, as there are more symbols: conditional entropies come out too low.
/// </remarks>
public static class JointEntropy
{
    /// <summary>Returns H of all columns together, nats; by the plug-in estimator unless another is given.</summary>
    /// <exception cref="ArgumentException">No column or row, or columns of different lengths.</exception>
    public static Estimate Of(ReadOnlySpan<DiscreteColumn> columns, DiscreteEntropyEstimator? estimator = null) =>
        EntropyCombination.Of("Joint entropy", estimator, true, (1, DiscreteColumn.Join(columns)));

    /// <summary>Returns H(x given the other), nats; by the plug-in estimator unless another is given.</summary>
    /// <exception cref="ArgumentException">No row, or columns of different lengths.</exception>
    public static Estimate Conditional(DiscreteColumn x, DiscreteColumn given, DiscreteEntropyEstimator? estimator = null) =>
        EntropyCombination.Of("Conditional entropy", estimator, true, (1, DiscreteColumn.Join(x, given)), (-1, given));
}
