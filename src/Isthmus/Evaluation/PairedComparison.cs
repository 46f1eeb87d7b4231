using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Information;
using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// Difference of two models on the same records, the first less the second, nats a record, with the standard error of the mean difference: records that are
/// hard for both cancel, so that it is far surer than the difference of two means.
/// </summary>
/// <param name="Distortion">Difference of -ln p(x|z), one draw z of each record's code.</param>
/// <param name="Rate">Difference of the bottleneck's charge.</param>
/// <param name="Sum">Difference of their sum, -ELBO of variational models.</param>
/// <param name="Records">Number of records.</param>
internal sealed record PairedComparison(Estimate Distortion, Estimate Rate, Estimate Sum, int Records)
{
    /// <summary>Compares two models.</summary>
    /// <param name="first">A model.</param>
    /// <param name="second">Another one of the same kind of records.</param>
    /// <param name="records">The records as they were read for each.</param>
    /// <param name="seed">Random seed of the draws.</param>
    /// <param name="device">Device of both.</param>
    public static PairedComparison Of(TrainedModel first, TrainedModel second, (Dataset First, Dataset Second) records, int seed, Device device)
    {
        var (one, other) = (Costs(first, records.First, seed, device), Costs(second, records.Second, seed, device));
        Estimate Difference(Func<(float Distortion, float Rate), float> of)
        {
            var moments = new RunningMoments();
            moments.Add([.. one.Zip(other, (a, b) => of(a) - of(b))]);
            return moments.Estimate;
        }
        return new(Difference(cost => cost.Distortion), Difference(cost => cost.Rate), Difference(cost => cost.Distortion + cost.Rate), one.Count);
    }

    private static List<(float Distortion, float Rate)> Costs(TrainedModel trained, Dataset records, int seed, Device device)
    {
        var (model, costs) = (trained.Network, new List<(float, float)>());
        using var noGradient = inference_mode();
        using var draws = RandomDraws.Seeded(RandomStream.Seed(seed, RandomStream.Evaluation, 0));
        foreach (var x in TensorBatches.InOrder(trained.Prepare(records), 1000, device))
        {
            using var scope = NewDisposeScope();
            var code = model.Encode(x, sample: true);
            float[] distortion = [.. (-model.LogLikelihood(x, code.Z)).cpu().data<float>()],
                rate = [.. code.Rate.cpu().data<float>()];
            costs.AddRange(distortion.Zip(rate));
        }
        return costs;
    }
}
