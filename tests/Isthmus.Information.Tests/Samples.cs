using System.Buffers.Binary;
using System.Globalization;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests;

/// <summary>Seeded samples with a known truth, the reference data, and the plain O(N^2) way to compare with.</summary>
internal static class Samples
{
    public static double[] Normal(int n, int seed) =>
        [.. Uniform(2 * n, seed).Chunk(2).Select(u => Math.Sqrt(-2 * Math.Log(u[0])) * Math.Cos(2 * Math.PI * u[1]))];

    /// <summary>Uniform on (0, 1) by SplitMix64: streams of neighbouring seeds are independent, those of System.Random are not.</summary>
    public static double[] Uniform(int n, int seed)
    {
        var state = (ulong)seed << 40;
        return [.. Enumerable.Range(0, n).Select(_ => ((Mix(state += 0x9E3779B97F4A7C15) >> 11) + 0.5) / (1L << 53))];
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>d pairs of normals, each with this correlation: I = -d/2 ln(1 - r^2).</summary>
    public static (Points X, Points Y) CorrelatedNormals(int n, int d, double r, int seed)
    {
        var x = Enumerable.Range(0, d).Select(c => Normal(n, seed + 2 * c)).ToArray();
        var y = x.Select((column, c) => column.Zip(Normal(n, seed + 2 * c + 1), (a, e) => r * a + Math.Sqrt(1 - r * r) * e).ToArray()).ToArray();
        return (Points.FromColumns(x), Points.FromColumns(y));
    }

    /// <summary>The folder of published figures beside the data, or skip.</summary>
    public static string Reference(string name)
    {
        var data = Environment.GetEnvironmentVariable("ISTHMUS_DATA");
        Assert.SkipUnless(!string.IsNullOrEmpty(data), "ISTHMUS_DATA is not set: no reference figures beside it.");
        var path = Path.GetFullPath(Path.Combine(data!, "..", "reference", name));
        Assert.SkipUnless(Path.Exists(path), $"{path} is absent.");
        return path;
    }

    /// <summary>Columns of a two-dimensional float64 .npy file.</summary>
    public static double[][] ReadNpy(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var header = 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        var text = System.Text.Encoding.ASCII.GetString(bytes, 10, header - 10);
        Assert.Contains("'<f8'", text);
        Assert.Contains("'fortran_order': False", text);
        var shape = text.Split('(')[1].Split(')')[0].Split(',').Take(2).Select(s => int.Parse(s, CultureInfo.InvariantCulture)).ToArray();
        var columns = Enumerable.Range(0, shape[1]).Select(_ => new double[shape[0]]).ToArray();
        for (var r = 0; r < shape[0]; r++)
            for (var c = 0; c < shape[1]; c++)
                columns[c][r] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(header + 8 * (r * shape[1] + c)));
        return columns;
    }

    public static double Distance(Points a, int i, Points b, int j) => Enumerable.Range(0, a.Dimensions).Max(c => Math.Abs(a[c][i] - b[c][j]));

    public static double[] KthDistances(Points points, int k) =>
        [
            .. Enumerable
                .Range(0, points.Count)
                .Select(i => Enumerable.Range(0, points.Count).Where(j => j != i).Select(j => Distance(points, i, points, j)).Order().ElementAt(k - 1)),
        ];

    public static int[] CountsWithin(Points points, double[] radii) =>
        [.. Enumerable.Range(0, points.Count).Select(i => Enumerable.Range(0, points.Count).Count(j => Distance(points, i, points, j) <= radii[i]))];
}
