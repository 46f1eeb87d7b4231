using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Posteriors;

/// <summary>Family of distributions over codes: makes q(z|x) from the encoder's output for x.</summary>
/// <param name="name">Name of the module.</param>
/// <param name="latent">Numbers in a code, L.</param>
public abstract class PosteriorFamily(string name, int latent) : nn.Module(name)
{
    // exp(10) and exp(-20) are far outside what a trained posterior uses; the bound only keeps early steps finite.
    internal const double LeastLogVariance = -20,
        MostLogVariance = 10;

    /// <summary>Numbers in a code, L.</summary>
    public int Latent { get; } = latent;

    /// <summary>Number of the encoder's outputs for a record.</summary>
    public abstract int HeadWidth { get; }

    /// <summary>Returns q(z|x) of an encoder output, N x <see cref="HeadWidth"/>.</summary>
    public abstract ReparameterisedPosterior Of(Tensor head);
}
