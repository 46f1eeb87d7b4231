using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>The loss of a batch and its terms.</summary>
/// <param name="Loss">What training minimises: one number, nats a record.</param>
/// <param name="Distortion">-ln p(x|z), nats a record, N.</param>
/// <param name="Rate">What the bottleneck charges, nats a record, N, unweighted.</param>
public sealed record LossTerms(Tensor Loss, Tensor Distortion, Tensor Rate);

/// <summary>How distortion and rate become what training minimises.</summary>
public abstract record Objective
{
    /// <summary>
    /// The loss against x of what the model makes of <paramref name="seen"/>. Distortion + rate is a bound on -ln p(x) where the model has a prior.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="x">Clean records, N x D.</param>
    /// <param name="seen">What the encoder sees: the records, or corrupted ones.</param>
    /// <param name="epoch">How far training has come, in epochs, fractions included.</param>
    public abstract LossTerms Loss(Autoencoder model, Tensor x, Tensor seen, double epoch);

    /// <summary>What the best epoch has least of: distortion and rate as the loss weighs them after its warm-up.</summary>
    public virtual double Weighed(double distortion, double rate) => distortion + rate;

    /// <summary>
    /// True if the loss depends on each network only by its output and one derivative of it: no derivative and no weight is itself part of the loss. Then
    /// hand-written backward passes take the place of autograd's. Default false, which is always right.
    /// </summary>
    public virtual bool IsFirstOrder => false;

    /// <summary>What is trained against the model, if anything is.</summary>
    public virtual nn.Module? Adversary => null;
}
