using Isthmus.Compute;
using Isthmus.Models.Flows;
using Isthmus.Models.Primitives;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Priors;

/// <summary>
/// p(k_1, ..., k_S) = prod_s p(k_s | k_1, ..., k_s-1) over the numbers of S slots' vectors in a codebook of K, softmax outputs of a
/// <see cref="MaskedNetwork"/> that sees the vectors before. All densities are one pass, a draw goes slot by slot. It begins as the
/// uniform one, S ln K nats.
/// </summary>
internal sealed class CodebookPrior : Prior
{
    internal static readonly Setting<int> Hidden = SettingKinds.Whole("code-hidden", 400, "units of each hidden layer of the prior over slots", 1, 65536);

    private readonly Func<Tensor> _codebook;

    [ComponentName(Name = "network")]
    private readonly MaskedNetwork _network;

    /// <summary>Creates a prior over codes of slots that hold vectors of <paramref name="codebook"/>, K x <paramref name="slotWidth"/>.</summary>
    public CodebookPrior(int latent, int slotWidth, int vectors, int hidden, Func<Tensor> codebook)
        : base("codebook", latent)
    {
        (Slots, _codebook, _network) = (latent / slotWidth, codebook, new(latent / slotWidth, slotWidth, vectors, hidden));
        RegisterComponents();
    }

    /// <summary>Number of slots, S.</summary>
    public int Slots { get; }

    /// <summary>Vectors of the codebook, K x W.</summary>
    internal Tensor Codebook => _codebook();

    /// <summary>Returns the network of its logits, S W numbers to S K, as plain layers.</summary>
    internal TorchSharp.Modules.Sequential Layers() => _network.Layers();

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor z) => -SlotRates(z, Nearest(z.view([.. z.shape[..^1], Slots, -1]))).sum(-1);

    /// <inheritdoc/>
    public override Tensor Sample(long count, Device? device = null)
    {
        var slots = zeros([count, Slots, Latent / Slots], device: device);
        for (var slot = 0; slot < Slots; slot++)
        {
            using var scope = NewDisposeScope();
            var drawn = Logits(slots.view(count, Latent)).select(1, slot).softmax(-1).Choices(1).squeeze(-1);
            slots.select(1, slot).copy_(_codebook().index_select(0, drawn));
        }
        return slots.view(count, Latent);
    }

    /// <summary>Returns the index of the vector nearest to each slot, ... x S x W to ... x S.</summary>
    internal Tensor Nearest(Tensor slots)
    {
        var codebook = _codebook().to(slots.dtype);
        return (codebook.Square().sum(-1) - slots.detach().matmul(codebook.t()).Times(2)).argmin(-1);
    }

    /// <summary>Returns the vectors with these indices, in the shape of the slots.</summary>
    internal Tensor Vectors(Tensor chosen, long[] shape) => _codebook().index_select(0, chosen.flatten()).view(shape);

    /// <summary>Returns -ln p of each slot given those before it, nats, ... x S.</summary>
    internal Tensor SlotRates(Tensor z, Tensor chosen) => -Logits(z.detach()).log_softmax(-1).gather(-1, chosen.unsqueeze(-1)).squeeze(-1);

    private Tensor Logits(Tensor z) => _network.call(z).view([.. z.shape[..^1], Slots, -1]);
}
