using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// weight MMD^2(q(z), p(z)): the squared maximum mean discrepancy of the aggregated posterior from the prior (InfoVAE, Zhao et
/// al. 2019; WAE-MMD, Tolstikhin et al. 2018), between a batch's codes and as many draws of the prior, unbiased, so that it is 0
/// in mean where the two are one. The kernel is a sum of inverse multiquadratics C / (C + |a - b|^2) with C = 2 L s,
/// s = 0.1, 0.2, 0.5, 1, 2, 5, 10, for codes near N(0, I). Not in nats.
/// </summary>
/// <param name="Weight">Weight of the discrepancy.</param>
public sealed record MaximumMeanDiscrepancyPenalty(double Weight) : AggregatePenalty
{
    private static readonly double[] Scales = [0.1, 0.2, 0.5, 1, 2, 5, 10];
    internal static readonly Setting<double> WeightSetting = SettingKinds.Number(
        "mmd-weight",
        100,
        "weight of the squared maximum mean discrepancy between codes and prior",
        least: 0
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<AggregatePenalty> Part = new(
        "mmd",
        "codes that look like draws of the prior (InfoVAE, WAE)",
        [WeightSetting],
        context => new MaximumMeanDiscrepancyPenalty(context.Get(WeightSetting))
    )
    {
        Code = CodeKind.Variational,
    };

    /// <inheritdoc/>
    public override bool IsFirstOrder => true;

    /// <inheritdoc/>
    public override Tensor? Charge(Code code, Autoencoder model, Tensor seen) =>
        code.Z.shape[0] < 2 ? null : SquaredDiscrepancy(code.Z, model.Bottleneck.Prior!.Sample(code.Z.shape[0], code.Z.device).to(code.Z.dtype)).Times(Weight);

    /// <summary>Returns the unbiased estimate from M draws of each, M x L.</summary>
    internal static Tensor SquaredDiscrepancy(Tensor a, Tensor b)
    {
        double m = a.shape[0];
        // The diagonal of a kernel with itself, 1 for each scale, does not belong to the unbiased mean over pairs.
        Tensor WithinMean(Tensor z) => Kernel(z, z).sum().Minus(Scales.Length * m).Over(m * (m - 1));
        return WithinMean(a).Plus(WithinMean(b)) - Kernel(a, b).mean().Times(2);
    }

    private static Tensor Kernel(Tensor a, Tensor b)
    {
        var squares = (a.Square().sum(1, keepdim: true).Plus(b.Square().sum(1)) - a.matmul(b.t()).Times(2)).ClampMin(0);
        return Scales.Select(scale => 2 * a.shape[1] * scale).Select(c => squares.Plus(c).Into(c)).Aggregate((sum, next) => sum.Plus(next));
    }
}
