using Isthmus.Models;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;

namespace Isthmus;

/// <summary>
/// Extra term of the loss, on all codes together or on encoder and decoder; with the ELBO as objective.
/// Choose a member and change its settings by <c>with</c>: <c>PenaltyOptions.None with { ... }</c>.
/// </summary>
/// <remarks>A part of another assembly brings its own options: a record that derives from this one and hands its part to the constructor.</remarks>
public abstract record PenaltyOptions : PartOptions
{
    /// <summary>Options of a part, which is registered if it is not yet.</summary>
    protected PenaltyOptions(Part<AggregatePenalty> part)
        : base(Parts.Penalties.Choice, part.Name) => Parts.Penalties.Register(part);

    /// <summary>Nothing.</summary>
    public static NoPenaltyOptions None => new();

    /// <summary>Independent units (beta-TCVAE).</summary>
    public static TotalCorrelationPenaltyOptions TotalCorrelation => new();

    /// <summary>Independent units, by a discriminator (FactorVAE).</summary>
    public static DensityRatioPenaltyOptions DensityRatio => new();

    /// <summary>Uncorrelated units of variance 1 (DIP-VAE).</summary>
    public static DisentangledInferredPriorPenaltyOptions DisentangledInferredPrior => new();

    /// <summary>Codes that look like draws of the prior (InfoVAE, WAE).</summary>
    public static MaximumMeanDiscrepancyPenaltyOptions MaximumMeanDiscrepancy => new();

    /// <summary>Codes that pass for draws of the prior, by a discriminator (AAE).</summary>
    public static AdversarialPenaltyOptions Adversarial => new();

    /// <summary>Codes that tell records apart (InfoMax).</summary>
    public static MutualInformationPenaltyOptions MutualInformation => new();

    /// <summary>Codes that move little where records do.</summary>
    public static ContractivePenaltyOptions Contractive => new();

    /// <summary>A smooth decoder (RAE).</summary>
    public static DecoderPenaltyOptions Decoder => new();

    /// <summary>A line's tokens in any order from its code.</summary>
    public static BagOfWordsPenaltyOptions BagOfWords => new();
}

/// <summary>Nothing.</summary>
public sealed record NoPenaltyOptions() : PenaltyOptions(NoPenalty.Part);

/// <summary>Independent units (beta-TCVAE).</summary>
public sealed record TotalCorrelationPenaltyOptions() : PenaltyOptions(TotalCorrelationPenalty.Part)
{
    /// <summary>Weight of the total correlation in addition to its part of the rate; beta - 1 of beta-TCVAE. At least 0. Default 5.</summary>
    public double? TcWeight
    {
        get => Get(TotalCorrelationPenalty.WeightSetting);
        init => Set(TotalCorrelationPenalty.WeightSetting, value);
    }

    /// <summary>Weights of a batch's records in the aggregated posterior. Default <see cref="TotalCorrelationEstimator.Stratified"/>.</summary>
    public TotalCorrelationEstimator? TcEstimator
    {
        get => GetChoice<TotalCorrelationEstimator>(TotalCorrelationPenalty.Estimator);
        init => SetChoice(TotalCorrelationPenalty.Estimator, value);
    }
}

/// <summary>Independent units, by a discriminator (FactorVAE).</summary>
public sealed record DensityRatioPenaltyOptions() : PenaltyOptions(DensityRatioPenalty.Part)
{
    /// <summary>Weight of the total correlation that the discriminator estimates. At least 0. Default 10.</summary>
    public double? RatioWeight
    {
        get => Get(DensityRatioPenalty.WeightSetting);
        init => Set(DensityRatioPenalty.WeightSetting, value);
    }

    /// <summary>Widths of the discriminator's hidden layers. Whole numbers from 1 to 1,048,576. Default 400, 400, 400.</summary>
    public IReadOnlyList<int>? AdversaryHidden
    {
        get => GetWidths(Discriminator.Hidden);
        init => SetWidths(Discriminator.Hidden, value);
    }

    /// <summary>Step size of the discriminator, on the same schedule as the model's. At least 0. Default 0.0002.</summary>
    public double? AdversaryLearningRate
    {
        get => Get(Discriminator.LearningRate);
        init => Set(Discriminator.LearningRate, value);
    }
}

/// <summary>Uncorrelated units of variance 1 (DIP-VAE).</summary>
public sealed record DisentangledInferredPriorPenaltyOptions() : PenaltyOptions(DisentangledInferredPriorPenalty.Part)
{
    /// <summary>Penalised covariance: i, of the posterior's means; ii, of the aggregated posterior. Default <see cref="DipKind.II"/>.</summary>
    public DipKind? Dip
    {
        get => GetChoice<DipKind>(DisentangledInferredPriorPenalty.Kind);
        init => SetChoice(DisentangledInferredPriorPenalty.Kind, value);
    }

