using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// What an objective asks beyond distortion and the rate of single records: of the aggregated posterior q(z), the mean of q(z|x)
/// over all records, or of the two maps. Estimated from one batch.
/// </summary>
public abstract record AggregatePenalty
{
    /// <summary>The charge, one number to add to the loss; null for none.</summary>
    /// <param name="code">The codes of a batch, drawn from their posteriors.</param>
    /// <param name="model">Its parts, and how many records it is trained on.</param>
    /// <param name="seen">What the encoder saw.</param>
    public abstract Tensor? Charge(Code code, Autoencoder model, Tensor seen);

    /// <summary>As <see cref="Objective.IsFirstOrder"/>.</summary>
    public virtual bool IsFirstOrder => false;

    /// <summary>What is trained against the model, if anything is: by its own loss, which <see cref="Charge"/> holds, and its own step size.</summary>
    public virtual nn.Module? Adversary => null;
}

/// <summary>Asks nothing.</summary>
public sealed record NoPenalty : AggregatePenalty
{
    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<AggregatePenalty> Part = new("none", "nothing", [], _ => new NoPenalty());

    /// <inheritdoc/>
    public override bool IsFirstOrder => true;

    /// <inheritdoc/>
    public override Tensor? Charge(Code code, Autoencoder model, Tensor seen) => null;
}
