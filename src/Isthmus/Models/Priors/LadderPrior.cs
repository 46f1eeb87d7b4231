using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Priors;

/// <summary>
/// p(z) = p(z_T) prod_t p(z_t | z_t+1, ..., z_T) over levels 1 (the lowest) .. T, p(z_T) = N(0, I) and each conditional a diagonal
/// Gaussian whose parameters come from all levels above by a network (Sonderby et al. 2016). A code holds its levels side by
/// side, the lowest first.
/// </summary>
internal sealed class LadderPrior : Prior
{
    [ComponentName(Name = "from_above")]
    private readonly ModuleList<Sequential> _fromAbove;

    /// <summary>Numbers in each level, the lowest first.</summary>
    public IReadOnlyList<int> Levels { get; }

    /// <summary>Networks from all levels above to the parameters of a level, the lowest first.</summary>
    internal IReadOnlyList<Sequential> FromAbove => [.. _fromAbove];

    /// <summary>Creates a prior over codes of these levels.</summary>
    public LadderPrior(IReadOnlyList<int> levels, int hidden)
        : base("ladder", levels.Sum())
    {
        Levels = levels;
        _fromAbove = nn.ModuleList([.. levels.SkipLast(1).Select((width, level) => Map(levels.Skip(level + 1).Sum(), hidden, 2 * width))]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor z)
    {
        var (levels, sum) = (Split(z), zeros(z.shape[..^1], z.dtype, z.device));
        for (var level = 0; level < Levels.Count; level++)
            sum = sum.Plus(Given(levels, level).LogProbability(levels[level]));
        return sum;
    }

    /// <inheritdoc/>
    public override Tensor Sample(long count, Device? device = null)
    {
        var levels = Split(RandomOperations.Normal([count, Latent], device: device));
        // The noise of each level becomes its code, from the top.
        for (var level = Levels.Count - 1; level >= 0; level--)
            levels[level] = Given(levels, level).Place(levels[level]);
        return cat(levels, -1);
    }

    /// <summary>Splits codes into levels, ... x L.</summary>
    internal Tensor[] Split(Tensor z) => z.split([.. Levels.Select(width => (long)width)], -1);

    /// <summary>Returns p of a level given those above.</summary>
    internal DiagonalGaussian Given(Tensor[] levels, int level) =>
        level == Levels.Count - 1
            ? new(zeros_like(levels[level]), zeros_like(levels[level]))
            : DiagonalPosteriorFamily.Gaussian(_fromAbove[level].call(cat(levels[(level + 1)..], -1)));

    /// <summary>Creates two layers and a linear map with weights near zero: a level begins as N(0, I) whatever is above.</summary>
    internal static Sequential Map(int inputs, int hidden, int outputs)
    {
        var output = SeededLayers.Linear(hidden, outputs);
        SeededLayers.Normal(output.weight, 0.01);
        nn.init.zeros_(output.bias!);
        return nn.Sequential(
            ("hidden1", SeededLayers.Linear(inputs, hidden)),
            ("activation1", Activations.Create("silu")),
            ("hidden2", SeededLayers.Linear(hidden, hidden)),
            ("activation2", Activations.Create("silu")),
            ("output", output)
        );
    }
}
