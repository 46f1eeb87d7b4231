using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>The loss of a batch and its terms.</summary>
/// <param name="Loss">The loss that training minimises: one number, nats a record.</param>
/// <param name="Distortion">-ln p(x|z), nats a record, N.</param>
/// <param name="Rate">The bottleneck's charge, nats a record, N, unweighted.</param>
public sealed record LossTerms(Tensor Loss, Tensor Distortion, Tensor Rate);

/// <summary>Combination of distortion and rate to the loss that training minimises.</summary>
public abstract record Objective
{
    /// <summary>
    /// Returns the loss against x when the encoder sees <paramref name="seen"/>. Distortion + rate is a bound on -ln p(x) if the model has a prior.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="x">Clean records, N x D.</param>
    /// <param name="seen">Records as the encoder sees them, clean or corrupted.</param>
    /// <param name="epoch">Progress of training in epochs, fractions included.</param>
    public abstract LossTerms Loss(Autoencoder model, Tensor x, Tensor seen, double epoch);

    /// <summary>Returns the quantity that the best epoch minimises: distortion and rate as the loss weights them after its warm-up.</summary>
    public virtual double Weighed(double distortion, double rate) => distortion + rate;

    /// <summary>
    /// True if the loss depends on each network only by its output and one derivative of it: no derivative and no weight is itself part of the loss. Then
    /// hand-written backward passes take the place of autograd's. Default false, which is always right.
    /// </summary>
    public virtual bool IsFirstOrder => false;

    /// <summary>
    /// True if the loss of a batch is the mean of losses of its records, each of which depends on its own record alone: a batch may then be cut in shares, on
    /// one process or several. Default false, which is always right.
    /// </summary>
    public virtual bool IsMeanOverRecords => false;

    /// <summary>Network trained against the model; null for none.</summary>
    public virtual nn.Module? Adversary => null;
}
