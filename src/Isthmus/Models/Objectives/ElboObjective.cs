using Isthmus.Models.Bottlenecks;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>The loss of a batch and its terms.</summary>
/// <param name="Loss">What training minimises: one number, nats a record.</param>
/// <param name="Distortion">-ln p(x|z), nats a record, N.</param>
/// <param name="Rate">What the bottleneck charges, nats a record, N, unweighted.</param>
public sealed record LossTerms(Tensor Loss, Tensor Distortion, Tensor Rate);

/// <summary>
/// loss = mean over the batch of distortion + beta w rate, where w grows linearly from 0 to 1 over the warm-up
/// (Bowman et al. 2016, Sonderby et al. 2016), beta = 1 is the ELBO and beta other than 1 is beta-VAE (Higgins et al. 2017).
/// With free nats f &gt; 0 the rate of unit j counts as max(f, mean over the batch), so that no unit gains by falling
/// below f (Kingma et al. 2016). With a beta per count g &gt; 0 the rate of a record of N counts weighs g N besides: who
/// has met much may spend much (RecVAE, Shenbin et al. 2020).
/// </summary>
public sealed record ElboObjective(double Beta, double WarmUpEpochs, double FreeNats, double BetaPerCount = 0)
{
    private static readonly Setting<double> BetaSetting = SettingKinds.Number("beta", 1, "weight of the rate; 1 is the ELBO", least: 0);
    private static readonly Setting<double> WarmUpSetting = SettingKinds.Number("warm-up", 0, "epochs over which the weight of the rate grows from 0 to beta", least: 0);
    private static readonly Setting<double> FreeNatsSetting = SettingKinds.Number("free-nats", 0, "nats that each latent unit may use free of charge", least: 0);

    private static readonly Setting<double> BetaPerCountSetting = SettingKinds.Number("beta-per-count", 0, "weight of a record's rate for each of its counts, besides beta; 0: the same weight for all records", least: 0);

    /// <summary>The settings of the objective.</summary>
    public static IReadOnlyList<Setting> Settings { get; } = [BetaSetting, WarmUpSetting, FreeNatsSetting, BetaPerCountSetting];

    /// <summary>The objective that the settings describe.</summary>
    public static ElboObjective Create(Settings settings) => new(settings.Get(BetaSetting), settings.Get(WarmUpSetting), settings.Get(FreeNatsSetting), settings.Get(BetaPerCountSetting));

    /// <summary>Puts the terms together.</summary>
    /// <param name="distortion">-ln p(x|z), nats, N.</param>
    /// <param name="code">The code and its charge.</param>
    /// <param name="epoch">How far training has come, in epochs, fractions included.</param>
    /// <param name="x">The clean records, N x D, where they are counts.</param>
    public LossTerms Combine(Tensor distortion, Code code, double epoch, Tensor? x = null) => new(distortion.mean() + Charge(code, epoch, x), distortion, code.Rate);

    /// <summary>What the loss holds of the rate: beta w times its mean over the batch, free nats and weights of records regarded.</summary>
    internal Tensor Charge(Code code, double epoch, Tensor? x = null) =>
        Weight(epoch) * (FreeNats > 0 && code.UnitRates is { } units ? units.mean([0L]).clamp_min(FreeNats).sum() : (BetaPerCount > 0 && x is not null ? code.Rate * x.sum(-1) * BetaPerCount : code.Rate).mean());

    /// <summary>beta w.</summary>
    internal double Weight(double epoch) => Beta * (WarmUpEpochs > 0 ? Math.Min(1, epoch / WarmUpEpochs) : 1);
}
