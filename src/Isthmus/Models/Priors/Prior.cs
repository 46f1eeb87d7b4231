using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Priors;

/// <summary>p(z): what a code costs before anything is known of the record, and where new codes are drawn from.</summary>
/// <param name="name">Its name as a module.</param>
/// <param name="latent">Numbers in a code, L.</param>
public abstract class Prior(string name, int latent) : nn.Module(name)
{
    /// <summary>Numbers in a code, L.</summary>
    public int Latent { get; } = latent;

    /// <summary>ln p(z), nats, summed over the last axis (... x L to ...).</summary>
    public abstract Tensor LogProbability(Tensor z);

    /// <summary>N x L draws from torch's generator.</summary>
    public abstract Tensor Sample(long count, Device? device = null);

    /// <summary>KL(q || p) of each unit, nats, N x L, where it has a closed form; null where it must be estimated from draws of q.</summary>
    public virtual Tensor? UnitDivergence(DiagonalGaussian posterior) => null;

    /// <summary>Called once, when the model is put together: how the model codes records on its own scale, for a prior that is made of codes.</summary>
    public virtual void Attach(Func<Tensor, DiagonalGaussian> posterior) { }

    /// <summary>Called once, before training: records to start from, N x D on the model's scale, for a prior that is made of records.</summary>
    public virtual void StartFrom(Tensor records) { }

    /// <summary>How many records <see cref="StartFrom"/> wants.</summary>
    public virtual int RecordsWanted => 0;
}
