using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// Keeps the k largest heads of each record, max(0, head), and sets the rest to 0: at most k active units, free of charge; dead units are revived by the
/// auxiliary loss (Gao et al. 2024). Unlike <see cref="TopKBottleneck"/>, units are compared without standardisation.
/// </summary>
public sealed class AuxiliaryTopKBottleneck : DictionaryBottleneck
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new(
        "auxiliary-top-k",
        "keeps the k largest units of each record, dead ones explain what is left",
        [TopKBottleneck.K, .. Shared],
        context => new AuxiliaryTopKBottleneck(context)
    );

    private readonly int _k;

    /// <summary>Creates a bottleneck that keeps k units of each record.</summary>
    /// <exception cref="InvalidInputException">k is larger than the code, or the records are no vectors.</exception>
    public AuxiliaryTopKBottleneck(PartContext context)
        : base("auxiliary-top-k", context)
    {
        _k = TopKBottleneck.KOf(context);
        RegisterComponents();
    }

    /// <summary>Units kept of each record.</summary>
    internal int Kept => _k;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var (values, places) = head.topk(_k, -1);
        var z = zeros_like(head).scatter(-1, places, nn.functional.relu(values));
        return new(z, Free(head)) { Penalty = training && sample ? Learn(head, z, x) : null };
    }
}
