using Isthmus;
using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Extensions;

/// <summary>weight times the sum of squared correlations between units, over the codes of a batch.</summary>
public sealed record DecorrelationPenalty(double Weight) : AggregatePenalty
{
    public static readonly Setting<double> WeightSetting = SettingKinds.Number("decorrelation-weight", 1, "weight of squared correlations", least: 0);

    public static readonly Part<AggregatePenalty> Part = new("decorrelation", "uncorrelated units, by their correlations", [WeightSetting], context =>
        new DecorrelationPenalty(context.Get(WeightSetting))
    );

    public override Tensor Charge(Code code, Autoencoder model, Tensor seen)
    {
        var centred = code.Z - code.Z.mean([0L], keepdim: true);
        var unit = centred / centred.Square().sum(0, keepdim: true).Plus(1e-6).sqrt();
        var correlations = unit.t().matmul(unit);
        return (correlations.Square().sum() - correlations.diagonal().Square().sum()).Times(Weight);
    }
}

/// <summary>Options of the penalty.</summary>
public sealed record DecorrelationOptions() : PenaltyOptions(DecorrelationPenalty.Part)
{
    public double? Weight
    {
        get => Get(DecorrelationPenalty.WeightSetting);
        init => Set(DecorrelationPenalty.WeightSetting, value);
    }
}
