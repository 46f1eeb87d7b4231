using System.Collections.Concurrent;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X;Y) of strongly dependent variables, nats: KSG 2 less mean ln(V_i' / V_i), V_i the rectangle about a point that holds its k
/// neighbours and V_i' the one along their principal axes (LNC: Gao, Ver Steeg and Galstyan 2015).
/// </summary>
/// <remarks>
/// <para>KSG takes the density to be even over V_i; near a line or a sheet it is not, and KSG needs N of the order of e^I. The
/// volumes are compared only where V_i' / V_i is below alpha, what k points spread evenly over a rectangle fall below once in
/// 1000 draws (the authors have 5 in 1000): at independence the figure is KSG 2's, and about -ln(alpha) / 1000 more.</para>
/// <para>Needs k above the joint columns, as k points must span the axes; by default 3 more. Cost: KSG 2, and
/// N k d^2 + N d^3; alpha is drawn from a fixed seed, once for each k and d. Ties: those of KSG 2; a flat V_i is not compared.
/// Standard error: <see cref="LocalTerms"/>, with an allowance of psi'(k) / N.</para>
/// </remarks>
public static class LocalNonUniformityMutualInformation
{
    private const int Draws = 20_000;
    private const double Chance = 0.001;
    private static readonly ConcurrentDictionary<(int K, int Dimensions), double> Thresholds = new();

    /// <summary>Returns the options used if none are given: k as in the remarks.</summary>
    public static NeighbourOptions DefaultOptions(Points x, Points y) => new() { K = x.Dimensions + y.Dimensions + 3 };

    /// <summary>Returns the mutual information, nats; may be slightly below 0.</summary>
    /// <exception cref="ArgumentException">Unequal numbers of rows, k not above the joint columns, or not below N.</exception>
    public static Estimate Estimate(Points x, Points y, NeighbourOptions? options = null)
    {
        options ??= DefaultOptions(x, y);
        var d = Points.Join(x, y).Dimensions;
        options.Check("LNC mutual information", x.Count);
        if (options.K <= d)
            throw new ArgumentException(
                $"LNC mutual information needs more neighbours than joint columns; k is {options.K} and there are {d} columns. Take k of {d + 3}."
            );
        (x, y) = (options.Prepare(x), options.Prepare(y));
        options = options with { Margins = Margins.AsGiven };
        var local = KsgMutualInformation.Local(x, y, options, KsgVariant.Second);
        var joint = Points.Join(x, y);
        var search = new NeighbourSearch(joint, options);
        var neighbours = new List<int>[local.Length];
        search.Visit(search.KthDistances(options.K), (i, j) =>
        {
            if (i != j)
                (neighbours[i] ??= new(options.K)).Add(j);
        });
        var threshold = Math.Log(Thresholds.GetOrAdd((options.K, d), key => Threshold(key.K, key.Dimensions)));
        NeighbourSearch.ForEachChunk(local.Length, options.Threads > 0 ? options.Threads : Environment.ProcessorCount, (from, to) =>
        {
            for (var i = from; i < to; i++)
            {
                // In row order, so that sums round alike however the neighbours were found.
                neighbours[i].Sort();
                var ratio = LogRatio([.. neighbours[i].Select(j => Difference(joint, i, j))]);
                local[i] -= ratio < threshold ? ratio : 0;
            }
        });
        return LocalTerms.Mean(local, options.K);
    }

    /// <summary>Returns ln(V' / V) of neighbours given by their differences from the point; 0 if V is flat.</summary>
    private static double LogRatio(double[][] differences)
    {
        var d = differences[0].Length;
        // Each direction by its own extent: axes of a rectangle, whatever the columns' units, and no overflow.
        var extents = Extents(differences);
        if (Array.IndexOf(extents, 0) >= 0)
            return 0;
        var covariance = new double[d, d];
        foreach (var difference in differences)
            for (var a = 0; a < d; a++)
            {
                difference[a] /= extents[a];
                for (var b = 0; b <= a; b++)
                    covariance[a, b] = covariance[b, a] += difference[a] * difference[b];
            }
        var axes = PrincipalAxes.Of(covariance);
        double[][] rotated =
        [
            .. differences.Select(difference => Enumerable.Range(0, d).Select(a => Enumerable.Range(0, d).Sum(c => axes[c, a] * difference[c])).ToArray()),
        ];
        return Extents(rotated).Sum(Math.Log);
    }

    private static double[] Extents(double[][] differences) =>
        [.. Enumerable.Range(0, differences[0].Length).Select(c => differences.Max(difference => Math.Abs(difference[c])))];

    private static double[] Difference(Points points, int i, int j) => [.. Enumerable.Range(0, points.Dimensions).Select(c => points[c][j] - points[c][i])];

    private static double Threshold(int k, int dimensions)
    {
        var random = new Random(1);
        var ratios = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
            ratios[draw] = LogRatio([
                .. Enumerable.Range(0, k).Select(_ => Enumerable.Range(0, dimensions).Select(_ => 2 * random.NextDouble() - 1).ToArray()),
            ]);
        Array.Sort(ratios);
        return Math.Exp(ratios[(int)(Chance * Draws)]);
    }
}
