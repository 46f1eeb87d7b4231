namespace Isthmus.Information.Entropy;

/// <summary>
/// Entropy rate of a stationary sequence by blocks: H(X_t | X_(t-L+1) .. X_(t-1)), nats a symbol, which falls to the rate
/// as L grows (Cover and Thomas 2006, theorem 4.2.1). L = 1 is the entropy of the symbols, L - 1 the order of the context.
/// </summary>
/// <remarks>
/// The plug-in estimate falls to 0 once K^L passes N, whatever the sequence: believe it only while the number of blocks
/// is well below N. The standard error takes windows as independent, so it is too small for a sequence with memory.
/// </remarks>
public static class BlockEntropyRate
{
    /// <summary>Returns H(symbol given the <paramref name="length"/> - 1 before it), nats, over the N - L + 1 windows. Cost: length times N.</summary>
    /// <exception cref="ArgumentException">Length below 1 or above the number of rows.</exception>
    public static Estimate Of(DiscreteColumn sequence, int length, DiscreteEntropyEstimator? estimator = null)
    {
        RequireLength(sequence, length);
        if (length == 1)
            return JointEntropy.Of([sequence], estimator);
        var windows = sequence.Rows - length + 1;
        return JointEntropy.Conditional(sequence.Slice(length - 1, windows), Blocks(sequence, length - 1, windows), estimator);
    }

    /// <summary>Returns H_1 .. H_L, the entropies of blocks of 1 to <paramref name="length"/> symbols, nats, each over all its windows.</summary>
    /// <exception cref="ArgumentException">Length below 1 or above the number of rows.</exception>
    public static Estimate[] BlockEntropies(DiscreteColumn sequence, int length, DiscreteEntropyEstimator? estimator = null)
    {
        RequireLength(sequence, length);
        var entropies = new Estimate[length];
        for (var l = 1; l <= length; l++)
            entropies[l - 1] = JointEntropy.Of([Blocks(sequence, l, sequence.Rows - l + 1)], estimator);
        return entropies;
    }

    private static DiscreteColumn Blocks(DiscreteColumn sequence, int length, int windows)
    {
        var symbols = new DiscreteColumn[length];
        for (var i = 0; i < length; i++)
            symbols[i] = sequence.Slice(i, windows);
        return DiscreteColumn.Join(symbols);
    }

    private static void RequireLength(DiscreteColumn sequence, int length)
    {
        if (length < 1 || length > sequence.Rows)
            throw new ArgumentException($"Block entropy needs a length of 1 .. {sequence.Rows}, the rows of the sequence; it was given {length}.");
    }
}
