using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X;Y|Z) of continuous variables by k nearest neighbours, nats: psi(k) + mean[psi(n_z + 1) - psi(n_xz + 1) - psi(n_yz + 1)],
/// counts of the other points nearer in each subspace than the k-th neighbour in the joint one (Frenzel and Pompe 2007).
/// </summary>
/// <remarks>
/// Biased towards 0 as <see cref="KsgMutualInformation"/> is, the more so the more columns Z has. Where the k-th neighbour
/// lies on the point itself, all points there take the place of the k, as in KSG; nothing is jittered. Standard error:
/// <see cref="LocalTerms"/>, with an allowance of psi'(k) / N. Cost about N log N in few dimensions, d N^2 in many.
/// </remarks>
public static class FrenzelPompeConditionalMutualInformation
{
    /// <summary>Returns the conditional mutual information, nats; may be slightly below 0.</summary>
    /// <exception cref="ArgumentException">Unequal numbers of rows, or k not in 1 .. N - 1.</exception>
    public static Estimate Estimate(Points x, Points y, Points given, NeighbourOptions? options = null) =>
        LocalTerms.Mean(Local(x, y, given, options), (options ?? NeighbourOptions.Default).K);

    /// <summary>Returns the N terms whose mean is the estimate, row by row, nats.</summary>
    /// <exception cref="ArgumentException">As <see cref="Estimate"/>.</exception>
    public static double[] Local(Points x, Points y, Points given, NeighbourOptions? options = null)
    {
        options ??= NeighbourOptions.Default;
        Points.Join(x, y, given);
        options.Check("Frenzel-Pompe conditional mutual information", x.Count);
        (x, y, given) = (options.Prepare(x), options.Prepare(y), options.Prepare(given));
        var joint = new NeighbourSearch(Points.Join(x, y, given), options);
        var distances = joint.KthDistances(options.K);
        var nz = new NeighbourSearch(given, options).CountsNearerThan(distances);
        var nxz = new NeighbourSearch(Points.Join(x, given), options).CountsNearerThan(distances);
        var nyz = new NeighbourSearch(Points.Join(y, given), options).CountsNearerThan(distances);
        var here = KsgMutualInformation.PointsHere(joint, distances);
        var psi = DigammaTable.UpTo(distances.Length);
        var local = new double[distances.Length];
        for (var i = 0; i < local.Length; i++)
            local[i] = psi[here is not null && distances[i] == 0 ? here[i] : options.K] + psi[nz[i]] - psi[nxz[i]] - psi[nyz[i]];
        return local;
    }
}
