using Isthmus.Compute;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Priors;

/// <summary>
/// p(z) = 1/K sum_k q(z | u_k): the mean of the posteriors of K pseudo-inputs u_k, which are learned with the model
/// (Tomczak and Welling 2018, "variational mixture of posteriors"). The prior that would cost the least is the mean of
/// q(z|x) over all records; this is that mean over a few typical ones.
/// </summary>
/// <remarks>
/// The pseudo-inputs begin as training records and are free afterwards: they may leave the range of pixels. Cost: K more
/// records through the encoder each step.
/// </remarks>
public sealed class VampPrior : Prior
{
    internal static readonly Setting<int> PseudoInputs = SettingKinds.Whole(
        "pseudo-inputs",
        500,
        "learned pseudo-records whose posteriors form the prior",
        1,
        1 << 16
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Prior> Part = new("vamp", "the mean posterior of learned pseudo-inputs", [PseudoInputs], context => new VampPrior(
        context.Latent,
        context.Schema.Dimension,
        context.Get(PseudoInputs)
    ))
    {
        Code = CodeKind.DiagonalGaussian,
    };

    [ComponentName(Name = "pseudo_inputs")]
    private readonly Parameter _pseudoInputs;

    private Func<Tensor, DiagonalGaussian> _posterior = _ =>
        throw new InvalidOperationException("A VampPrior needs a model's encoder; put it into a model first.");

    /// <summary>Creates K pseudo-inputs of D numbers, uniform in [0, 1] until records are given.</summary>
    public VampPrior(int latent, int dimension, int pseudoInputs)
        : base("vamp", latent)
    {
        _pseudoInputs = new Parameter(RandomOperations.Uniform([pseudoInputs, dimension], device: NewWeights.Device).DetachFromDisposeScope());
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int RecordsWanted => (int)_pseudoInputs.shape[0];

    /// <inheritdoc/>
    public override void Attach(Func<Tensor, DiagonalGaussian> posterior) => _posterior = posterior;

    /// <summary>Sets the pseudo-inputs to these records, repeated if they are fewer.</summary>
    public override void StartFrom(Tensor records)
    {
        using var noGradient = no_grad();
        using var rows = ScalarOperations.Range(RecordsWanted, ScalarType.Int64, records.device).Remainder(records.shape[0]);
        using var chosen = records.index_select(0, rows);
        _pseudoInputs.copy_(chosen);
    }

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor z) => _posterior(_pseudoInputs).LogProbabilities(z).logsumexp(-1).Minus(Math.Log(RecordsWanted));

    /// <inheritdoc/>
    public override Tensor Sample(long count, Device? device = null)
    {
        var chosen = RandomOperations.Integers(0, RecordsWanted, [count], _pseudoInputs.device);
        var posterior = _posterior(_pseudoInputs.index_select(0, chosen));
        return posterior.Sample();
    }
}
