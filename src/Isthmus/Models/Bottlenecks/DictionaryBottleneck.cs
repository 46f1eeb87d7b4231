using Isthmus.Compute;
using Isthmus.Data.Vectors;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// Base of sparse autoencoders for interpretability: non-negative codes, few units of each above 0; a count of the records since each
/// unit was last active; and, for units that have been inactive for <c>dead-after</c> of them, an auxiliary loss (AuxK, Gao et
/// al. 2024) that lets them explain what the others leave, as a share of it:
/// <code>aux-weight / 2 |e - e^|^2 |x|^2 / |e|^2, e = x - x^ held, e^ = x^(z_dead) - x^(0),</code>
/// z_dead the <c>aux-units</c> largest heads of dead units, below 0 too, or a unit whose heads all are would not learn; squares are means
/// over the batch, in the distortion's nats at sigma = 1. By the share, a dictionary that explains nearly all asks as much of its dead units as one that
/// explains little.
/// </summary>
public abstract class DictionaryBottleneck : Bottleneck
{
    // The error is increased by this fraction of the records themselves, so that no division is by 0.
    private const double LeastShare = 1e-6;

    internal static readonly Setting<int> DeadAfter = SettingKinds.Whole(
        "dead-after",
        100_000,
        "training records without activation after which a unit counts as dead",
        1
    );
    internal static readonly Setting<double> AuxiliaryWeight = SettingKinds.Number(
        "aux-weight",
        1 / 32.0,
        "weight of the auxiliary loss by which dead units learn to explain the remaining error; 0: none",
        least: 0
    );
    internal static readonly Setting<int> AuxiliaryUnits = SettingKinds.Whole(
        "aux-units",
        0,
        "dead units in the auxiliary loss; 0: half as many as a record has numbers",
        0
    );

    private readonly int _deadAfter,
        _auxiliaryUnits;
    private readonly double _auxiliaryWeight;

    // Number of records since each unit was last active, in training.
    [ComponentName(Name = "silent")]
    private protected readonly Tensor _silent;

    private Func<Tensor, Tensor, Tensor>? _reconstruct;
    private Func<Tensor, Tensor>? _record;

    /// <summary>Creates units for vectors.</summary>
    /// <exception cref="InvalidInputException">The records are no vectors.</exception>
    private protected DictionaryBottleneck(string name, PartContext context)
        : base(name, context.Latent)
    {
        context.Schema.Demand<VectorSchema>(
            $"{OptionNames.Value("bottleneck", name)} is for vectors, and this is {context.Schema}",
            $"give a table, .npy or .npz of numbers, or take {OptionNames.Model("sparse")}"
        );
        _deadAfter = context.Get(DeadAfter);
        _auxiliaryWeight = context.Get(AuxiliaryWeight);
        _auxiliaryUnits = context.Get(AuxiliaryUnits) is > 0 and var set ? set : Math.Max(1, context.Schema.Output.Dimension / 2);
        _silent = zeros(context.Latent, device: NewWeights.Device).DetachFromDisposeScope();
    }

    /// <summary>Settings that all dictionaries have.</summary>
    private protected static Setting[] Shared => [DeadAfter, AuxiliaryWeight, AuxiliaryUnits];

    /// <inheritdoc/>
    public override bool IsSparse => true;

    /// <inheritdoc/>
    public override bool SeesRecords => true;

    /// <inheritdoc/>
    public override bool Decodes => true;

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => true;

    internal override Tensor? Statistics => _silent;

    /// <summary>A unit that any share used was active; all others have missed the records of all shares.</summary>
    internal override Tensor MergedStatistics(Tensor before, IReadOnlyList<Tensor> after)
    {
        var shares = stack([.. after], 0);
        return where(shares.amin([0]).Above(0), before.Plus((shares - before).sum([0L])), zeros_like(before));
    }

    /// <inheritdoc/>
    public override void Attach(Autoencoder model)
    {
        if (!model.Likelihood.IsOfRecord)
            throw new InvalidInputException(
                $"{OptionNames.Value("bottleneck", GetName())}",
                "has units that explain the record, and the likelihood is of a label",
                $"give a likelihood of records, or {OptionNames.Give("bottleneck", "top-k")}",
                OptionNames.Key("bottleneck")
            );
        _record = model.Record;
        _reconstruct = (z, x) => model.Likelihood.Mean(model.Decode(z, model.Given(x)));
    }

    /// <summary>Returns the fraction of units that were inactive for all of the last training records.</summary>
    public override IEnumerable<Figure> Figures(Tensor codes)
    {
        yield return new(
            "units_dead_in_training",
            $"Units off for the last {_deadAfter} training records or more",
            "",
            _silent.AtLeast(_deadAfter).sum().item<long>()
        );
    }

    /// <summary>Records, in training, which units are active; returns the part of the loss besides distortion and rate.</summary>
    /// <param name="head">The encoder's output.</param>
    /// <param name="z">The code.</param>
    /// <param name="x">The clean records.</param>
    private protected Tensor? Learn(Tensor head, Tensor z, Tensor? x)
    {
        Tensor dead;
        using (no_grad())
        {
            _silent.copy_(where(z.Above(0).any(0), zeros_like(_silent), _silent.Plus(z.shape[0])));
            dead = _silent.AtLeast(_deadAfter);
        }
        var count = (int)dead.sum().item<long>();
        if (count == 0 || _auxiliaryWeight == 0 || x is null || _reconstruct is null)
            return null;
        var (values, places) = where(dead, head, head.FullLike(double.NegativeInfinity)).topk(Math.Min(_auxiliaryUnits, count), -1);
        var revived = zeros_like(head).scatter(-1, places, values);
        Tensor left,
            scale;
        using (no_grad())
        {
            var record = _record!(x);
            left = record - _reconstruct(z, x);
            var all = record.Square().mean();
            scale = all / left.Square().mean().Plus(all.Times(LeastShare));
        }
        var explained = _reconstruct(revived, x) - _reconstruct(zeros_like(z), x);
        return scale.Times(0.5 * _auxiliaryWeight) * (left - explained).Square().sum(-1).mean();
    }

    /// <summary>Returns |x - x^(z)|^2 / 2, mean over the batch, as a function of z alone: the decoder counts as constant.</summary>
    private protected Tensor? HeldError(Tensor z, Tensor? x)
    {
        if (x is null || _reconstruct is null || !is_grad_enabled())
            return null;
        var leaf = z.detach().requires_grad_(true);
        var error = (_record!(x) - _reconstruct(leaf, x)).Square().sum(-1).mean().Times(0.5);
        var path = (autograd.grad([error], [leaf])[0].detach() * z).sum();
        return error.detach().Plus(path) - path.detach();
    }
}
