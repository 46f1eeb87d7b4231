using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Information;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// Information of the codes of all records together, q(z) = E_x[q(z|x)], for a model whose q(z|x) is a diagonal Gaussian, nats, from one code
/// z_i ~ q(z|x_i) of each of n records. With q_i and q_-i the means of q(z_i|x_j) over all j and over j other than i (Poole et al. 2019):
/// <code>E[ln q(z_i|x_i) - ln q_i] &lt;= I(X;Z) &lt;= E[ln q(z_i|x_i) - ln q_-i].</code>
/// The lower one is InfoNCE with the best critic there is, and never above ln n; the upper one is the rate less an estimate of
/// KL(q(z) || p(z)) that is too low in mean.
/// </summary>
/// <param name="InformationUpper">I(X;Z) from above, one term a record.</param>
/// <param name="InformationLower">I(X;Z) from below, one term a record.</param>
/// <param name="Divergence">KL(q(z) || p(z)) from below, one term a record.</param>
/// <param name="CorrelationLower">Total correlation KL(q(z) || prod_j q(z_j)) by q_-i: from below, but for the units' own densities.</param>
/// <param name="CorrelationUpper">Total correlation by q_i: from above.</param>
public sealed record AggregatedPosterior(
    RunningMoments InformationUpper,
    RunningMoments InformationLower,
    RunningMoments Divergence,
    RunningMoments CorrelationLower,
    RunningMoments CorrelationUpper
)
{
    // n^2 densities of codes, and m^2 L of units: some seconds at most.
    private const int MostRecords = 10_000,
        MostForUnits = 2000,
        Rows = 500;

    /// <summary>
    /// Estimates the bounds from at most 10,000 records, the total correlation from the first 2,000 codes; null if q(z|x) is no diagonal Gaussian.
    /// </summary>
    /// <param name="model">A model.</param>
    /// <param name="data">Records on the model's scale; at least two.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="device">Device for the computation.</param>
    public static AggregatedPosterior? Of(Autoencoder model, Dataset data, int seed, Device? device = null)
    {
        if (model.Bottleneck.Prior is not { } prior || data.Count < 2)
            return null;
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        if (Posteriors(model, data.Count > MostRecords ? data.Select([.. Enumerable.Range(0, MostRecords)]) : data, device) is not { } posterior)
            return null;
        using var draws = RandomDraws.Seeded(RandomStream.Seed(seed, RandomStream.Evaluation, -2));
        var (z, count) = (posterior.Sample(), (int)posterior.Mean.shape[0]);
        var result = new AggregatedPosterior(new(), new(), new(), new(), new());
        var (withOwn, without) = (new float[count], new float[count]);
        var (own, logPrior) = (Numbers(posterior.LogProbability(z)), Numbers(prior.LogProbability(z)));
        for (var start = 0; start < count; start += Rows)
        {
            using var inner = NewDisposeScope();
            var rows = Math.Min(Rows, count - start);
            var pairs = posterior.LogProbabilities(z.narrow(0, start, rows));
            var diagonal = ScalarOperations.Range(start, start + rows, device: pairs.device).unsqueeze(1);
            // The products that give the pairs round; a record's own density is known better.
            pairs.scatter_(1, diagonal, posterior.LogProbability(z).narrow(0, start, rows).unsqueeze(1));
            Numbers(pairs.logsumexp(1).Minus(Math.Log(count))).CopyTo(withOwn, start);
            pairs.scatter_(1, diagonal, ScalarOperations.Full([rows, 1], float.NegativeInfinity, device: pairs.device));
            Numbers(pairs.logsumexp(1).Minus(Math.Log(count - 1))).CopyTo(without, start);
        }
        var units = UnitDensities(posterior, z, Math.Min(count, MostForUnits));
        for (var i = 0; i < count; i++)
        {
            result.InformationUpper.Add(own[i] - without[i]);
            result.InformationLower.Add(own[i] - withOwn[i]);
            result.Divergence.Add(without[i] - logPrior[i]);
            if (i >= units.Length)
                continue;
            result.CorrelationLower.Add(without[i] - units[i]);
            result.CorrelationUpper.Add(withOwn[i] - units[i]);
        }
        return result;
    }

    private static DiagonalGaussian? Posteriors(Autoencoder model, Dataset data, Device? device)
    {
        List<Tensor> means = [],
            logVariances = [];
        foreach (var x in TensorBatches.InOrder(data, 1000, device))
        {
            if (model.Encode(x, sample: false).Posterior is not DiagonalGaussian posterior)
                return null;
            means.Add(posterior.Mean);
            logVariances.Add(posterior.LogVariance);
        }
        return new(cat(means, 0), cat(logVariances, 0));
    }

    /// <summary>Returns sum_j ln q(z_j) of the first codes, q(z_j) the mean over as many records.</summary>
    private static float[] UnitDensities(DiagonalGaussian posterior, Tensor z, int count)
    {
        var sum = zeros(count, device: z.device);
        for (var unit = 0; unit < z.shape[1]; unit++)
        {
            using var inner = NewDisposeScope();
            Tensor Column(Tensor whole) => whole.narrow(0, 0, count).select(1, unit);
            sum.AddInPlace(
                DiagonalGaussian
                    .UnitLogProbability(Column(z).unsqueeze(1), Column(posterior.Mean).unsqueeze(0), Column(posterior.LogVariance).unsqueeze(0))
                    .logsumexp(1)
                    .Minus(Math.Log(count))
            );
        }
        return Numbers(sum);
    }

    private static float[] Numbers(Tensor tensor) => tensor.cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray();
}
