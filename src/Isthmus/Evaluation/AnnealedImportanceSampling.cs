using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Information;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// -ln p(x) by annealed importance sampling (Neal 2001; of decoders, Wu et al. 2017): chains begin at the prior and pass through T
/// distributions p(z) p(x|z)^b_t, b_t rising from 0 to 1 along a sigmoid, by Hamiltonian steps that leave each as it is; a chain weighs
/// sum_t (b_t - b_t-1) ln p(x|z_t). The mean weight is p(x) in expectation, so that the figure is an upper bound on -ln p(x) in mean. The encoder
/// has no part in it: what importance sampling from a poor q(z|x) misses, this finds.
/// </summary>
public static class AnnealedImportanceSampling
{
    /// <summary>Number of chains of each record.</summary>
    public const int Chains = 16;

    // Wu et al.: 10 leapfrog steps, and a step size at which 65 % of the proposals are taken.
    private const int Leapfrogs = 10,
        PilotChains = 2;
    private const double WantedAcceptance = 0.65,
        FirstStep = 0.1,
        Steepness = 4;

    /// <summary>Estimates the mean of -ln p(x) over <paramref name="data"/>. Cost: 16 T 11 passes through the decoder and back for each record.</summary>
    /// <param name="model">A variational model with a continuous code.</param>
    /// <param name="data">Records on the model's scale, all taken at once.</param>
    /// <param name="distributions">T.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="device">Device for the computation.</param>
    /// <param name="progress">Receiver of the fraction of distributions passed.</param>
    /// <param name="cancellationToken">Stops between two distributions.</param>
    public static ImportanceSampling.Result Estimate(
        Autoencoder model,
        Dataset data,
        int distributions,
        int seed,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        using var scope = NewDisposeScope();
        using var draws = RandomDraws.Seeded(RandomStream.Seed(seed, RandomStream.Evaluation, -3));
        var x = TensorBatches.Gather(data, [.. Enumerable.Range(0, data.Count)], device);
        double[] heats = [.. Enumerable.Range(0, distributions + 1).Select(t => Heat(t / (double)distributions))];
        // The step sizes are found by a few chains of their own: were they to follow the chains that count, the mean weight would no longer be p(x).
        var steps = new double[distributions + 1];
        Array.Fill(steps, FirstStep);
        Run(model, x, heats, steps, PilotChains, adapt: true, share => progress?.Report(0.1 * share), cancellationToken);
        var logWeights = Run(model, x, heats, steps, Chains, adapt: false, share => progress?.Report(0.1 + 0.9 * share), cancellationToken);
        var (moments, effective, samplingVariance) = (new RunningMoments(), new RunningMoments(), 0.0);
        var share = (logWeights.logsumexp(0).Times(2) - logWeights.Times(2).logsumexp(0)).exp().Over(Chains).cpu().data<double>().ToArray();
        foreach (var (logMean, own) in logWeights.logsumexp(0).Minus(Math.Log(Chains)).cpu().data<double>().ToArray().Zip(share))
        {
            moments.Add(-logMean);
            effective.Add(own);
            samplingVariance += (1 / own - 1) / Chains;
        }
        var count = (double)moments.Count;
        return new(new Estimate(moments.Mean, Math.Sqrt((count > 1 ? moments.Variance / count : 0) + samplingVariance / (count * count))), effective.Mean);
    }

    /// <summary>Returns ln of each chain's weight, chains x N, float64.</summary>
    private static Tensor Run(
        Autoencoder model,
        Tensor x,
        double[] heats,
        double[] steps,
        int chains,
        bool adapt,
        Action<double> progress,
        CancellationToken cancellationToken
    )
    {
        var (prior, count) = (model.Bottleneck.Prior!, x.shape[0]);
        using var noGradient = no_grad();
        var z = prior.Sample(chains * count, x.device).view(chains, count, -1).clone();
        var weights = zeros([chains, count], float64, x.device);
        for (var t = 1; t < heats.Length; t++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            weights.AddInPlace(model.LogLikelihood(x, z).Times(heats[t] - heats[t - 1]).to(float64));
            var acceptance = Move(model, x, z, heats[t], steps[t]);
            if (adapt && t + 1 < steps.Length)
                steps[t + 1] = steps[t] * (acceptance > WantedAcceptance ? 1.1 : 0.9);
            progress(t / (heats.Length - 1.0));
        }
        return weights;
    }

    /// <summary>Makes one Hamiltonian proposal for each chain, accepted or not (Neal 2011); returns the fraction accepted.</summary>
    private static double Move(Autoencoder model, Tensor x, Tensor z, double heat, double step)
    {
        (Tensor Value, Tensor Slope) Density(Tensor at)
        {
            using var gradients = enable_grad();
            var leaf = at.detach().requires_grad_();
            var value = model.Bottleneck.Prior!.LogProbability(leaf).Plus(model.LogLikelihood(x, leaf).Times(heat));
            return (value.detach(), autograd.grad([value.sum()], [leaf])[0].detach());
        }
        var momentum = z.NormalLike();
        var (start, slope) = Density(z);
        var before = start - momentum.Square().sum(-1).Times(0.5);
        var (place, now) = (z, start);
        for (var i = 0; i < Leapfrogs; i++)
        {
            momentum = momentum.Plus(slope.Times(0.5 * step));
            place = place.Plus(momentum.Times(step));
            (now, slope) = Density(place);
            momentum = momentum.Plus(slope.Times(0.5 * step));
        }
        // A proposal that ran away has no number; it is not taken.
        var ratio = (now - momentum.Square().sum(-1).Times(0.5) - before).nan_to_num(float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity);
        var taken = ratio.UniformLike().log().lt(ratio);
        z.copy_(where(taken.unsqueeze(-1), place, z));
        return taken.to(ScalarType.Float32).mean().item<float>();
    }

    private static double Heat(double share)
    {
        static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));
        var (least, most) = (Sigmoid(-Steepness), Sigmoid(Steepness));
        return (Sigmoid(Steepness * (2 * share - 1)) - least) / (most - least);
    }
}
