using Isthmus.Models.Priors;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>A code and what it costs.</summary>
/// <param name="Z">The code, N x L.</param>
/// <param name="Rate">What the bottleneck charges for it, nats a record, N.</param>
/// <param name="UnitRates">The same by unit, N x L, where the charge is a sum over units.</param>
/// <param name="Posterior">q(z|x), where the bottleneck is variational.</param>
public sealed record Code(Tensor Z, Tensor Rate, Tensor? UnitRates = null, DiagonalGaussian? Posterior = null);

/// <summary>Turns the encoder's output into a code and charges for it, in nats.</summary>
public abstract class Bottleneck(string name, int latent) : nn.Module(name)
{
    /// <summary>Numbers in a code, L.</summary>
    public int Latent { get; } = latent;

    /// <summary>Numbers the encoder must give for a record.</summary>
    public virtual int HeadWidth => Latent;

    /// <summary>p(z), where the charge is a Kullback-Leibler divergence from it; null where it is a penalty.</summary>
    public virtual Prior? Prior => null;

    /// <summary>Whether there is a prior, so that -(distortion + rate) is an ELBO.</summary>
    public bool IsVariational => Prior is not null;

    /// <summary>Whether the codes are sparse by design, so that shares of active units mean something.</summary>
    public virtual bool IsSparse => false;

    /// <summary>A unit of a sparse code counts as on for a record when its value is above this.</summary>
    public virtual double OnAbove => 0;

    /// <summary>The code of an encoder output, N x <see cref="HeadWidth"/>.</summary>
    /// <param name="head">The encoder's output.</param>
    /// <param name="sample">Draw from q(z|x) where there is one (training, ELBO); otherwise its mean (features, reconstruction).</param>
    /// <param name="x">The clean records, N x D, for charges that depend on them; others do without.</param>
    public abstract Code Encode(Tensor head, bool sample, Tensor? x = null);

    /// <summary>Told now and then in training what the encoder has become, for charges that depend on an earlier one.</summary>
    public virtual void Follow(nn.Module<Tensor, Tensor> encoder) { }

    /// <summary>Called once, when the model is put together, with its encoder: records to head.</summary>
    public virtual void Attach(Func<Tensor, Tensor> encoder)
    {
    }

    /// <summary>A charge of zero nats a record.</summary>
    protected static Tensor Free(Tensor head) => zeros(head.shape[0], dtype: head.dtype, device: head.device);
}
