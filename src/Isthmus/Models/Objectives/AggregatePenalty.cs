using Isthmus.Models.Bottlenecks;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// What an objective asks of the aggregated posterior q(z), the mean of q(z|x) over all records, beyond the rate of single
/// records. Estimated from one batch.
/// </summary>
public abstract record AggregatePenalty
{
    /// <summary>The charge, one number to add to the loss; null for none.</summary>
    /// <param name="code">The codes of a batch, drawn from their posteriors.</param>
    /// <param name="model">Its prior, and how many records it is trained on.</param>
    public abstract Tensor? Charge(Code code, Autoencoder model);
}

/// <summary>Asks nothing.</summary>
public sealed record NoPenalty : AggregatePenalty
{
    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<AggregatePenalty> Part = new("none", "nothing", [], _ => new NoPenalty());

    /// <inheritdoc/>
    public override Tensor? Charge(Code code, Autoencoder model) => null;
}
