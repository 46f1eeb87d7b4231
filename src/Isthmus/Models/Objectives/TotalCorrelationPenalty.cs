using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// weight TC, TC = KL(q(z) || prod_j q(z_j)) in nats: how far the units of the aggregated posterior are from independent
/// (beta-TCVAE, Chen et al. 2018, whose beta is 1 + weight with both other terms of the rate weighed 1).
/// </summary>
/// <remarks>
/// q(z_i) is estimated inside a batch of M of N records, as sum_j w_ij q(z_i|x_j). Stratified: w_ii = 1/N for the record
/// that z_i came from, (N - 1) / (N (M - 1)) for each other, so that q is unbiased (its logarithm is not). Weighted: 1/(N M)
/// for all, which is a lower bound and off by a constant. Cost: M x M x L numbers.
/// </remarks>
/// <param name="Weight">Weight of the total correlation.</param>
/// <param name="Stratified">True for stratified weights w, false for equal ones.</param>
public sealed record TotalCorrelationPenalty(double Weight, bool Stratified) : AggregatePenalty
{
    internal static readonly Setting<double> WeightSetting = SettingKinds.Number(
        "tc-weight",
        5,
        "weight of the total correlation in addition to its part of the rate; beta - 1 of beta-TCVAE",
        least: 0
    );
    internal static readonly Setting<string> Estimator = SettingKinds.Choice(
        "tc-estimator",
        "stratified",
        "weights of a batch's records in the aggregated posterior",
        "stratified",
        "weighted"
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<AggregatePenalty> Part = new(
        "total-correlation",
        "independent units (beta-TCVAE)",
        [WeightSetting, Estimator],
        context => new TotalCorrelationPenalty(context.Get(WeightSetting), context.Get(Estimator) == "stratified")
    )
    {
        Code = CodeKind.DiagonalGaussian,
    };

    /// <inheritdoc/>
    public override bool IsFirstOrder => true;

    /// <inheritdoc/>
    public override Tensor? Charge(Code code, Autoencoder model, Tensor seen) =>
        TotalCorrelation(code.Z, code.Gaussian, Math.Max(model.Records, code.Z.shape[0])).Times(Weight);

    /// <summary>Returns the mean over the batch of ln q(z) - sum_j ln q(z_j), nats.</summary>
    /// <param name="z">Draws, M x L.</param>
    /// <param name="posterior">The posteriors they were drawn from, M x L.</param>
    /// <param name="records">N.</param>
    internal Tensor TotalCorrelation(Tensor z, DiagonalGaussian posterior, long records)
    {
        var pairs = new DiagonalGaussian(posterior.Mean.unsqueeze(0), posterior.LogVariance.unsqueeze(0)).UnitLogProbability(z.unsqueeze(1));
        var logWeights = LogWeights(z.shape[0], records).to(z.dtype).to(z.device);
        var joint = pairs.sum(-1).Plus(logWeights).logsumexp(1);
        var marginals = pairs.Plus(logWeights.unsqueeze(-1)).logsumexp(1).sum(-1);
        return (joint - marginals).mean();
    }

    private Tensor LogWeights(long batch, long records)
    {
        if (!Stratified || batch == 1)
            return ScalarOperations.Full([batch, batch], -Math.Log((double)records * batch), float64);
        var own = eye(batch, dtype: float64);
        return own.Times(-Math.Log(records)).Plus(own.From(1).Times(Math.Log((records - 1.0) / records / (batch - 1))));
    }
}
