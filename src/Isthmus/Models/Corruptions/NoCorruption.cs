using Isthmus.Data.Records;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Corruptions;

/// <summary>No corruption: x itself.</summary>
public sealed class NoCorruption : Corruption
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new("none", "the record itself", [], _ => new NoCorruption());

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x;

    internal override bool KeepsZeros => true;

    internal override SparseCounts Apply(SparseCounts counts) => counts;
}