    /// <summary>Weight of squared covariances between units. At least 0. Default 10.</summary>
    public double? DipOffDiagonal
    {
        get => Get(DisentangledInferredPriorPenalty.OffDiagonalSetting);
        init => Set(DisentangledInferredPriorPenalty.OffDiagonalSetting, value);
    }

    /// <summary>Weight of the squared difference between a unit's variance and 1. At least 0. Default 10.</summary>
    public double? DipDiagonal
    {
        get => Get(DisentangledInferredPriorPenalty.DiagonalSetting);
        init => Set(DisentangledInferredPriorPenalty.DiagonalSetting, value);
    }
}

/// <summary>Codes that look like draws of the prior (InfoVAE, WAE).</summary>
public sealed record MaximumMeanDiscrepancyPenaltyOptions() : PenaltyOptions(MaximumMeanDiscrepancyPenalty.Part)
{
    /// <summary>Weight of the squared maximum mean discrepancy between codes and prior. At least 0. Default 100.</summary>
    public double? MmdWeight
    {
        get => Get(MaximumMeanDiscrepancyPenalty.WeightSetting);
        init => Set(MaximumMeanDiscrepancyPenalty.WeightSetting, value);
    }
}

/// <summary>Codes that pass for draws of the prior, by a discriminator (AAE).</summary>
public sealed record AdversarialPenaltyOptions() : PenaltyOptions(AdversarialPenalty.Part)
{
    /// <summary>Weight of the discriminator's loss for the encoder. At least 0. Default 10.</summary>
    public double? AdversaryWeight
    {
        get => Get(AdversarialPenalty.WeightSetting);
        init => Set(AdversarialPenalty.WeightSetting, value);
    }

    /// <summary>Widths of the discriminator's hidden layers. Whole numbers from 1 to 1,048,576. Default 400, 400, 400.</summary>
    public IReadOnlyList<int>? AdversaryHidden
    {
        get => GetWidths(Discriminator.Hidden);
        init => SetWidths(Discriminator.Hidden, value);
    }

    /// <summary>Step size of the discriminator, on the same schedule as the model's. At least 0. Default 0.0002.</summary>
    public double? AdversaryLearningRate
    {
        get => Get(Discriminator.LearningRate);
        init => Set(Discriminator.LearningRate, value);
    }
}

/// <summary>Codes that tell records apart (InfoMax).</summary>
public sealed record MutualInformationPenaltyOptions() : PenaltyOptions(MutualInformationPenalty.Part)
{
    /// <summary>Weight of the mutual information between records and codes. At least 0. Default 1.</summary>
    public double? InformationWeight
    {
        get => Get(MutualInformationPenalty.WeightSetting);
        init => Set(MutualInformationPenalty.WeightSetting, value);
    }
}

/// <summary>Codes that move little where records do.</summary>
public sealed record ContractivePenaltyOptions() : PenaltyOptions(ContractivePenalty.Part)
{
    /// <summary>Weight of the squared norm of the code's derivative with respect to the record. At least 0. Default 0.1.</summary>
    public double? ContractiveWeight
    {
        get => Get(ContractivePenalty.WeightSetting);
        init => Set(ContractivePenalty.WeightSetting, value);
    }
}

/// <summary>A smooth decoder (RAE).</summary>
public sealed record DecoderPenaltyOptions() : PenaltyOptions(Models.Objectives.DecoderPenalty.Part)
{
    /// <summary>
    /// Penalised property of the decoder: size of its weights, its derivative, or the spectral norm of its layers. Default <see cref="DecoderPenaltyKind.L2"/>.
    /// </summary>
    public DecoderPenaltyKind? DecoderPenalty
    {
        get => GetChoice<DecoderPenaltyKind>(Models.Objectives.DecoderPenalty.KindSetting);
        init => SetChoice(Models.Objectives.DecoderPenalty.KindSetting, value);
    }

    /// <summary>Weight of the decoder's penalty. At least 0. Default 0.001.</summary>
    public double? DecoderWeight
    {
        get => Get(Models.Objectives.DecoderPenalty.WeightSetting);
        init => Set(Models.Objectives.DecoderPenalty.WeightSetting, value);
    }
}

/// <summary>A line's tokens in any order from its code.</summary>
public sealed record BagOfWordsPenaltyOptions() : PenaltyOptions(BagOfWordsPenalty.Part)
{
    /// <summary>Weight of the prediction of a line's tokens in any order. At least 0. Default 0.5.</summary>
    public double? BagWeight
    {
        get => Get(BagOfWordsPenalty.WeightSetting);
        init => Set(BagOfWordsPenalty.WeightSetting, value);
    }
}
