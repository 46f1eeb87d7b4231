using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>The two estimators of Kraskov, Stoegbauer and Grassberger.</summary>
public enum KsgVariant
{
    /// <summary>KSG 1: one cube that reaches the k-th neighbour; smaller variance.</summary>
    First,

    /// <summary>KSG 2: a rectangle fitted to the k neighbours; smaller bias in high dimension.</summary>
    Second,
}

/// <summary>
/// I(X;Y) of continuous variables by k nearest neighbours in max-norm (Kraskov, Stoegbauer and Grassberger 2004), nats.
/// </summary>
/// <remarks>
/// <para>KSG 1: psi(k) + psi(N) - mean[psi(n_x + 1) + psi(n_y + 1)], n_x the other points with |x_j - x_i| below the distance
/// to the k-th neighbour in the joint space. KSG 2: psi(k) - 1/k + psi(N) - mean[psi(n_x) + psi(n_y)], n_x those within
/// the rectangle of the k neighbours, its edge included.</para>
/// <para>Biased towards 0, strongly so once dimension or dependence is high for N. Cost about N log N in few dimensions,
/// d N^2 in many.</para>
/// <para>Ties: nothing is jittered. Where the k-th neighbour lies on the point itself, the n points there take the place
/// of the k: the local term is psi(n) + psi(N) - psi(m_x) - psi(m_y) with m the points at that x and that y (Gao et al.
/// 2017). Where several points share the k-th distance, KSG 2 takes them all and k is their number there.</para>
/// <para>Standard error: that of the mean of the N local terms with an allowance of psi'(k) / N for shared neighbours (see <see cref="LocalTerms"/>).</para>
/// </remarks>
public static class KsgMutualInformation
{
    /// <summary>Returns the mutual information, nats; may be slightly below 0.</summary>
    /// <exception cref="ArgumentException">Unequal numbers of rows, or k not in 1 .. N - 1.</exception>
    public static Estimate Estimate(Points x, Points y, NeighbourOptions? options = null, KsgVariant variant = KsgVariant.First) =>
        LocalTerms.Mean(Local(x, y, options, variant), (options ?? NeighbourOptions.Default).K);

    /// <summary>Returns the N terms whose mean is the estimate, row by row, nats.</summary>
    /// <exception cref="ArgumentException">As <see cref="Estimate"/>.</exception>
    public static double[] Local(Points x, Points y, NeighbourOptions? options = null, KsgVariant variant = KsgVariant.First)
    {
        options ??= NeighbourOptions.Default;
        Points.Join(x, y);
        options.Check("KSG mutual information", x.Count);
        (x, y) = (options.Prepare(x), options.Prepare(y));
        var joint = new NeighbourSearch(Points.Join(x, y), options);
        var (inX, inY) = (new NeighbourSearch(x, options), new NeighbourSearch(y, options));
        NeighbourSearch.Prepare(joint, inX, inY);
        var distances = joint.KthDistances(options.K);
        // A constant margin has no edge that a rectangle could touch: KSG 1, which is 0 there.
        return variant == KsgVariant.First || x.IsConstant || y.IsConstant
            ? First(joint, inX, inY, distances, options.K)
            : Second(x, y, joint, inX, inY, distances);
    }

    private static double[] First(NeighbourSearch joint, NeighbourSearch inX, NeighbourSearch inY, double[] distances, int k)
    {
        var (nx, ny) = (inX.CountsNearerThan(distances), inY.CountsNearerThan(distances));
        var here = PointsHere(joint, distances);
        var psi = DigammaTable.Over(nx, ny, [k]);
        var all = SpecialFunctions.Digamma(distances.Length);
        var local = new double[distances.Length];
        for (var i = 0; i < local.Length; i++)
            local[i] = psi[here is not null && distances[i] == 0 ? here[i] : k] + all - psi[nx[i]] - psi[ny[i]];
        return local;
    }

    private static double[] Second(Points x, Points y, NeighbourSearch joint, NeighbourSearch inX, NeighbourSearch inY, double[] distances)
    {
        var n = distances.Length;
        var (k, extentX, extentY) = (new int[n], new double[n], new double[n]);
        joint.Visit(distances, (i, j) =>
        {
            if (i == j)
                return;
            k[i]++;
            extentX[i] = Math.Max(extentX[i], Distance(x, i, j));
            extentY[i] = Math.Max(extentY[i], Distance(y, i, j));
        });
        var (nx, ny) = (inX.CountsWithin(extentX), inY.CountsWithin(extentY));
        var psi = DigammaTable.UpTo(n);
        var local = new double[n];
        for (var i = 0; i < n; i++)
        {
            local[i] = distances[i] == 0 ? psi[k[i] + 1] + psi[n] - psi[nx[i]] - psi[ny[i]] : psi[k[i]] - 1.0 / k[i] + psi[n] - psi[nx[i] - 1] - psi[ny[i] - 1];
        }
        return local;
    }

    /// <summary>Returns the number of points that coincide with each one, itself included; null if no k-th distance is 0.</summary>
    internal static int[]? PointsHere(NeighbourSearch joint, double[] distances) =>
        distances.Contains(0) ? joint.CountsWithin(new double[distances.Length]) : null;

    private static double Distance(Points points, int i, int j)
    {
        var largest = 0.0;
        for (var c = 0; c < points.Dimensions; c++)
            largest = Math.Max(largest, Math.Abs(points[c][i] - points[c][j]));
        return largest;
    }
}
