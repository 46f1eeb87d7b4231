using Isthmus;
using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Extensions;

/// <summary>The ELBO with a rate whose weight rises from 0 to 1 again and again (cyclical annealing, Fu et al. 2019).</summary>
public sealed record CyclicalObjective(double Period) : Objective
{
    public static readonly Setting<double> PeriodSetting = SettingKinds.Number("period", 10, "epochs of a cycle: rising for half of it, then 1", least: 0.01);

    public static readonly Part<Objective> Part = new("cyclical", "ELBO, the weight of the rate rising in cycles", [PeriodSetting], context =>
        new CyclicalObjective(context.Get(PeriodSetting))
    );

    public override bool IsFirstOrder => true;

    public override LossTerms Loss(Autoencoder model, Tensor x, Tensor seen, double epoch)
    {
        var code = model.Encode(seen, sample: true, clean: x);
        var distortion = -model.LogLikelihood(x, code.Z);
        var weight = double.IsFinite(epoch) ? Math.Min(1, 2 * (epoch % Period) / Period) : 1;
        return new(distortion.mean().Plus(code.Rate.mean().Times(weight)), distortion, code.Rate);
    }
}

/// <summary>Options of the objective.</summary>
public sealed record CyclicalOptions() : ObjectiveOptions(CyclicalObjective.Part)
{
    public double? Period
    {
        get => Get(CyclicalObjective.PeriodSetting);
        init => Set(CyclicalObjective.PeriodSetting, value);
    }
}
