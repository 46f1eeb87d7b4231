using System.Numerics.Tensors;
using Isthmus.Information.Numerics;

namespace Isthmus.Maps;

/// <summary>
/// Principal components of codes: the directions of greatest variance. Wide codes go through a random subspace that is multiplied by the covariance until it
/// holds them (subspace iteration, Halko, Martinsson and Tropp 2011); narrow ones are solved exactly. Safe to use from several threads.
/// </summary>
internal sealed class PrincipalComponents
{
    // Up to here the whole space is the subspace.
    private const int ExactWidth = 64,
        Spare = 8,
        Passes = 8;

    private readonly float[] _mean;
    private readonly float[][] _axes;

    private PrincipalComponents(float[] mean, float[][] axes, double[] shares) => (_mean, _axes, Shares) = (mean, axes, shares);

    /// <summary>Fraction of the codes' variance along each component, in descending order; 1 for the first of codes that are all the same.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>The mean code, L numbers.</summary>
    public IReadOnlyList<float> Mean => _mean;

    /// <summary>Finds the first components.</summary>
    /// <param name="codes">The codes, N x L.</param>
    /// <param name="count">Number of components; no more than L are found.</param>
    /// <param name="seed">Random seed of the subspace.</param>
    /// <param name="progress">Receiver of the fraction done.</param>
    /// <param name="cancellationToken">Stops between two passes over the codes.</param>
    public static PrincipalComponents Of(
        CodeMatrix codes,
        int count,
        int seed,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var (width, total) = (codes.Width, 0.0);
        var mean = MeanOf(codes);
        for (var i = 0; i < codes.Count; i++)
            total += TensorPrimitives.Distance(codes[i], mean) is var d ? (double)d * d : 0;
        var basis = Basis(width, count, seed);
        for (var pass = 0; width > ExactWidth && pass < Passes; pass++)
        {
            Orthonormalise(basis);
            basis = Multiplied(codes, mean, basis, cancellationToken);
            progress?.Report((pass + 1.0) / (Passes + 1));
        }
        Orthonormalise(basis);
        var inside = Covariance(codes, mean, basis, cancellationToken);
        var variances = (double[,])inside.Clone();
        var axes = PrincipalAxes.Of(variances);
        var order = Enumerable.Range(0, basis.Length).OrderByDescending(a => variances[a, a]).Take(Math.Min(count, width)).ToArray();
        progress?.Report(1);
        return new(
            mean,
            [.. order.Select(a => Signed(Combined(basis, axes, a)))],
            [
                .. order.Select(
                    (a, place) =>
                        total > 0 ? Math.Max(0, variances[a, a]) / total
                        : place == 0 ? 1
                        : 0
                ),
            ]
        );
    }

    /// <summary>Coordinates of codes along the components, N x (number of components).</summary>
    public float[] Project(CodeMatrix codes)
    {
        var points = new float[codes.Count * _axes.Length];
        var offsets = _axes.Select(axis => TensorPrimitives.Dot(axis, _mean)).ToArray();
        for (var i = 0; i < codes.Count; i++)
            for (var a = 0; a < _axes.Length; a++)
                points[i * _axes.Length + a] = TensorPrimitives.Dot(codes[i], _axes[a]) - offsets[a];
        return points;
    }

    private static float[] MeanOf(CodeMatrix codes)
    {
        var sums = new double[codes.Width];
        for (var i = 0; i < codes.Count; i++)
        {
            var code = codes[i];
            for (var unit = 0; unit < sums.Length; unit++)
                sums[unit] += code[unit];
        }
        return [.. sums.Select(sum => (float)(sum / codes.Count))];
    }

    private static float[][] Basis(int width, int count, int seed)
    {
        if (width <= ExactWidth)
            return [.. Enumerable.Range(0, width).Select(a => Enumerable.Range(0, width).Select(unit => a == unit ? 1f : 0f).ToArray())];
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, Math.Min(width, count + Spare)).Select(_ => Enumerable.Range(0, width).Select(_ => 2 * random.NextSingle() - 1).ToArray()),
        ];
    }

    /// <summary>The covariance's product with each axis of a basis, without the matrix itself.</summary>
    private static float[][] Multiplied(CodeMatrix codes, float[] mean, float[][] basis, CancellationToken cancellationToken)
    {
        var product = new float[basis.Length][];
        Parallel.For(0, basis.Length, a =>
        {
            var (sums, centred) = (new float[codes.Width], new float[codes.Width]);
            for (var i = 0; i < codes.Count && !cancellationToken.IsCancellationRequested; i++)
            {
                TensorPrimitives.Subtract(codes[i], mean, centred);
                TensorPrimitives.MultiplyAdd(centred, TensorPrimitives.Dot(centred, basis[a]), sums, sums);
            }
            product[a] = sums;
        });
        cancellationToken.ThrowIfCancellationRequested();
        return product;
    }

    private static double[,] Covariance(CodeMatrix codes, float[] mean, float[][] basis, CancellationToken cancellationToken)
    {
        var sums = new double[basis.Length, basis.Length];
        var (centred, point) = (new float[codes.Width], new double[basis.Length]);
        for (var i = 0; i < codes.Count; i++)
        {
            if (i % 4096 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            TensorPrimitives.Subtract(codes[i], mean, centred);
            for (var a = 0; a < point.Length; a++)
                point[a] = TensorPrimitives.Dot(centred, basis[a]);
            for (var a = 0; a < point.Length; a++)
                for (var b = 0; b <= a; b++)
                    sums[a, b] += point[a] * point[b];
        }
        for (var a = 0; a < point.Length; a++)
            for (var b = 0; b < a; b++)
                sums[b, a] = sums[a, b];
        return sums;
    }

    // Gram-Schmidt, each axis twice, so that none keeps a part of another; an axis of nothing is left out by its zeros.
    private static void Orthonormalise(float[][] basis)
    {
        for (var a = 0; a < basis.Length; a++)
        {
            for (var round = 0; round < 2; round++)
                for (var b = 0; b < a; b++)
                    TensorPrimitives.MultiplyAdd(basis[b], -TensorPrimitives.Dot(basis[a], basis[b]), basis[a], basis[a]);
            var length = TensorPrimitives.Norm(basis[a]);
            if (length > 0)
                TensorPrimitives.Divide(basis[a], length, basis[a]);
        }
    }

    private static float[] Combined(float[][] basis, double[,] axes, int column)
    {
        var axis = new float[basis[0].Length];
        for (var a = 0; a < basis.Length; a++)
            TensorPrimitives.MultiplyAdd(basis[a], (float)axes[a, column], axis, axis);
        return axis;
    }

    // A component's sign is arbitrary: the largest of its numbers is positive.
    private static float[] Signed(float[] axis)
    {
        if (axis[TensorPrimitives.IndexOfMaxMagnitude(axis)] < 0)
            TensorPrimitives.Negate(axis, axis);
        return axis;
    }
}
