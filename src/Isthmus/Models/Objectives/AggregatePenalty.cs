using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// Penalty beyond distortion and the rate of single records: on the aggregated posterior q(z), the mean of q(z|x) over all records, or on the encoder and
/// decoder. Estimated from one batch.
/// </summary>
public abstract record AggregatePenalty
{
    /// <summary>Returns the penalty, one number to add to the loss; null for none.</summary>
    /// <param name="code">The codes of a batch, drawn from their posteriors.</param>
    /// <param name="model">The model, with its number of training records.</param>
    /// <param name="seen">Records as the encoder saw them.</param>
    public abstract Tensor? Charge(Code code, Autoencoder model, Tensor seen);

    /// <summary>True if the penalty is as <see cref="Objective.IsFirstOrder"/> requires.</summary>
    public virtual bool IsFirstOrder => false;

    /// <summary>True if the penalty is as <see cref="Objective.IsMeanOverRecords"/> requires. Default false.</summary>
    public virtual bool IsMeanOverRecords => false;

    /// <summary>Network trained against the model, by its own loss, which <see cref="Charge"/> includes, and its own learning rate; null for none.</summary>
    public virtual nn.Module? Adversary => null;
}

/// <summary>No penalty.</summary>
public sealed record NoPenalty : AggregatePenalty
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<AggregatePenalty> Part = new("none", "nothing", [], _ => new NoPenalty());

    /// <inheritdoc/>
    public override bool IsFirstOrder => true;

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => true;

    /// <inheritdoc/>
    public override Tensor? Charge(Code code, Autoencoder model, Tensor seen) => null;
}
