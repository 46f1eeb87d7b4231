using Isthmus;
using Isthmus.Compute;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Extensions;

/// <summary>p(x|z) = Cauchy(location(z), scale) in each number: real data with wild values.</summary>
public sealed class CauchyLikelihood(int dimension, double scale) : Likelihood("cauchy", dimension, parametersPerDimension: 1)
{
    public static readonly Setting<double> Scale = SettingKinds.Number("cauchy-scale", 0.5, "scale, on the model's own", least: 1e-3);

    public static readonly Part<Likelihood> Part = new("cauchy", "Cauchy distribution around the decoder's output", [Scale], context => new CauchyLikelihood(
        context.Schema.Dimension,
        context.Get(Scale)
    ));

    public override bool IsDiscrete => false;

    /// <summary>-ln(pi s (1 + ((x - location) / s)^2)) nats, summed over the numbers of a record.</summary>
    public override Tensor LogProbability(Tensor x, Tensor parameters) =>
        -(x - parameters).Over(scale).Square().Plus(1).log().Plus(Math.Log(Math.PI * scale)).sum(-1);

    // A Cauchy distribution has no mean; its centre stands for it.
    public override Tensor Mean(Tensor parameters) => parameters;

    public override Tensor Mode(Tensor parameters) => parameters;

    public override Tensor Sample(Tensor parameters) => parameters.Plus(RandomOperations.UniformLike(parameters).Minus(0.5).Times(Math.PI).tan().Times(scale));
}

/// <summary>Options of the likelihood.</summary>
public sealed record CauchyOptions() : LikelihoodOptions(CauchyLikelihood.Part)
{
    public double? Scale
    {
        get => Get(CauchyLikelihood.Scale);
        init => Set(CauchyLikelihood.Scale, value);
    }
}
