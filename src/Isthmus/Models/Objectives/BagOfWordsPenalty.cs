using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// Prediction of a line's tokens from its code alone, in any order (Zhao et al. 2017): weight times -sum_t ln softmax(B z + b)[x_t], mean over the lines. A
/// code
/// that says nothing of the line then costs more, so that it does not collapse. Only in training, and no part of the ELBO.
/// </summary>
/// <param name="Weight">Weight of the prediction.</param>
public sealed record BagOfWordsPenalty(double Weight) : AggregatePenalty
{
    internal const string Name = "bag-of-words";

    internal static readonly Setting<double> WeightSetting = SettingKinds.Number(
        "bag-weight",
        0.5,
        "weight of the prediction of a line's tokens in any order",
        least: 0
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<AggregatePenalty> Part = new(
        Name,
        "a line's tokens in any order from its code",
        [WeightSetting],
        context => new BagOfWordsPenalty(context.Get(WeightSetting))
    );

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => true;

    /// <inheritdoc/>
    public override Tensor? Charge(Code code, Autoencoder model, Tensor seen)
    {
        if (!is_grad_enabled() || model.Decoder is not RecurrentNetwork.LineDecoder decoder || decoder.Bag(code.Z) is not { } logits)
            return null;
        // Place 0 takes what is no token, and is left out.
        var counts = zeros(seen.shape[0], logits.shape[1] + 2, seen.dtype, seen.device).scatter_add(1, seen.to(ScalarType.Int64), ones_like(seen));
        return (counts.narrow(1, 1, logits.shape[1]) * logits.log_softmax(-1)).sum(-1).mean().Times(-Weight);
    }
}
