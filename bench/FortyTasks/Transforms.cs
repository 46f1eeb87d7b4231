namespace Isthmus.Benchmarks.FortyTasks;

/// <summary>One-to-one maps of X and of Y: they change everything that an estimator sees, and nothing of the mutual information.</summary>
internal static class Transforms
{
    /// <summary>Phi(x) to about 1e-15 (the series of Marsaglia 2004).</summary>
    public static double NormalCdf(double x)
    {
        var (sum, term) = (x, x);
        for (var i = 3; sum + term != sum; i += 2)
            sum += term *= x * x / i;
        return 0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }

    public static double HalfCube(double x) => x * Math.Sqrt(Math.Abs(x));

    public static double WigglyX(double x) => x + 0.4 * Math.Sin(x) + 0.2 * Math.Sin(1.7 * x + 1) + 0.03 * Math.Sin(3.3 * x - 2.5);

    public static double WigglyY(double y) => y - 0.4 * Math.Sin(0.4 * y) + 0.17 * Math.Sin(1.3 * y + 3.5) + 0.02 * Math.Sin(4.3 * y - 2.5);

    /// <summary>A normal value to the same quantile of w N(m1, 1) + (1 - w) N(m2, 1), by bisection.</summary>
    public static double Bimodal(double x, double w, double m1, double m2)
    {
        var (p, low, high) = (NormalCdf(x), -50.0, 50.0);
        for (var i = 0; i < 80; i++)
        {
            var middle = (low + high) / 2;
            if (w * NormalCdf(middle - m1) + (1 - w) * NormalCdf(middle - m2) < p)
                low = middle;
            else
                high = middle;
        }
        return (low + high) / 2;
    }

    /// <summary>A uniform column to two, on a roll: t = 1.5 pi (1 + 2u).</summary>
    public static double[][] SwissRoll(double[] u)
    {
        double[] t = [.. u.Select(value => 1.5 * Math.PI * (1 + 2 * value))];
        return
        [
            [.. t.Select(a => a * Math.Cos(a) / 21)],
            [.. t.Select(a => a * Math.Sin(a) / 21)],
        ];
    }

    /// <summary>Turns the plane of columns i and j by the angle |x|^2 / d.</summary>
    public static double[][] Spiral(double[][] columns, int i, int j)
    {
        var turned = columns.Select(column => (double[])column.Clone()).ToArray();
        for (var r = 0; r < columns[0].Length; r++)
        {
            var (sin, cos) = Math.SinCos(columns.Sum(column => column[r] * column[r]) / columns.Length);
            (turned[i][r], turned[j][r]) = (cos * columns[i][r] - sin * columns[j][r], sin * columns[i][r] + cos * columns[j][r]);
        }
        return turned;
    }
}
