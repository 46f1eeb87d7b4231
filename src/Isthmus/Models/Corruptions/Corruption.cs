using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Corruptions;

/// <summary>Change to a record before the encoder sees it; the loss still compares with the clean record (Vincent et al. 2008).</summary>
public abstract class Corruption
{
    /// <summary>Returns a corrupted copy of x, N x D on the model's scale, by torch's generator.</summary>
    public abstract Tensor Apply(Tensor x);

    /// <summary>True if zeros stay 0, so that counts can be corrupted without their zeros.</summary>
    internal virtual bool KeepsZeros => false;

    /// <summary>Returns a corrupted copy of counts, if <see cref="KeepsZeros"/>; its draws differ from those of the dense form.</summary>
    internal virtual SparseCounts Apply(SparseCounts counts) => throw new NotSupportedException("This corruption does not keep zeros.");

    /// <summary>Numbers that it appends to each record, for networks that take them. Default: none.</summary>
    internal virtual Told Told => Told.Nothing;

    /// <summary>Returns corrupted records of unknown origin with what would be told of them; those that have it as they are.</summary>
    internal virtual Tensor WithTold(Tensor noisy) => noisy;

    /// <summary>Returns the image schema of the context, or throws an error that names the corruption.</summary>
    private protected static ImageSchema RequireImage(PartContext context, string corruption) =>
        context.Schema.Demand<ImageSchema>($"Corruption {corruption} is for images, and this is {context.Schema}", "take gaussian or masking");
}
