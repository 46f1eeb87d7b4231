using Isthmus.Compute;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// A code of S slots, each one of K vectors of a codebook, the nearest to the encoder's output for it (VQ-VAE, van den Oord et al. 2017). The rate is -ln
/// p(k_1, ..., k_S) under an autoregressive prior over the slots' numbers that is learned with the model (<see cref="CodebookPrior"/>): the code is a function
/// of the record, so distortion + rate is a bound on -ln p(x), and the cost with an entropy coder.
/// </summary>
/// <remarks>
/// The gradient passes the choice as if it were none (straight through), the encoder is held near its vectors by
/// commitment |e - z|^2 (not in nats), and vectors are the moving mean of what chose them. Those that few choose begin anew at
/// some record's e. The rate teaches the prior alone: beta does not make codes cheaper.
/// </remarks>
public sealed class VectorQuantisedBottleneck : Bottleneck
{
    // A vector chosen less often than this fraction of an equal share restarts.
    private const double LeastShare = 0.03;

    // Laplace's smoothing, so that a count of zero divides nothing.
    private const double Smoothing = 1e-5;

    internal static readonly Setting<int> Codebook = SettingKinds.Whole("codebook", 128, "vectors in the codebook, K", 2, 1 << 16);
    internal static readonly Setting<int> SlotWidth = SettingKinds.Whole(
        "slot-width",
        4,
        "numbers in each vector of the codebook; must divide latent",
        1,
        1 << 16
    );
    internal static readonly Setting<double> Commitment = SettingKinds.Number(
        "commitment",
        0.25,
        "weight of the squared distance of the encoder's output from its vectors",
        least: 0
    );
    internal static readonly Setting<double> Decay = SettingKinds.Number(
        "codebook-decay",
        0.99,
        "decay of the moving averages that form the codebook",
        least: 0,
        most: 0.99999
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new(
        "vector-quantised",
        "each slot one vector of a codebook, with a prior over the slots",
        [Codebook, SlotWidth, Commitment, Decay, CodebookPrior.Hidden],
        context => new VectorQuantisedBottleneck(
            context.Latent,
            context.Get(SlotWidth),
            context.Get(Codebook),
            context.Get(Commitment),
            context.Get(Decay),
            context.Get(CodebookPrior.Hidden)
        )
    )
    {
        Code = CodeKind.Variational,
    };

    private readonly double _commitment,
        _decay;

    // Sums and counts of the outputs that chose each vector, as moving means over batches, and whether there were any yet.
    [ComponentName(Name = "vectors")]
    private readonly Tensor _vectors;

    [ComponentName(Name = "sums")]
    private readonly Tensor _sums;

    [ComponentName(Name = "counts")]
    private readonly Tensor _counts;

    [ComponentName(Name = "begun")]
    private readonly Tensor _begun;

    [ComponentName(Name = "prior")]
    private readonly CodebookPrior _prior;

    /// <summary>Creates a codebook that begins at records' codes of the first batch.</summary>
    /// <exception cref="InvalidInputException">The slots' width does not divide the code.</exception>
    public VectorQuantisedBottleneck(int latent, int slotWidth, int codebook, double commitment, double decay, int priorHidden)
        : base("vector-quantised", latent)
    {
        if (latent % slotWidth != 0)
            throw new InvalidInputException(
                $"{OptionNames.Value("slot-width", slotWidth)}",
                $"does not divide a code of {latent} numbers into whole slots",
                $"give {OptionNames.Give("latent")} a number that {slotWidth} divides, such as {(latent / slotWidth + 1) * slotWidth}",
                OptionNames.Key("slot-width")
            );
        (_commitment, _decay) = (commitment, decay);
        (_vectors, _sums) = (
            RandomOperations.Normal([codebook, slotWidth], device: NewWeights.Device).DetachFromDisposeScope(),
            zeros(codebook, slotWidth, device: NewWeights.Device).DetachFromDisposeScope()
        );
        (_counts, _begun) = (ones(codebook, device: NewWeights.Device).DetachFromDisposeScope(), zeros(1, device: NewWeights.Device).DetachFromDisposeScope());
        _prior = new(latent, slotWidth, codebook, priorHidden, () => _vectors);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Prior Prior => _prior;

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <summary>Returns the fraction of the vectors that any record chose, and the perplexity of their frequencies, at most K.</summary>
    public override IEnumerable<Figure> Figures(Tensor codes)
    {
        using var scope = NewDisposeScope();
        var shares = _prior
            .Nearest(codes.to(_vectors.device).view([.. codes.shape[..^1], _prior.Slots, -1]))
            .flatten()
            .bincount(null, _vectors.shape[0])
            .to(ScalarType.Float64);
        shares = shares / shares.sum();
        return
        [
            new("codebook_used_share", "Codebook vectors in use, share", "", shares.Above(0).to(ScalarType.Float64).mean().item<double>()),
            new(
                "codebook_perplexity",
                $"Perplexity of the codebook, of {_vectors.shape[0]}",
                "",
                (-(shares * shares.ClampMin(double.Epsilon).log()).sum()).exp().item<double>()
            ),
        ];
    }

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var given = head.view([.. head.shape[..^1], _prior.Slots, -1]);
        var learns = training && sample;
        if (learns)
            Begin(given);
        var chosen = _prior.Nearest(given);
        var vectors = _prior.Vectors(chosen, given.shape);
        if (learns)
            Follow(given, chosen);
        var slots = given.requires_grad ? given.Plus((vectors - given).detach()) : vectors;
        var rates = _prior.SlotRates(vectors.view(head.shape), chosen);
        return new(
            slots.view(head.shape),
            rates.sum(-1),
            rates.Over(Latent / _prior.Slots).repeat_interleave(Latent / _prior.Slots, dim: -1),
            new CertainPosterior(vectors.view(head.shape))
        )
        {
            Penalty = learns ? (given - vectors).Square().sum([-1, -2]).mean().Times(_commitment) : null,
        };
    }

    private void Begin(Tensor given)
    {
        if (_begun.item<float>() > 0)
            return;
        using var noGradient = no_grad();
        _vectors.copy_(Some(given));
        _sums.copy_(_vectors);
        _begun.FillInPlace(1);
    }

    /// <summary>Moves each vector towards the mean of the outputs that chose it; rarely chosen ones restart at some output.</summary>
    private void Follow(Tensor given, Tensor chosen)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (rows, count) = (given.detach().reshape(-1, _vectors.shape[1]), _vectors.shape[0]);
        var places = chosen.flatten();
        var average = rows.shape[0] / (double)count;
        _counts.MultiplyInPlace(_decay).AddInPlace(places.bincount(null, count).to(_counts.dtype), 1 - _decay);
        _sums.MultiplyInPlace(_decay).AddInPlace(zeros_like(_sums).IndexAdd(0, places, rows, 1), 1 - _decay);
        var dead = _counts.Below(LeastShare * average);
        // A restarted vector counts as an average one, or it would be dead again at once.
        _sums.copy_(where(dead.unsqueeze(1), Some(given).Times(average), _sums));
        _counts.copy_(where(dead, _counts.FullLike(average), _counts));
        _vectors.copy_(_sums / _counts.Plus(Smoothing).unsqueeze(1));
    }

    /// <summary>Returns as many of the encoder's outputs as there are vectors, drawn from torch's generator.</summary>
    private Tensor Some(Tensor given)
    {
        var rows = given.detach().reshape(-1, _vectors.shape[1]);
        return rows.index_select(0, RandomOperations.Integers(0, rows.shape[0], [_vectors.shape[0]], rows.device));
    }
}
