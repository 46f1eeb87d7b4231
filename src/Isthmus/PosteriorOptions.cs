using Isthmus.Models;
using Isthmus.Models.Flows;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;

namespace Isthmus;

/// <summary>
/// Family of distributions of the code given a record, q(z|x).
/// Choose a member and change its settings by <c>with</c>: <c>PosteriorOptions.Diagonal with { ... }</c>.
/// </summary>
/// <remarks>A part of another assembly brings its own options: a record that derives from this one and hands its part to the constructor.</remarks>
public abstract record PosteriorOptions : PartOptions
{
    /// <summary>Options of a part, which is registered if it is not yet.</summary>
    protected PosteriorOptions(Part<PosteriorFamily> part)
        : base(Parts.Posteriors.Choice, part.Name) => Parts.Posteriors.Register(part);

    /// <summary>A Gaussian whose units are independent.</summary>
    public static DiagonalPosteriorOptions Diagonal => new();

    /// <summary>A Gaussian whose units depend on one another.</summary>
    public static FullCovariancePosteriorOptions FullCovariance => new();

    /// <summary>A Gaussian whose units share a few directions.</summary>
    public static LowRankPosteriorOptions LowRank => new();

    /// <summary>A Gaussian bent by an autoregressive flow (IAF).</summary>
    public static InverseAutoregressivePosteriorOptions InverseAutoregressive => new();

    /// <summary>A Gaussian of independent units whose means keep a deviation over each batch (BN-VAE).</summary>
    public static BatchNormalisedPosteriorOptions BatchNormalised => new();

    /// <summary>A Gaussian of independent units with a rate that cannot fall below a minimum (delta-VAE).</summary>
    public static MinimumRatePosteriorOptions MinimumRate => new();
}

/// <summary>A Gaussian whose units are independent.</summary>
public sealed record DiagonalPosteriorOptions() : PosteriorOptions(DiagonalPosteriorFamily.Part);

/// <summary>A Gaussian whose units depend on one another.</summary>
public sealed record FullCovariancePosteriorOptions() : PosteriorOptions(FullCovariancePosteriorFamily.Part);

/// <summary>A Gaussian whose units share a few directions.</summary>
public sealed record LowRankPosteriorOptions() : PosteriorOptions(LowRankPosteriorFamily.Part)
{
    /// <summary>Directions of correlation between units, R; 0: independent units. Whole, at least 0. Default 4.</summary>
    public int? Rank
    {
        get => Get(LowRankPosteriorFamily.Rank);
        init => Set(LowRankPosteriorFamily.Rank, value);
    }
}

/// <summary>A Gaussian bent by an autoregressive flow (IAF).</summary>
public sealed record InverseAutoregressivePosteriorOptions() : PosteriorOptions(InverseAutoregressivePosteriorFamily.Part)
{
    /// <summary>Steps of the flow; the order of units is reversed after each. Whole, 1 to 64. Default 2.</summary>
    public int? FlowSteps
    {
        get => Get(AutoregressiveFlow.Steps);
        init => Set(AutoregressiveFlow.Steps, value);
    }

    /// <summary>Units of each of the two hidden layers of a step. Whole, 1 to 65,536. Default 200.</summary>
    public int? FlowHidden
    {
        get => Get(AutoregressiveFlow.Hidden);
        init => Set(AutoregressiveFlow.Hidden, value);
    }

    /// <summary>Numbers that the encoder gives to each step of the flow. Whole, 1 to 65,536. Default 64.</summary>
    public int? FlowContext
    {
        get => Get(InverseAutoregressivePosteriorFamily.Context);
        init => Set(InverseAutoregressivePosteriorFamily.Context, value);
    }
}

/// <summary>A Gaussian of independent units whose means keep a deviation over each batch (BN-VAE).</summary>
public sealed record BatchNormalisedPosteriorOptions() : PosteriorOptions(BatchNormalisedPosteriorFamily.Part)
{
    /// <summary>Standard deviation over a batch that the means of q(z|x) are brought to. At least 0. Default 0.6.</summary>
    public double? MeanDeviation
    {
        get => Get(BatchNormalisedPosteriorFamily.Deviation);
        init => Set(BatchNormalisedPosteriorFamily.Deviation, value);
    }
}

/// <summary>A Gaussian of independent units with a rate that cannot fall below a minimum (delta-VAE).</summary>
public sealed record MinimumRatePosteriorOptions() : PosteriorOptions(MinimumRatePosteriorFamily.Part)
{
    /// <summary>Nats that the rate of a code cannot fall below. From 0 to 1,000. Default 3.</summary>
    public double? LeastRate
    {
        get => Get(MinimumRatePosteriorFamily.Rate);
        init => Set(MinimumRatePosteriorFamily.Rate, value);
    }
}
