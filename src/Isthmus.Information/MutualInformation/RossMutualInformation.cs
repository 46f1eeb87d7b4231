using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X;Y) of a label X with continuous Y, nats: psi(N) + mean[psi(k_i) - psi(N_x) - psi(m_i)], N_x the rows of that label, k_i
/// the smaller of k and N_x - 1, m_i the other rows in Y up to the k_i-th neighbour of the same label, it among them
/// (Ross 2014).
/// </summary>
/// <remarks>
/// As in scikit-learn's mutual_info_classif, rows whose label occurs once are left out, and its m_i is ours; unlike it,
/// nothing is scaled or jittered and a figure below 0 is not cut. Where several rows of the label share the k_i-th distance,
/// all of them count, and k_i is their number: of rounded values the k_i-th alone would leave out rows of the other labels
/// at the same distance. Where that distance is 0, the rows there count with the row itself. Biased low where labels have few rows for the dimension of Y.
/// Standard error: <see cref="LocalTerms"/>, with an allowance of psi'(k) / 2N. Cost about N log N in few dimensions, d N^2 in many.
/// </remarks>
public static class RossMutualInformation
{
    /// <summary>Returns the mutual information, nats; labels are any integers.</summary>
    /// <exception cref="ArgumentException">Unequal numbers of rows, k below 1, or no label that occurs twice.</exception>
    public static Estimate Estimate(ReadOnlySpan<int> labels, Points y, NeighbourOptions? options = null)
    {
        options ??= NeighbourOptions.Default;
        var (kept, local) = Local(labels, y, options);
        if (kept.Length == 0)
            throw new ArgumentException(
                $"Ross mutual information needs a label that occurs at least twice; all {labels.Length} are different. Is the label a continuous variable? "
                    + $"Then take KSG."
            );
        var mean = LocalTerms.Mean(local);
        // Half of KSG's allowance for shared neighbours, as one count only varies with them: by measurement, as there.
        return mean with { StandardError = Math.Sqrt(mean.StandardError * mean.StandardError + SpecialFunctions.Trigamma(options.K) / 2 / kept.Length) };
    }

    /// <summary>Returns the rows whose label occurs more than once, and their terms, whose mean is the estimate.</summary>
    internal static (int[] Kept, double[] Local) Local(ReadOnlySpan<int> labels, Points y, NeighbourOptions options)
    {
        if (labels.Length != y.Count)
            throw new ArgumentException($"Variables measured together need equal numbers of rows; there are {labels.Length} labels and {y.Count} rows.");
        // k is cut to each label's rows.
        options.Check("Ross mutual information", int.MaxValue);
        int[][] groups =
        [
            .. labels.ToArray().Index().GroupBy(row => row.Item, row => row.Index).Select(group => group.ToArray()).Where(group => group.Length > 1),
        ];
        if (groups.Length == 0)
            return ([], []);
        int[] kept = [.. groups.SelectMany(group => group)];
        y = options.Prepare(y.Rows(kept));
        var (distances, constant) = (new double[kept.Length], new double[kept.Length]);
        var psi = DigammaTable.UpTo(kept.Length);
        var from = 0;
        foreach (var group in groups)
        {
            int[] rows = [.. Enumerable.Range(from, group.Length)];
            var k = Math.Min(options.K, group.Length - 1);
            var within = new NeighbourSearch(y.Rows(rows), options);
            var own = within.KthDistances(k);
            own.CopyTo(distances, from);
            var same = within.CountsWithin(own);
            for (var i = 0; i < own.Length; i++)
                constant[from + i] = psi[kept.Length] - psi[group.Length] + psi[own[i] > 0 ? same[i] - 1 : same[i]];
            from += group.Length;
        }
        var near = new NeighbourSearch(y, options).CountsWithin(distances);
        return (kept, [.. constant.Select((c, i) => c - psi[distances[i] > 0 ? near[i] - 1 : near[i]])]);
    }
}
