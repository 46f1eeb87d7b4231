using Isthmus.Compute;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// A code of several levels (ladder VAE, Sonderby et al. 2016): the encoder's features go up level by level and give each level's own estimate; the code is
/// then drawn from the top down, each level's posterior combining that estimate with its prior (<see cref="LadderPosterior"/>, <see cref="LadderPrior"/>). The
/// decoder sees all levels. The rate is the sum over levels of KL(q || p) given the levels above.
/// </summary>
/// <remarks>Levels halve upwards: of L numbers and T levels, the top has about L / (2^T - 1), and the lowest about half of all.</remarks>
public sealed class LadderBottleneck : Bottleneck
{
    internal static readonly Setting<int> LevelsSetting = SettingKinds.Whole(
        "levels",
        2,
        "levels of the code, each about half as wide as the one below",
        1,
        32
    );
    internal static readonly Setting<int> Hidden = SettingKinds.Whole("level-hidden", 200, "units of the layers between levels", 1, 65536);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new(
        "ladder",
        "levels of Gaussians, drawn from the top down",
        [LevelsSetting, Hidden],
        context => new LadderBottleneck(LevelsOf(context.Latent, context.Get(LevelsSetting)), context.Get(Hidden))
    )
    {
        Code = CodeKind.Reparameterised,
    };

    [ComponentName(Name = "prior")]
    private readonly LadderPrior _prior;

    [ComponentName(Name = "climb")]
    private readonly ModuleList<Sequential> _climb;

    [ComponentName(Name = "heads")]
    private readonly ModuleList<Linear> _heads;

    /// <summary>Creates levels of these widths, the lowest first.</summary>
    public LadderBottleneck(IReadOnlyList<int> levels, int hidden)
        : base("ladder", levels.Sum())
    {
        HeadWidth = hidden;
        _prior = new(levels, hidden);
        _climb = nn.ModuleList([
            .. levels
                .Skip(1)
                .Select(_ =>
                    nn.Sequential(("linear", SeededLayers.Linear(hidden, hidden)), ("activation", nn.SiLU()), ("output", SeededLayers.Linear(hidden, hidden)))
                ),
        ]);
        _heads = nn.ModuleList([.. levels.Select(width => SeededLayers.Linear(hidden, 2 * width))]);
        RegisterComponents();
    }

    /// <summary>Number of features of the lowest level.</summary>
    public override int HeadWidth { get; }

    /// <summary>Layers between the features of levels, the lowest first.</summary>
    internal IReadOnlyList<Sequential> Climb => [.. _climb];

    /// <summary>Maps from the features of a level to its estimate, the lowest first.</summary>
    internal IReadOnlyList<Linear> Heads => [.. _heads];

    /// <inheritdoc/>
    public override Prior Prior => _prior;

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => true;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null) =>
        CodeOf(PosteriorOf(head), sample ? null : zeros([.. head.shape[..^1], Latent], head.dtype, head.device));

    /// <inheritdoc/>
    public override Code CodeOf(ReparameterisedPosterior posterior, Tensor? noise)
    {
        var (draw, rates) = ((LadderPosterior)posterior).WithRates(noise);
        return new(draw.Z, rates.sum(-1), rates, posterior);
    }

    /// <summary>Returns the widths of T levels of L numbers in total, the lowest first.</summary>
    /// <exception cref="InvalidInputException">Fewer numbers than levels.</exception>
    internal static int[] LevelsOf(int latent, int levels)
    {
        if (levels > latent)
            throw new InvalidInputException(
                $"{OptionNames.Value("levels", levels)}",
                $"is more than the {latent} numbers of a code, each of which has a level at most",
                $"give fewer, or a larger {OptionNames.Give("latent")}",
                OptionNames.Key("levels")
            );
        // As wide as 2^(T - t) asks, at least 1 each; what is left over or missing is the lowest's.
        var upper = Enumerable
            .Range(2, levels - 1)
            .Select(level => Math.Max(1, (int)Math.Min(latent / levels, latent * Math.Pow(2, levels - level) / (Math.Pow(2, levels) - 1))))
            .ToArray();
        return [latent - upper.Sum(), .. upper];
    }

    /// <inheritdoc/>
    public override ReparameterisedPosterior PosteriorOf(Tensor head)
    {
        List<DiagonalGaussian> levels = [];
        foreach (var (level, toLevel) in _heads.Index())
        {
            head = level == 0 ? head : head.Plus(_climb[level - 1].call(nn.functional.silu(head)));
            levels.Add(DiagonalPosteriorFamily.Gaussian(toLevel.call(nn.functional.silu(head))));
        }
        return new LadderPosterior(_prior, levels);
    }
}
