using Isthmus.Models;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;

namespace Isthmus;

/// <summary>
/// Combination of distortion and rate to the loss that training minimises. Choose a member and change its settings by <c>with</c>: <c>ObjectiveOptions.Elbo
/// with { ... }</c>.
/// </summary>
/// <remarks>A part of another assembly brings its own options: a record that derives from this one and hands its part to the constructor.</remarks>
public abstract record ObjectiveOptions : PartOptions
{
    /// <summary>Options of a part, which is registered if it is not yet.</summary>
    protected ObjectiveOptions(Part<Objective> part)
        : base(Parts.Objectives.Choice, part.Name) => Parts.Objectives.Register(part);

    /// <summary>Distortion + beta rate, one draw of the code.</summary>
    public static ElboObjectiveOptions Elbo => new();

    /// <summary>A bound from several draws of the code (IWAE).</summary>
    public static ImportanceWeightedObjectiveOptions ImportanceWeighted => new();

    /// <summary>Distortion + lambda rate, lambda drawn for each record: one model for several qualities.</summary>
    public static RateDistortionObjectiveOptions RateDistortion => new();
}

/// <summary>Distortion + beta rate, one draw of the code.</summary>
public sealed record ElboObjectiveOptions() : ObjectiveOptions(ElboObjective.Part)
{
    /// <summary>Weight of the rate; 1 is the ELBO. At least 0. Default 1.</summary>
    public double? Beta
    {
        get => Get(ElboObjective.BetaSetting);
        init => Set(ElboObjective.BetaSetting, value);
    }

    /// <summary>Epochs over which the weight of the rate, or the capacity, grows from 0. At least 0. Default 0.</summary>
    public double? WarmUp
    {
        get => Get(ElboObjective.WarmUpSetting);
        init => Set(ElboObjective.WarmUpSetting, value);
    }

    /// <summary>
    /// Times that the weight of the rate grows from 0 over the warm-up, each time to be held as long; after the last it stays. Whole, at least 1. Default 1.
    /// </summary>
    public int? WarmUpCycles
    {
        get => Get(ElboObjective.CyclesSetting);
        init => Set(ElboObjective.CyclesSetting, value);
    }

    /// <summary>Nats of rate that each unit may use without charge. At least 0. Default 0.</summary>
    public double? FreeNats
    {
        get => Get(ElboObjective.FreeNatsSetting);
        init => Set(ElboObjective.FreeNatsSetting, value);
    }

    /// <summary>Target of the rate, nats, with beta as weight of the distance from it; 0: no target. At least 0. Default 0.</summary>
    public double? Capacity
    {
        get => Get(ElboObjective.CapacitySetting);
        init => Set(ElboObjective.CapacitySetting, value);
    }

    /// <summary>Additional weight of a record's rate for each of its counts; 0: the same weight for all records. At least 0. Default 0.</summary>
    public double? BetaPerCount
    {
        get => Get(ElboObjective.BetaPerCountSetting);
        init => Set(ElboObjective.BetaPerCountSetting, value);
    }
}

/// <summary>A bound from several draws of the code (IWAE).</summary>
public sealed record ImportanceWeightedObjectiveOptions() : ObjectiveOptions(ImportanceWeightedObjective.Part)
{
    /// <summary>Draws of the code in one bound, K. Whole, 1 to 10,000. Default 50.</summary>
    public int? Samples
    {
        get => Get(ImportanceWeightedObjective.SamplesSetting);
        init => Set(ImportanceWeightedObjective.SamplesSetting, value);
    }

    /// <summary>Bounds averaged for each record, M (MIWAE). Whole, 1 to 10,000. Default 1.</summary>
    public int? Groups
    {
        get => Get(ImportanceWeightedObjective.GroupsSetting);
        init => Set(ImportanceWeightedObjective.GroupsSetting, value);
    }

    /// <summary>Weight of the ELBO in the loss (CIWAE). From 0 to 1. Default 0.</summary>
    public double? ElboShare
    {
        get => Get(ImportanceWeightedObjective.ElboShareSetting);
        init => Set(ImportanceWeightedObjective.ElboShareSetting, value);
    }

    /// <summary>
    /// Gradient estimator of the encoder: plain, stl (sticking the landing) or dreg (doubly reparameterised). Default <see cref="ImportanceGradient.Dreg"/>.
    /// </summary>
    public ImportanceGradient? Gradient
    {
        get => GetChoice<ImportanceGradient>(ImportanceWeightedObjective.GradientSetting);
        init => SetChoice(ImportanceWeightedObjective.GradientSetting, value);
    }

    /// <summary>
    /// Whole: one bound for encoder and decoder; partial: the decoder learns from one bound of all draws, the encoder from those of the groups (PIWAE, with
    /// gradient=dreg). Default <see cref="ImportanceBound.Whole"/>.
    /// </summary>
    public ImportanceBound? Bound
    {
        get => GetChoice<ImportanceBound>(ImportanceWeightedObjective.BoundSetting);
        init => SetChoice(ImportanceWeightedObjective.BoundSetting, value);
    }
}

/// <summary>Distortion + lambda rate, lambda drawn for each record: one model for several qualities.</summary>
public sealed record RateDistortionObjectiveOptions() : ObjectiveOptions(RateDistortionObjective.Part)
{
    /// <summary>Weight lambda of the rate at quality 1. Above 0. Default 0.15.</summary>
    public double? LeastRateWeight
    {
        get => Get(RateDistortionObjective.LeastWeight);
        init => Set(RateDistortionObjective.LeastWeight, value);
    }

    /// <summary>Weight lambda of the rate at quality 0. Above 0. Default 7.</summary>
    public double? MostRateWeight
    {
        get => Get(RateDistortionObjective.MostWeight);
        init => Set(RateDistortionObjective.MostWeight, value);
    }
}
