using Isthmus.Compute;
using Isthmus.Information;
using static TorchSharp.torch;

namespace Isthmus.Evaluation.Samples;

/// <summary>Similarity of samples to real records, both as N x L codes of one reference encoder. Numbers without unit; distances are Euclidean.</summary>
internal static class SampleMeasures
{
    private const int Blocks = 10;

    /// <summary>
    /// Returns the fraction of <paramref name="candidates"/> that lie within the k-th neighbour's distance of at least one of <paramref name="points"/>:
    /// precision if the points are real and the candidates are samples, recall the other way round (Kynkaanniemi et al. 2019). Binomial standard error.
    /// </summary>
    public static Estimate Covered(Tensor points, Tensor candidates, int k)
    {
        using var scope = NewDisposeScope();
        return Estimate.Share(Within(points, candidates, k).any(1).sum().item<long>(), candidates.shape[0]);
    }

    /// <summary>
    /// Returns density (Naeem et al. 2020): the number of real records' k-neighbourhoods that hold a sample, over k; the mean over samples, 1 in mean if both
    /// are one distribution. Not moved by one outlier as precision is.
    /// </summary>
    public static Estimate Density(Tensor real, Tensor samples, int k)
    {
        using var scope = NewDisposeScope();
        var moments = new RunningMoments();
        moments.Add([.. Within(real, samples, k).sum([1L]).to(ScalarType.Float32).Over(k).cpu().data<float>()]);
        return moments.Estimate;
    }

    /// <summary>
    /// Returns coverage (Naeem et al. 2020): the fraction of real records with a sample in their k-neighbourhood; about 1 - (1/2)^k if both are one
    /// distribution.
    /// </summary>
    public static Estimate Coverage(Tensor real, Tensor samples, int k)
    {
        using var scope = NewDisposeScope();
        return Estimate.Share(Within(real, samples, k).any(0).sum().item<long>(), real.shape[0]);
    }

    /// <summary>
    /// Returns the squared Frechet distance of the two Gaussians with the codes' means and covariances (Heusel et al. 2017): |m1 - m2|^2 + tr(S1 + S2 - 2 (S1
    /// S2)^1/2). Biased upward by some L^2 / N. Standard error by the jackknife over 10 blocks.
    /// </summary>
    public static Estimate FrechetDistance(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var value = Frechet(a, b);
        double[] without = [.. Enumerable.Range(0, Blocks).Select(block => Frechet(Without(a, block), Without(b, block)))];
        var mean = without.Average();
        return new(value, Math.Sqrt((Blocks - 1.0) / Blocks * without.Sum(other => (other - mean) * (other - mean))));
    }

    /// <summary>
    /// Returns the squared maximum mean discrepancy with the kernel (a . b / L + 1)^3, unbiased, the mean over 10 blocks (KID, Binkowski et al. 2018): 0 in
    /// mean if both are one distribution, and sometimes below. Standard error over the blocks.
    /// </summary>
    public static Estimate KernelDistance(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var moments = new RunningMoments();
        for (var block = 0; block < Blocks; block++)
            moments.Add(Discrepancy(Block(a, block), Block(b, block)));
        return moments.Estimate;
    }

    /// <summary>Returns, for each candidate (row) and point (column), whether the candidate lies in the point's k-neighbourhood.</summary>
    private static Tensor Within(Tensor points, Tensor candidates, int k)
    {
        // The nearest to a point is itself.
        var radius = cdist(points, points).topk(k + 1, -1, largest: false, sorted: true).values.select(1, k);
        return cdist(candidates, points).le(radius);
    }

    private static double Frechet(Tensor a, Tensor b)
    {
        var (meanA, covarianceA) = Gaussian(a);
        var (meanB, covarianceB) = Gaussian(b);
        var (values, vectors) = linalg.eigh(covarianceA);
        var root = vectors.matmul(values.ClampMin(0).sqrt().diag()).matmul(vectors.t());
        var cross = linalg.eigvalsh(root.matmul(covarianceB).matmul(root)).ClampMin(0).sqrt().sum();
        return ((meanA - meanB).Square().sum().Plus(covarianceA.diagonal().sum()).Plus(covarianceB.diagonal().sum()) - cross.Times(2)).item<double>();
    }

    private static (Tensor Mean, Tensor Covariance) Gaussian(Tensor codes)
    {
        var numbers = codes.to(float64);
        var mean = numbers.mean([0L]);
        var centred = numbers - mean;
        return (mean, centred.t().matmul(centred).Over(numbers.shape[0] - 1));
    }

    internal static double Discrepancy(Tensor a, Tensor b)
    {
        double dimension = a.shape[1];
        (Tensor first, Tensor second) = (a.to(float64), b.to(float64));
        Tensor Kernel(Tensor x, Tensor y) => x.matmul(y.t()).Over(dimension).Plus(1).Power(3);
        double Within(Tensor x)
        {
            var kernel = Kernel(x, x);
            return (kernel.sum() - kernel.diagonal().sum()).Over(x.shape[0] * (x.shape[0] - 1.0)).item<double>();
        }
        return Within(first) + Within(second) - 2 * Kernel(first, second).mean().item<double>();
    }

    private static long[] Rows(Tensor codes, int block, bool inside) =>
        [.. Enumerable.Range(0, (int)codes.shape[0]).Where(row => row % Blocks == block == inside).Select(row => (long)row)];

    private static Tensor Block(Tensor codes, int block) => codes.index_select(0, tensor(Rows(codes, block, inside: true)));

    private static Tensor Without(Tensor codes, int block) => codes.index_select(0, tensor(Rows(codes, block, inside: false)));
}
