using Isthmus.Information.Entropy;

namespace Isthmus.Information.MutualInformation;

/// <summary>VI(X, Y) = H(X | Y) + H(Y | X) = 2 H(X, Y) - H(X) - H(Y), nats: a metric on groupings of the same rows (Meila 2003).</summary>
public static class VariationOfInformation
{
    /// <summary>Returns VI of two columns with its standard error by the delta method, nats; by the plug-in estimator unless another is given.</summary>
    /// <exception cref="ArgumentException">No row, or columns of different lengths.</exception>
    public static Estimate Of(DiscreteColumn x, DiscreteColumn y, DiscreteEntropyEstimator? estimator = null) =>
        EntropyCombination.Of("Variation of information", estimator, true, (2, DiscreteColumn.Join(x, y)), (-1, x), (-1, y));
}
