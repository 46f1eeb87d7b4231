using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// Penalty that keeps a deterministic decoder smooth in place of a VAE's noise (RAE, Ghosh et al. 2020): weight times the squared length of the decoder's
/// weights (<c>l2</c>), the squared norm of its derivative by the code, by one draw as in <see cref="ContractivePenalty"/> (<c>gradient</c>), or the sum of the
/// squared spectral norms of its layers (<c>spectral</c>, Yoshida and Miyato 2017; by five power iterations from a fixed start). Not in nats.
/// </summary>
/// <param name="Kind">l2, gradient or spectral.</param>
/// <param name="Weight">Weight of the penalty.</param>
public sealed record DecoderPenalty(string Kind, double Weight) : AggregatePenalty
{
    private const int PowerIterations = 5;

    private static readonly Dictionary<string, Func<Code, Autoencoder, Tensor, Tensor>> Kinds = new()
    {
        ["l2"] = (_, model, _) => Weights(model).Select(weight => weight.Square().sum()).Aggregate((sum, next) => sum.Plus(next)),
        ["gradient"] = (code, model, seen) => ContractivePenalty.SquaredDerivative(code.Z, z => model.Likelihood.Mean(model.Decode(z, model.Given(seen)))),
        ["spectral"] = (_, model, _) => Weights(model).Select(weight => SpectralNorm(weight.flatten(1)).Square()).Aggregate((sum, next) => sum.Plus(next)),
    };

    internal static readonly Setting<string> KindSetting = SettingKinds.Choice(
        "decoder-penalty",
        "l2",
        "penalised property of the decoder: size of its weights, its derivative, or the spectral norm of its layers",
        Kinds.Keys
    );
    internal static readonly Setting<double> WeightSetting = SettingKinds.Number("decoder-weight", 1e-3, "weight of the decoder's penalty", least: 0);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<AggregatePenalty> Part = new("decoder", "a smooth decoder (RAE)", [KindSetting, WeightSetting], context => new DecoderPenalty(
        context.Get(KindSetting),
        context.Get(WeightSetting)
    ));

    /// <inheritdoc/>
    public override bool IsFirstOrder => false;

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => true;

    /// <inheritdoc/>
    public override Tensor? Charge(Code code, Autoencoder model, Tensor seen) => is_grad_enabled() ? Kinds[Kind](code, model, seen).Times(Weight) : null;

    /// <summary>Returns the largest singular value of a matrix, from below.</summary>
    internal static Tensor SpectralNorm(Tensor matrix)
    {
        Tensor left,
            right;
        using (no_grad())
        {
            right = ones(matrix.shape[1], matrix.dtype, matrix.device);
            left = right;
            for (var i = 0; i < PowerIterations; i++)
            {
                left = nn.functional.normalize(matrix.matmul(right), dim: 0);
                right = nn.functional.normalize(matrix.t().matmul(left), dim: 0);
            }
        }
        return left.dot(matrix.matmul(right));
    }

    private static IEnumerable<Tensor> Weights(Autoencoder model) => model.Decoder.modules().OfType<MatrixProduct>().Select(product => (Tensor)product.Weight);
}
