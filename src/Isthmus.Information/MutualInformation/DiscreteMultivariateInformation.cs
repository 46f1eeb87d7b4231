using System.Numerics;
using Isthmus.Information.Entropy;

namespace Isthmus.Information.MutualInformation;

/// <summary>Dependence among more than two columns, nats, with standard errors by the delta method; by the plug-in estimator unless another is given.</summary>
public static class DiscreteMultivariateInformation
{
    /// <summary>
    /// Total correlation TC = sum H(X_i) - H(X_1, .., X_n) (Watanabe 1960): 0 only where all are independent. Parity of n bits: 1 bit.
    /// </summary>
    /// <exception cref="ArgumentException">Fewer than two columns, no row, or columns of different lengths.</exception>
    public static Estimate TotalCorrelation(ReadOnlySpan<DiscreteColumn> columns, DiscreteEntropyEstimator? estimator = null) =>
        Combine("Total correlation", columns, estimator, true, joint: -1, single: 1, rest: 0);

    /// <summary>
    /// Dual total correlation DTC = H(X_1, .., X_n) - sum H(X_i | the others) = sum H(the others) - (n - 1) H(all) (Han 1978). XOR: 2 bits.
    /// </summary>
    /// <exception cref="ArgumentException">Fewer than two columns, no row, or columns of different lengths.</exception>
    public static Estimate DualTotalCorrelation(ReadOnlySpan<DiscreteColumn> columns, DiscreteEntropyEstimator? estimator = null) =>
        Combine("Dual total correlation", columns, estimator, true, joint: 1 - columns.Length, single: 0, rest: 1);

    /// <summary>O-information TC - DTC (Rosas et al. 2019): above 0 redundancy prevails, below 0 synergy. XOR: -1 bit; three copies of a bit: +1 bit.</summary>
    /// <exception cref="ArgumentException">Fewer than two columns, no row, or columns of different lengths.</exception>
    public static Estimate OInformation(ReadOnlySpan<DiscreteColumn> columns, DiscreteEntropyEstimator? estimator = null) =>
        Combine("O-information", columns, estimator, false, joint: columns.Length - 2, single: 1, rest: -1);

    /// <summary>
    /// Interaction information in McGill's sign (1954): of three, I(X; Y | Z) - I(X; Y), so that synergy is above 0 (XOR: +1 bit)
    /// and redundancy below; of two, I(X; Y). In general -sum over subsets S of (-1)^(n - |S|) H(S). Cost: 2^n joint entropies.
    /// </summary>
    /// <exception cref="ArgumentException">Fewer than 2 or more than 20 columns, no row, or columns of different lengths.</exception>
    public static Estimate InteractionInformation(ReadOnlySpan<DiscreteColumn> columns, DiscreteEntropyEstimator? estimator = null)
    {
        var n = columns.Length;
        if (n is < 2 or > 20)
            throw new ArgumentException($"Interaction information needs 2 to 20 columns, as it takes 2^n joint entropies; it was given {n}.");
        var joints = new DiscreteColumn[1 << n];
        var terms = new (double, DiscreteColumn)[(1 << n) - 1];
        for (var set = 1; set < joints.Length; set++)
        {
            var last = columns[BitOperations.Log2((uint)set)];
            var others = joints[set & ~(1 << BitOperations.Log2((uint)set))];
            joints[set] = others is null ? last : DiscreteColumn.Join(others, last);
            terms[set - 1] = (int.IsEvenInteger(n - BitOperations.PopCount((uint)set)) ? -1 : 1, joints[set]);
        }
        return EntropyCombination.Of("Interaction information", estimator, n == 2, terms);
    }

    /// <summary>
    /// Co-information (Bell 2003): the interaction information with the sign (-1)^n, so that three copies of a bit have +1 bit and XOR has -1.
    /// </summary>
    /// <exception cref="ArgumentException">Fewer than 2 or more than 20 columns, no row, or columns of different lengths.</exception>
    public static Estimate CoInformation(ReadOnlySpan<DiscreteColumn> columns, DiscreteEntropyEstimator? estimator = null)
    {
        var interaction = InteractionInformation(columns, estimator);
        return int.IsEvenInteger(columns.Length) ? interaction : -interaction;
    }

    // joint H(all) + single sum H(X_i) + rest sum H(all but X_i). Columns before and after each give the latter in 3n joins.
    private static Estimate Combine(
        string subject,
        ReadOnlySpan<DiscreteColumn> columns,
        DiscreteEntropyEstimator? estimator,
        bool nonNegative,
        double joint,
        double single,
        double rest
    )
    {
        var n = columns.Length;
        if (n < 2)
            throw new ArgumentException($"{subject} needs at least two columns; it was given {n}.");
        var terms = new List<(double, DiscreteColumn)> { (joint, DiscreteColumn.Join(columns)) };
        if (single != 0)
            foreach (var column in columns)
                terms.Add((single, column));
        if (rest != 0)
        {
            var after = new DiscreteColumn[n];
            after[n - 1] = columns[n - 1];
            for (var i = n - 2; i > 0; i--)
                after[i] = DiscreteColumn.Join(columns[i], after[i + 1]);
            DiscreteColumn? before = null;
            for (var i = 0; i < n; i++)
            {
                terms.Add(
                    (
                        rest,
                        before is null ? after[1]
                        : i == n - 1 ? before
                        : DiscreteColumn.Join(before, after[i + 1])
                    )
                );
                before = before is null ? columns[i] : DiscreteColumn.Join(before, columns[i]);
            }
        }
        return EntropyCombination.Of(subject, estimator, nonNegative, [.. terms]);
    }
}
