namespace Isthmus.Information.Numerics;

/// <summary>Transformation of each column before an estimate.</summary>
public enum Margins
{
    /// <summary>None: max-norm distances in the columns' own units.</summary>
    AsGiven,

    /// <summary>Normal scores of each column's ranks: mutual information is unchanged, heavy tails are gone.</summary>
    RankGaussian,
}

/// <summary>
/// Normal scores: Phi^-1((rank - 1/2) / N), ties at their mean rank. A strictly increasing map of a column does not
/// change its scores; one-to-one maps of margins leave mutual information as it was.
/// </summary>
public static class RankGaussian
{
    /// <summary>Converts each column to normal scores; cost N log N a column.</summary>
    public static Points Transform(Points points) => points.Map(Scores);

    /// <summary>Returns normal scores of which no two are equal: equal numbers take successive ranks, in random order.</summary>
    internal static double[] Spread(double[] column, int seed)
    {
        int[] rows = [.. Enumerable.Range(0, column.Length)];
        new Random(seed).Shuffle(rows);
        // OrderBy keeps equal ones in the order that they have.
        var scores = new double[column.Length];
        foreach (var (rank, row) in rows.OrderBy(row => column[row]).Index())
            scores[row] = Quantile((rank + 0.5) / column.Length);
        return scores;
    }

    /// <summary>Applies <paramref name="margins"/> to the columns.</summary>
    internal static Points Apply(Margins margins, Points points) => margins == Margins.RankGaussian ? Transform(points) : points;

    private static double[] Scores(double[] column) => Array.ConvertAll(Ranks.Of(column), rank => Quantile((rank - 0.5) / column.Length));

    /// <summary>Returns the standard normal quantile, relative error below 1e-15 (Wichura 1988, algorithm AS 241, PPND16).</summary>
    internal static double Quantile(double p)
    {
        var q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            var r = 0.180625 - q * q;
            return q
                * Polynomial(
                    r,
                    3.3871328727963666080e0,
                    1.3314166789178437745e2,
                    1.9715909503065514427e3,
                    1.3731693765509461125e4,
                    4.5921953931549871457e4,
                    6.7265770927008700853e4,
                    3.3430575583588128105e4,
                    2.5090809287301226727e3
                )
                / Polynomial(
                    r,
                    1,
                    4.2313330701600911252e1,
                    6.8718700749205790830e2,
                    5.3941960214247511077e3,
                    2.1213794301586595867e4,
                    3.9307895800092710610e4,
                    2.8729085735721942674e4,
                    5.2264952788528545610e3
                );
        }
        var tail = Math.Sqrt(-Math.Log(Math.Min(p, 1 - p)));
        var value =
            tail <= 5
                ? Polynomial(
                    tail - 1.6,
                    1.42343711074968357734e0,
                    4.63033784615654529590e0,
                    5.76949722146069140550e0,
                    3.64784832476320460504e0,
                    1.27045825245236838258e0,
                    2.41780725177450611770e-1,
                    2.27238449892691845833e-2,
                    7.74545014278341407640e-4
                )
                    / Polynomial(
                        tail - 1.6,
                        1,
                        2.05319162663775882187e0,
                        1.67638483018380384940e0,
                        6.89767334985100004550e-1,
                        1.48103976427480074590e-1,
                        1.51986665636164571966e-2,
                        5.47593808499534494600e-4,
                        1.05075007164441684324e-9
                    )
                : Polynomial(
                    tail - 5,
                    6.65790464350110377720e0,
                    5.46378491116411436990e0,
                    1.78482653991729133580e0,
                    2.96560571828504891230e-1,
                    2.65321895265761230930e-2,
                    1.24266094738807843860e-3,
                    2.71155556874348757815e-5,
                    2.01033439929228813265e-7
                )
                    / Polynomial(
                        tail - 5,
                        1,
                        5.99832206555887937690e-1,
                        1.36929880922735805310e-1,
                        1.48753612908506148525e-2,
                        7.86869131145613259100e-4,
                        1.84631831751005468180e-5,
                        1.42151175831644588870e-7,
                        2.04426310338993978564e-15
                    );
        return Math.CopySign(value, q);
    }

    private static double Polynomial(double x, params ReadOnlySpan<double> coefficients)
    {
        var value = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--)
            value = value * x + coefficients[i];
        return value;
    }
}
