using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Posteriors;

/// <summary>A family of distributions over codes: makes q(z|x) of what the encoder gives for x.</summary>
/// <param name="name">Its name as a module.</param>
/// <param name="latent">Numbers in a code, L.</param>
public abstract class PosteriorFamily(string name, int latent) : nn.Module(name)
{
    // exp(10) and exp(-20) are far outside what a trained posterior uses; the bound only keeps early steps finite.
    internal const double LeastLogVariance = -20,
        MostLogVariance = 10;

    /// <summary>Numbers in a code, L.</summary>
    public int Latent { get; } = latent;

    /// <summary>Numbers that the encoder must give for a record.</summary>
    public abstract int HeadWidth { get; }

    /// <summary>q(z|x) of an encoder output, N x <see cref="HeadWidth"/>.</summary>
    public abstract ReparameterisedPosterior Of(Tensor head);
}
