using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Codes;

/// <summary>
/// A mixture of K Gaussians with full covariances, fitted to a model's codes after training by expectation maximisation (Dempster et
/// al. 1977).
/// </summary>
public sealed class CodeMixture : CodeSampler
{
    private const int Iterations = 60;

    // Fraction of a unit's variance that is added, so that a component of few codes keeps a width.
    private const double Ridge = 1e-3;

    private readonly float[] _logWeights,
        _means,
        _factors;
    private readonly int _latent;

    private CodeMixture(Tensor logWeights, Tensor means, Tensor factors)
    {
        float[] Numbers(Tensor tensor) => [.. tensor.to(float32).contiguous().data<float>()];
        (_latent, _logWeights, _means, _factors) = ((int)means.shape[1], Numbers(logWeights), Numbers(means), Numbers(factors));
    }

    /// <summary>Fits the mixture to the codes of records, up to the first 10,000.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="data">Records as read.</param>
    /// <param name="components">Number of components, K.</param>
    /// <param name="seed">Random seed for the codes at which components start.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <exception cref="InvalidInputException">Fewer records than twice the components, or data of another shape.</exception>
    public static CodeMixture Of(TrainedModel trained, Dataset data, int components, int seed, Device? device = null)
    {
        if (data.Count < 2L * components)
            throw new InvalidInputException(
                data.Name,
                $"has {data.Count} records, and a mixture of {components} Gaussians needs at least {2L * components}",
                $"give more of them, or fewer {OptionNames.Components}",
                OptionNames.Components
            );
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Fit(CodesOf(trained, data, device).to(float64), components, seed);
    }

    /// <summary>Fits the mixture to codes, N x L.</summary>
    internal static CodeMixture Fit(Tensor codes, int components, int seed)
    {
        var (count, latent) = (codes.shape[0], codes.shape[1]);
        int[] order = [.. Enumerable.Range(0, (int)count)];
        new Random(seed).Shuffle(order);
        var means = codes.index_select(0, tensor([.. order.Take(components).Select(place => (long)place)]));
        var spread = codes.var(0, unbiased: false);
        var floor = diag(spread.Times(Ridge).Plus(1e-9));
        var covariances = diag(spread.Plus(1e-9)).unsqueeze(0).repeat(components, 1, 1);
        var logWeights = ScalarOperations.Full(components, -Math.Log(components), float64);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            using var scope = NewDisposeScope();
            var shares = LogDensities(codes, means, linalg.cholesky(covariances)).Plus(logWeights).softmax(1);
            var sizes = shares.sum([0L]).ClampMin(1e-6);
            var centres = shares.t().matmul(codes) / sizes.unsqueeze(1);
            var deviates = codes.unsqueeze(0) - centres.unsqueeze(1);
            var spreads = ((deviates * shares.t().unsqueeze(2)).transpose(1, 2).matmul(deviates) / sizes.view(-1, 1, 1)).Plus(floor);
            (means, covariances, logWeights) = (
                centres.MoveToOuterDisposeScope(),
                spreads.MoveToOuterDisposeScope(),
                (sizes / sizes.sum()).log().MoveToOuterDisposeScope()
            );
        }
        return new(logWeights, means, linalg.cholesky(covariances));
    }

    /// <inheritdoc/>
    public override Tensor Sample(int count, Device? device = null)
    {
        using var scope = NewDisposeScope();
        var chosen = tensor(_logWeights).softmax(0).Choices(count, replacement: true);
        var factors = tensor(_factors).view(-1, _latent, _latent).index_select(0, chosen);
        var drawn = tensor(_means).view(-1, _latent).index_select(0, chosen).Plus(factors.matmul(RandomOperations.Normal([count, _latent, 1])).squeeze(-1));
        return drawn.to(device ?? CPU).MoveToOuterDisposeScope();
    }

    /// <summary>Returns ln N of each code under each component, nats, N x K.</summary>
    private static Tensor LogDensities(Tensor codes, Tensor means, Tensor factors)
    {
        var deviates = linalg.solve_triangular(factors, (codes.unsqueeze(0) - means.unsqueeze(1)).transpose(1, 2), upper: false);
        var logDeterminants = factors.diagonal(0, 1, 2).log().sum(-1);
        return (deviates.Square().sum(1).Plus(codes.shape[1] * DiagonalGaussian.LogTwoPi).Times(-0.5) - logDeterminants.unsqueeze(1)).t();
    }
}
