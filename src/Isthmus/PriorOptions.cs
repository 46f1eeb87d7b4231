using Isthmus.Models;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;

namespace Isthmus;

/// <summary>
/// Distribution of codes before a record is known, p(z). Choose a member and change its settings by <c>with</c>: <c>PriorOptions.StandardNormal with { ...
/// }</c>.
/// </summary>
/// <remarks>A part of another assembly brings its own options: a record that derives from this one and hands its part to the constructor.</remarks>
public abstract record PriorOptions : PartOptions
{
    /// <summary>Options of a part, which is registered if it is not yet.</summary>
    protected PriorOptions(Part<Prior> part)
        : base(Parts.Priors.Choice, part.Name) => Parts.Priors.Register(part);

    /// <summary>N(0, I).</summary>
    public static StandardNormalPriorOptions StandardNormal => new();

    /// <summary>A mixture of Gaussians, learned.</summary>
    public static GaussianMixturePriorOptions GaussianMixture => new();

    /// <summary>The mean posterior of learned pseudo-inputs.</summary>
    public static VampPriorOptions Vamp => new();

    /// <summary>N(0, I) seen through an autoregressive flow, learned.</summary>
    public static AutoregressiveFlowPriorOptions Flow => new();
}

/// <summary>N(0, I).</summary>
public sealed record StandardNormalPriorOptions() : PriorOptions(StandardNormalPrior.Part);

/// <summary>A mixture of Gaussians, learned.</summary>
public sealed record GaussianMixturePriorOptions() : PriorOptions(GaussianMixturePrior.Part)
{
    /// <summary>Gaussians in the mixture. Whole, 1 to 65,536. Default 100.</summary>
    public int? PriorComponents
    {
        get => Get(GaussianMixturePrior.Components);
        init => Set(GaussianMixturePrior.Components, value);
    }
}

/// <summary>The mean posterior of learned pseudo-inputs.</summary>
public sealed record VampPriorOptions() : PriorOptions(VampPrior.Part)
{
    /// <summary>Learned pseudo-records whose posteriors form the prior. Whole, 1 to 65,536. Default 500.</summary>
    public int? PseudoInputs
    {
        get => Get(VampPrior.PseudoInputs);
        init => Set(VampPrior.PseudoInputs, value);
    }
}

/// <summary>N(0, I) seen through an autoregressive flow, learned.</summary>
public sealed record AutoregressiveFlowPriorOptions() : PriorOptions(AutoregressiveFlowPrior.Part)
{
    /// <summary>Steps of the flow; the order of units is reversed after each. Whole, 1 to 64. Default 2.</summary>
    public int? FlowSteps
    {
        get => Get(Models.Flows.AutoregressiveFlow.Steps);
        init => Set(Models.Flows.AutoregressiveFlow.Steps, value);
    }

    /// <summary>Units of each of the two hidden layers of a step. Whole, 1 to 65,536. Default 200.</summary>
    public int? FlowHidden
    {
        get => Get(Models.Flows.AutoregressiveFlow.Hidden);
        init => Set(Models.Flows.AutoregressiveFlow.Hidden, value);
    }
}
