using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X;Y) of any mixture of discrete and continuous parts, nats: mean[psi(k_i) + ln N - psi(n_x) - psi(n_y)], n the points nearer
/// in each margin than the k-th joint neighbour, the point itself among them; where that neighbour lies on the point,
/// k_i and n are the points there (Gao, Kannan, Oh and Viswanath 2017).
/// </summary>
/// <remarks>
/// The formula is that of the authors' program (mixed_KSG), which has psi(n) where the paper has ln(n); their program takes
/// "nearer than" 1e-15 off the distance, ours compares exactly. Ties are its subject: nothing is jittered. A variable that
/// is constant has 0 nats exactly. Biased towards 0 in many dimensions, as KSG is. Standard error:
/// <see cref="LocalTerms"/>, with an allowance of psi'(k) / N. Cost about N log N in few dimensions, d N^2 in many.
/// </remarks>
public static class GaoMutualInformation
{
    /// <summary>Returns the mutual information, nats; may be slightly below 0.</summary>
    /// <exception cref="ArgumentException">Unequal numbers of rows, or k not in 1 .. N - 1.</exception>
    public static Estimate Estimate(Points x, Points y, NeighbourOptions? options = null)
    {
        options ??= NeighbourOptions.Default;
        Points.Join(x, y);
        options.Check("Gao mutual information", x.Count);
        if (x.IsConstant || y.IsConstant)
            return new(0, 0);
        (x, y) = (options.Prepare(x), options.Prepare(y));
        var joint = new NeighbourSearch(Points.Join(x, y), options);
        var distances = joint.KthDistances(options.K);
        var nx = new NeighbourSearch(x, options).CountsNearerThan(distances);
        var ny = new NeighbourSearch(y, options).CountsNearerThan(distances);
        var here = KsgMutualInformation.PointsHere(joint, distances);
        var psi = DigammaTable.UpTo(distances.Length);
        var logarithm = Math.Log(distances.Length);
        var local = new double[distances.Length];
        for (var i = 0; i < local.Length; i++)
            local[i] = psi[here is not null && distances[i] == 0 ? here[i] : options.K] + logarithm - psi[nx[i]] - psi[ny[i]];
        return LocalTerms.Mean(local, options.K);
    }
}
