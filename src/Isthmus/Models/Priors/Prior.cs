using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Priors;

/// <summary>Prior p(z): the cost of a code before anything is known of the record, and the source of new codes.</summary>
/// <param name="name">Name of the module.</param>
/// <param name="latent">Numbers in a code, L.</param>
public abstract class Prior(string name, int latent) : nn.Module(name)
{
    /// <summary>Numbers in a code, L.</summary>
    public int Latent { get; } = latent;

    /// <summary>Returns ln p(z), nats, summed over the last axis (... x L to ...).</summary>
    public abstract Tensor LogProbability(Tensor z);

    /// <summary>Returns N x L draws from torch's generator.</summary>
    public abstract Tensor Sample(long count, Device? device = null);

    /// <summary>Returns KL(q || p) of each unit, nats, N x L, if it has a closed form; null if it must be estimated from draws of q.</summary>
    public virtual Tensor? UnitDivergence(DiagonalGaussian posterior) => null;

    /// <summary>Called once, when the model is assembled, with the model's encoding of records on its own scale, for a prior that is made of codes.</summary>
    public virtual void Attach(Func<Tensor, DiagonalGaussian> posterior) { }

    /// <summary>Called once, before training, with records to start from, N x D on the model's scale, for a prior that is made of records.</summary>
    public virtual void StartFrom(Tensor records) { }

    /// <summary>Number of records that <see cref="StartFrom"/> needs.</summary>
    public virtual int RecordsWanted => 0;
}
