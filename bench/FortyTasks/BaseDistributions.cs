using Isthmus.Information.Numerics;

namespace Isthmus.Benchmarks.FortyTasks;

/// <summary>Pairs of variables whose mutual information is known, nats. A sample is columns: X's first, then Y's, as many of each unless said.</summary>
internal sealed record BaseDistribution(string Name, double Truth, Func<int, RandomNumbers, double[][]> Sample)
{
    /// <summary>Two normals with this correlation: -1/2 ln(1 - r^2).</summary>
    public static BaseDistribution BivariateNormal(double r) => new("Bivariate normal 1x1", -Math.Log(1 - r * r) / 2, (n, random) =>
        {
            var x = random.Normal(n);
            return [x, Mixed(r, x, random.Normal(n))];
        });

    /// <summary>X uniform on [0, 1], Y = X + N, N uniform on [-e, e]: 1/(4e) where e > 1/2, else e - ln(2e).</summary>
    public static BaseDistribution AdditiveNoise(double e) => new($"Uniform 1x1 ({e})", e > 0.5 ? 1 / (4 * e) : e - Math.Log(2 * e), (n, random) =>
        {
            var (x, noise) = (random.Uniform(n), random.Uniform(n));
            return [x, [.. x.Zip(noise, (a, u) => a + e * (2 * u - 1))]];
        });

    /// <summary>d + d normals, every correlation 1/2. |S_d| = (1 + (d - 1)/2) / 2^(d - 1).</summary>
    public static BaseDistribution Dense(int d)
    {
        double LogDeterminant(int k) => Math.Log((1 + k) / 2.0) - (k - 1) * Math.Log(2);
        return new($"Mn {d}x{d} dense", LogDeterminant(d) - LogDeterminant(2 * d) / 2, (n, random) =>
        {
            // One shared normal gives every pair its correlation.
            var shared = random.Normal(n);
            return [.. Enumerable.Range(0, 2 * d).Select(_ => Mixed(Math.Sqrt(0.5), shared, random.Normal(n)))];
        });
    }

    /// <summary>d + d normals; X_i and Y_i correlated by 4/5 for the first two i, all else independent.</summary>
    public static BaseDistribution TwoPairs(int d) => new($"Mn {d}x{d} 2-pair", -Math.Log(1 - 0.64), (n, random) =>
        {
            var x = Enumerable.Range(0, d).Select(_ => random.Normal(n)).ToArray();
            return [.. x, .. x.Select((column, i) => i < 2 ? Mixed(0.8, column, random.Normal(n)) : random.Normal(n))];
        });

    /// <summary>Student's distribution of 2d dimensions, identity dispersion, in halves: uncorrelated, yet dependent through their common scale.</summary>
    public static BaseDistribution Student(int d, int freedom) =>
        new($"St {d}x{d} dof{freedom}", 2 * StudentEntropy(d, freedom) - StudentEntropy(2 * d, freedom), (n, random) =>
        {
            var z = Enumerable.Range(0, 2 * d).Select(_ => random.Normal(n)).ToArray();
            var chi = Enumerable.Range(0, freedom).Select(_ => random.Normal(n)).ToArray();
            return [.. z.Select(column => column.Select((value, i) => value / Math.Sqrt(chi.Sum(c => c[i] * c[i]) / freedom)).ToArray())];
        });

    private static double StudentEntropy(int k, double v) =>
        (v + k) / 2 * (SpecialFunctions.Digamma((v + k) / 2) - SpecialFunctions.Digamma(v / 2))
        - SpecialFunctions.LogGamma((v + k) / 2)
        + SpecialFunctions.LogGamma(v / 2)
        + k / 2.0 * Math.Log(v * Math.PI);

    private static double[] Mixed(double r, double[] x, double[] noise) => [.. x.Zip(noise, (a, e) => r * a + Math.Sqrt(1 - r * r) * e)];
}
