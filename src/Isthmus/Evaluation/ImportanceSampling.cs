using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Information;
using Isthmus.Models.Networks;
using Isthmus.Processes;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// -ln p(x) by importance sampling from q(z|x): -ln (1/K) sum_k p(x|z_k) p(z_k) / q(z_k|x), z_k ~ q (Rezende et al. 2014;
/// Burda et al. 2016). An upper bound on -ln p(x) in expectation, falling to it as K grows; K = 1 is the negative ELBO.
/// The K weights are folded into a running maximum and sum, so that memory does not depend on K.
/// </summary>
public static class ImportanceSampling
{
    // Numbers in the widest tensor of a chunk, about 16 MB: larger ones leave the cache and are no faster.
    private const int ChunkNumbers = 4 << 20;

    /// <summary>Result of importance sampling.</summary>
    /// <param name="NegativeLogLikelihood">Mean over the records, nats; its standard error holds the spread over records and the sampling.</param>
    /// <param name="EffectiveSampleShare">Mean over the records of (sum w)^2 / (K sum w^2): near 1 where q fits the true posterior.</param>
    public sealed record Result(Estimate NegativeLogLikelihood, double EffectiveSampleShare);

    /// <summary>Estimates the mean of -ln p(x) over <paramref name="data"/>.</summary>
    /// <param name="model">A variational model.</param>
    /// <param name="data">Records on the model's scale.</param>
    /// <param name="samples">K.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="device">Device for the computation.</param>
    /// <param name="progress">Receiver of the fraction of records done.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public static Result Estimate(
        Autoencoder model,
        Dataset data,
        int samples,
        int seed,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => Estimate(model, data, samples, seed, device, Communicator.Alone, progress, cancellationToken);

    /// <summary>
    /// Estimates it with several processes: each takes every n-th batch. All of them draw for all batches, which costs little beside decoding, so that the
    /// figure is that of one process.
    /// </summary>
    internal static Result Estimate(
        Autoencoder model,
        Dataset data,
        int samples,
        int seed,
        Device? device,
        Communicator ranks,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        var width = data.Schema.Dimension * model.Likelihood.NumbersPerDimension;
        var records = Math.Clamp(ChunkNumbers / width / Math.Min(samples, 64), 1, 256);
        var chunk = Math.Clamp(ChunkNumbers / width / records, 1, samples);
        var (moments, effective, samplingVariance) = (new RunningMoments(), new RunningMoments(), 0.0);
        using var noGradient = inference_mode();
        using var draws = RandomDraws.Seeded(RandomStream.Seed(seed, RandomStream.Evaluation, samples));
        using var pass = LikelihoodPass.For(model, device, TensorBatches.Gather(data, [.. Enumerable.Range(0, Math.Min(records, data.Count))], device));
        // The trial of the pass draws too, and must not move the draws of the figure.
        using var own = RandomDraws.Seeded(RandomStream.Seed(seed, RandomStream.Evaluation, samples));
        // Of each process a part: ln of the mean weight of every record, then every fraction; 0 where another process has it.
        var (found, part, done) = (new float[ranks.Count * 2 * data.Count], ranks.Rank * 2 * data.Count, 0);
        foreach (var x in TensorBatches.InOrder(data, records, device))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var isOwn = done / records % ranks.Count == ranks.Rank;
            var (logMean, share) = LogMeanWeight(model, pass, x, samples, chunk, isOwn);
            if (isOwn)
            {
                logMean.cpu().data<float>().CopyTo(found.AsSpan(part + done));
                share.cpu().data<float>().CopyTo(found.AsSpan(part + data.Count + done));
            }
            done += (int)x.shape[0];
            progress?.Report(done / (double)data.Count);
        }
        ranks.AllGather(found, 2 * data.Count);
        int At(int record) => record / records % ranks.Count * 2 * data.Count + record;
        for (var record = 0; record < data.Count; record++)
        {
            moments.Add(-found[At(record)]);
            var value = found[At(record) + data.Count];
            effective.Add(value);
            // Delta method: the variance of ln of a mean of K weights is (1 / ESS - 1 / K).
            samplingVariance += (1 / value - 1) / samples;
        }
        var count = (double)moments.Count;
        var error = Math.Sqrt(moments.Variance / count + samplingVariance / (count * count));
        return new(new Estimate(moments.Mean, error), effective.Mean);
    }

    /// <summary>
    /// Returns ln of the mean weight of each record and its effective fraction of samples, both N; draws alone for records of another process.
    /// </summary>
    private static (Tensor LogMean, Tensor Share) LogMeanWeight(Autoencoder model, LikelihoodPass? pass, Tensor x, int samples, int chunk, bool isOwn)
    {
        var (posterior, prior) = (model.Encode(x, sample: false).Posterior!, model.Bottleneck.Prior!);
        var largest = ScalarOperations.Full(x.shape[0], float.NegativeInfinity, device: x.device);
        Tensor sum = zeros_like(largest),
            squares = zeros_like(largest);
        for (var done = 0; done < samples; done += chunk)
        {
            using var scope = NewDisposeScope();
            var (z, logPosterior) = posterior.Draw(Math.Min(chunk, samples - done));
            if (!isOwn)
                continue;
            var logWeight = (pass?.LogProbability(x, z) ?? model.LogLikelihood(x, z)).Plus(prior.LogProbability(z)) - logPosterior;
            var peak = maximum(largest, logWeight.amax([0]));
            var scale = (largest - peak).exp();
            var weight = (logWeight - peak).exp();
            sum.mul_(scale).AddInPlace(weight.sum([0L]));
            squares.mul_(scale.Square()).AddInPlace(weight.Square().sum([0L]));
            largest.copy_(peak);
        }
        return (largest.Plus(sum.Over(samples).log()), sum.Square() / squares.Times(samples));
    }
}
