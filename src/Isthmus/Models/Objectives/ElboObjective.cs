using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// loss = mean over the batch of distortion + beta w rate, where w grows linearly from 0 to 1 over the warm-up
/// (Bowman et al. 2016, Sonderby et al. 2016), once or in several cycles, in each of which it is held for as long as it grew (Fu et al. 2019), and beta = 1
/// is the ELBO and beta other than 1 is beta-VAE (Higgins et al. 2017).
/// With free nats f &gt; 0 the rate of unit j counts as max(f, mean over the batch), so that no unit gains by falling
/// below f (Kingma et al. 2016). With a beta per count g &gt; 0 the rate of a record of N counts weighs g N besides: who
/// has met much may spend much (RecVAE, Shenbin et al. 2020). With a capacity C &gt; 0 the rate's mean is held at c instead,
/// by beta |rate - c|, where c grows from 0 to C over the warm-up (Burgess et al. 2018). What is asked of the mean of q(z|x)
/// over all records comes on top (<see cref="AggregatePenalty"/>).
/// </summary>
public sealed record ElboObjective(double Beta, double WarmUpEpochs, double FreeNats, double Capacity, double BetaPerCount, AggregatePenalty Penalty)
    : Objective
{
    internal static readonly Setting<double> BetaSetting = SettingKinds.Number("beta", 1, "weight of the rate; 1 is the ELBO", least: 0);
    internal static readonly Setting<double> WarmUpSetting = SettingKinds.Number(
        "warm-up",
        0,
        "epochs over which the weight of the rate, or the capacity, grows from 0",
        least: 0
    );
    internal static readonly Setting<int> CyclesSetting = SettingKinds.Whole(
        "warm-up-cycles",
        1,
        "times that the weight of the rate grows from 0 over the warm-up, each time to be held as long; after the last it stays",
        1
    );
    internal static readonly Setting<double> FreeNatsSetting = SettingKinds.Number(
        "free-nats",
        0,
        "nats of rate that each unit may use without charge",
        least: 0
    );
    internal static readonly Setting<double> CapacitySetting = SettingKinds.Number(
        "capacity",
        0,
        "target of the rate, nats, with beta as weight of the distance from it; 0: no target",
        least: 0
    );

    internal static readonly Setting<double> BetaPerCountSetting = SettingKinds.Number(
        "beta-per-count",
        0,
        "additional weight of a record's rate for each of its counts; 0: the same weight for all records",
        least: 0
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Objective> Part = new(
        "elbo",
        "distortion + beta rate, one draw of the code",
        [BetaSetting, WarmUpSetting, CyclesSetting, FreeNatsSetting, CapacitySetting, BetaPerCountSetting],
        context => new ElboObjective(
            context.Get(BetaSetting),
            context.Get(WarmUpSetting),
            context.Get(FreeNatsSetting),
            context.Get(CapacitySetting),
            context.Get(BetaPerCountSetting),
            context.Create<AggregatePenalty>()
        )
        {
            WarmUpCycles = context.Get(CyclesSetting),
        }
    );

    /// <summary>Times that the weight grows from 0 over the warm-up, each time to be held as long. Default 1.</summary>
    public int WarmUpCycles { get; init; } = 1;

    /// <inheritdoc/>
    public override nn.Module? Adversary => Penalty.Adversary;

    /// <inheritdoc/>
    public override bool IsFirstOrder => Penalty.IsFirstOrder;

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => FreeNats == 0 && Capacity == 0 && Penalty.IsMeanOverRecords;

    /// <inheritdoc/>
    public override LossTerms Loss(Autoencoder model, Tensor x, Tensor seen, double epoch) => Loss(model, x, seen, model.Encode(seen, sample: true, x), epoch);

    /// <summary>Returns the loss of a given code.</summary>
    internal LossTerms Loss(Autoencoder model, Tensor x, Tensor seen, Code code, double epoch)
    {
        var terms = Combine(-model.LogLikelihood(x, code.Z), code, epoch, x);
        foreach (var charge in new[] { code.Penalty, Penalty.Charge(code, model, seen) })
            if (charge is not null)
                terms = terms with { Loss = terms.Loss.Plus(charge) };
        return terms;
    }

    /// <summary>Combines distortion and rate.</summary>
    /// <param name="distortion">-ln p(x|z), nats, N.</param>
    /// <param name="code">The code and its charge.</param>
    /// <param name="epoch">Progress of training in epochs, fractions included.</param>
    /// <param name="x">The clean records, N x D, where they are counts.</param>
    public LossTerms Combine(Tensor distortion, Code code, double epoch, Tensor? x = null) =>
        new(distortion.mean().Plus(Charge(code, epoch, x)), distortion, code.Rate);

    /// <summary>
    /// Returns the part of the loss due to the rate: its mean over the batch, with free nats and weights of records, times beta w; or beta times its distance
    /// from the capacity.
    /// </summary>
    internal Tensor Charge(Code code, double epoch, Tensor? x = null)
    {
        var charged =
            FreeNats > 0 && code.UnitRates is { } units
                ? units.mean([0L]).ClampMin(FreeNats).sum()
                : (BetaPerCount > 0 && x is not null ? (code.Rate * x.sum(-1)).Times(BetaPerCount) : code.Rate).mean();
        return Capacity > 0 ? charged.Minus(Grown(epoch) * Capacity).abs().Times(Beta) : charged.Times(Weight(epoch));
    }

    /// <inheritdoc/>
    public override double Weighed(double distortion, double rate) => distortion + Beta * (Capacity > 0 ? Math.Abs(rate - Capacity) : rate);

    /// <summary>True if the loss is a sum over records, with each rate weighted by <see cref="Weight"/>.</summary>
    internal bool IsSeparable => FreeNats == 0 && Capacity == 0 && BetaPerCount == 0;

    /// <summary>Returns beta w.</summary>
    internal double Weight(double epoch) => Beta * Grown(epoch);

    private double Grown(double epoch) =>
        WarmUpEpochs > 0 && epoch < 2 * WarmUpEpochs * WarmUpCycles ? Math.Min(1, epoch % (2 * WarmUpEpochs) / WarmUpEpochs) : 1;
}
