using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Corruptions;

/// <summary>What is done to a record before the encoder sees it; the loss is still against the clean one (Vincent et al. 2008).</summary>
public abstract class Corruption
{
    /// <summary>A corrupted copy of x, N x D on the model's scale, by torch's generator.</summary>
    public abstract Tensor Apply(Tensor x);

    /// <summary>Whether what is 0 stays 0, so that counts can be corrupted without their zeros.</summary>
    internal virtual bool KeepsZeros => false;

    /// <summary>The same of counts, where <see cref="KeepsZeros"/>; its draws are others.</summary>
    internal virtual SparseCounts Apply(SparseCounts counts) => throw new NotSupportedException("This corruption does not keep zeros.");

    /// <summary>The image schema of the context, or an error that names the corruption.</summary>
    private protected static ImageSchema RequireImage(PartContext context, string corruption) =>
        context.Schema.Demand<ImageSchema>($"Corruption {corruption} is for images, and this is {context.Schema}", "take gaussian or masking");
}
