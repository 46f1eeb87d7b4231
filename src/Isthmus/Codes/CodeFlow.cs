using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Priors;
using static TorchSharp.torch;

namespace Isthmus.Codes;

/// <summary>
/// A masked autoregressive flow (Papamakarios et al. 2017) fitted by maximum likelihood to a model's standardised codes; the epoch with the highest likelihood
/// of a held-out tenth of the codes is kept. It models full dependence between units, without a number of components to choose; a draw takes one pass a unit.
/// </summary>
public sealed class CodeFlow : CodeSampler
{
    private const int Steps = 4,
        Hidden = 128,
        Epochs = 30,
        BatchCodes = 256,
        LeastCodes = 20;
    private const double LearningRate = 1e-3;

    private readonly AutoregressiveFlowPrior _flow;
    private readonly Tensor _mean,
        _scale;

    private CodeFlow(AutoregressiveFlowPrior flow, Tensor mean, Tensor scale) =>
        (_flow, _mean, _scale) = (flow, mean.DetachFromDisposeScope(), scale.DetachFromDisposeScope());

    /// <summary>Fits the flow to the codes of records, up to the first 10,000.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="data">Records as read.</param>
    /// <param name="seed">Random seed for weights, held-out codes and order.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <exception cref="InvalidInputException">Fewer than 20 records, or data of another shape.</exception>
    public static CodeFlow Of(TrainedModel trained, Dataset data, int seed, Device? device = null)
    {
        if (data.Count < LeastCodes)
            throw new InvalidInputException(
                data.Name,
                $"has {data.Count} records, and a flow is fitted to the codes of {LeastCodes} or more",
                "give more of them"
            );
        using var scope = NewDisposeScope();
        return Fit(CodesOf(trained, data, device), seed);
    }

    /// <summary>Fits the flow to codes, N x L.</summary>
    internal static CodeFlow Fit(Tensor codes, int seed)
    {
        using var scope = NewDisposeScope();
        using var draws = RandomDraws.Seeded(seed);
        // A unit that is constant over all codes stays constant in draws.
        var (mean, scale) = (codes.mean([0L]), codes.std(0, unbiased: false).ClampMin(1e-6));
        var standard = ((codes - mean) / scale).index_select(0, RandomOperations.Permutation(codes.shape[0]));
        var heldOut = standard.shape[0] / 10;
        var (validation, train) = (standard.narrow(0, 0, heldOut), standard.narrow(0, heldOut, standard.shape[0] - heldOut));
        var flow = new AutoregressiveFlowPrior((int)codes.shape[1], Steps, Hidden);
        using var optimiser = new AdamUpdate(flow.parameters());
        var (best, kept) = (double.NegativeInfinity, Array.Empty<Tensor>());
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            using var inner = NewDisposeScope();
            foreach (var batch in train.index_select(0, RandomOperations.Permutation(train.shape[0])).split(BatchCodes))
            {
                optimiser.ClearGradients();
                (-flow.LogProbability(batch).mean()).backward();
                optimiser.Step(LearningRate);
            }
            using var noGradient = no_grad();
            if (flow.LogProbability(validation).mean().item<float>() is var reached && reached > best)
                (best, kept) = (reached, [.. flow.parameters().Select(parameter => parameter.detach().clone().MoveToOuterDisposeScope())]);
        }
        using (no_grad())
            foreach (var (parameter, value) in flow.parameters().Zip(kept))
                parameter.copy_(value);
        return new(flow, mean, scale);
    }

    /// <inheritdoc/>
    public override Tensor Sample(int count, Device? device = null)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return (_flow.Sample(count) * _scale).Plus(_mean).to(device ?? CPU).MoveToOuterDisposeScope();
    }

    /// <summary>Returns ln of the density of codes, nats, N.</summary>
    internal Tensor LogProbability(Tensor codes) => _flow.LogProbability((codes - _mean) / _scale) - _scale.log().sum();
}
