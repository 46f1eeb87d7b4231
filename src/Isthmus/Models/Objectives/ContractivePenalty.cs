using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// weight |dz/dx|^2, the squared Frobenius norm of the code's derivative, mean over the batch: small changes of a record are to
/// change its code little (contractive autoencoder, Rifai et al. 2011). Found as E |v' dz/dx|^2 over v ~ N(0, I), one draw a record
/// (Hutchinson 1990): no bias, and one more pass back and forth through the encoder whatever the code's size. Not in nats.
/// </summary>
/// <param name="Weight">Weight of the norm.</param>
public sealed record ContractivePenalty(double Weight) : AggregatePenalty
{
    internal static readonly Setting<double> WeightSetting = SettingKinds.Number(
        "contractive-weight",
        0.1,
        "weight of the squared norm of the code's derivative with respect to the record",
        least: 0
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<AggregatePenalty> Part = new(
        "contractive",
        "codes that move little where records do",
        [WeightSetting],
        context => new ContractivePenalty(context.Get(WeightSetting))
    );

    /// <inheritdoc/>
    public override bool IsFirstOrder => false;

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => true;

    /// <inheritdoc/>
    public override Tensor? Charge(Code code, Autoencoder model, Tensor seen) =>
        is_grad_enabled() ? SquaredDerivative(seen, x => model.Encode(x, sample: false).Z).Times(Weight) : null;

    /// <summary>Returns E |v' df/dx|^2, the mean over the rows of x.</summary>
    internal static Tensor SquaredDerivative(Tensor x, Func<Tensor, Tensor> map)
    {
        var leaf = x.detach().requires_grad_(true);
        var y = map(leaf);
        return autograd.grad([y], [leaf], [y.NormalLike()], retain_graph: true, create_graph: true)[0].Square().sum(-1).mean();
    }
}
