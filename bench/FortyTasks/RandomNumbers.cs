namespace Isthmus.Benchmarks.FortyTasks;

/// <summary>Columns of random numbers from a seed, by SplitMix64 (Steele et al. 2014): streams of neighbouring seeds do not meet.</summary>
internal sealed class RandomNumbers(int seed)
{
    private ulong _state = (ulong)seed << 40;

    /// <summary>n numbers, uniform on (0, 1).</summary>
    public double[] Uniform(int n) => [.. Enumerable.Range(0, n).Select(_ => ((Next() >> 11) + 0.5) / (1L << 53))];

    /// <summary>n standard normals (Box and Muller 1958).</summary>
    public double[] Normal(int n) => [.. Uniform(n).Zip(Uniform(n), (u, v) => Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v))];

    private ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
