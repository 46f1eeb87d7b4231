using Isthmus.Compute;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// Columns of numbers with K modes each. Of component k the decoder gives a weight (K > 1), a location, in deviations of the mode from
/// its mean, and a scale s = least + softplus, in the same unit; least is half a grid step. A deviate r = (x - location) / s costs
/// <code>Gaussian: r^2 / 2 + ln(2 pi) / 2 + ln s;   Student-t: ln B(1/2, f/2) + ln(f) / 2 + (f + 1) / 2 ln(1 + r^2 / f) + ln s.</code>
/// </summary>
internal sealed class NumberBlock : ColumnBlock
{
    private readonly int _modes;
    private readonly double _anything;
    private readonly CachedTensor _means,
        _deviations,
        _least,
        _logSteps;

    public NumberBlock(long[] columns, FittedNumbers[] fields, double anything)
        : base(columns, fields[0].Modes.Count is 1 and var one ? 2 * one : 3 * fields[0].Modes.Count)
    {
        _anything = anything;
        _modes = fields[0].Modes.Count;
        HasHeavyTails = fields[0].HasHeavyTails;
        Modes = [.. fields.Select(field => field.Modes)];
        CachedTensor Grid(Func<FittedNumbers, ColumnMode, double> number) =>
            new([.. fields.SelectMany(field => field.Modes.Select(mode => (float)number(field, mode)))], -1, _modes);
        _means = Grid((_, mode) => mode.Mean);
        _deviations = Grid((_, mode) => mode.Deviation);
        _least = Grid((field, mode) => ColumnMode.SmallestDeviation(field.ScaledStep) / mode.Deviation);
        _logSteps = new([.. fields.Select(field => field.Step > 0 ? (float)Math.Log(field.ScaledStep) : 0)], -1);
    }

    public bool HasHeavyTails { get; }

    /// <summary>Modes of each column, as many of one as of another.</summary>
    public IReadOnlyList<IReadOnlyList<ColumnMode>> Modes { get; }

    public override Tensor LogProbability(Tensor x, Tensor parameters, Tensor? freedom)
    {
        var (logWeights, locations, scales) = Components(parameters);
        var deviates = (x.unsqueeze(-1) - locations) / scales;
        var densities = freedom is null
            ? deviates.Square().Plus(DiagonalGaussian.LogTwoPi).Times(-0.5) - scales.log()
            : StudentT(deviates, freedom.unsqueeze(-1)) - scales.log();
        var density = logWeights is null ? densities.squeeze(-1) : logWeights.Plus(densities).logsumexp(-1);
        var cauchy = x.Square().log1p().From(-Math.Log(Math.PI));
        return Mixed(density, cauchy, _anything).Plus(_logSteps.On(x.device));
    }

    public override Tensor Mean(Tensor parameters, Tensor? chosen = null)
    {
        var (logWeights, locations, _) = Components(parameters, chosen);
        return logWeights is null ? locations.squeeze(-1) : (logWeights.exp() * locations).sum(-1);
    }

    public override Tensor Mode(Tensor parameters)
    {
        var (logWeights, locations, _) = Components(parameters);
        return logWeights is null ? locations.squeeze(-1) : locations.gather(-1, logWeights.argmax(-1, keepdim: true)).squeeze(-1);
    }

    /// <summary>
    /// Draws cells. For a component no wider than the grid allows, sqrt(s^2 - least^2) is the deviation of the draw: the smallest scale keeps the density
    /// finite, and a number that always lies on one value of the grid is drawn there.
    /// </summary>
    public override Tensor Sample(Tensor parameters, Tensor? freedom, Tensor? chosen = null)
    {
        var (logWeights, locations, scales) = Components(parameters, chosen);
        scales = (scales.Square() - (Of(_least, parameters, chosen) * Of(_deviations, parameters, chosen)).Square()).ClampMin(0).sqrt();
        if (logWeights is not null)
        {
            var mode = Choose(logWeights).unsqueeze(-1);
            (locations, scales) = (locations.gather(-1, mode), scales.gather(-1, mode));
        }
        locations = locations.squeeze(-1);
        return locations.Plus(scales.squeeze(-1) * (freedom is null ? locations.NormalLike() : StudentDraw(locations, freedom)));
    }

    private (Tensor? LogWeights, Tensor Locations, Tensor Scales) Components(Tensor parameters, Tensor? chosen = null)
    {
        var parts = parameters.chunk(_modes == 1 ? 2 : 3, -1);
        var deviations = Of(_deviations, parameters, chosen);
        var least = Of(_least, parameters, chosen);
        // At 0 from the decoder a component has its mode's deviation, at least.
        var scales = least.Plus(parts[^1].Plus(0.5413).Softplus()) * deviations;
        return (_modes == 1 ? null : parts[0].log_softmax(-1), Of(_means, parameters, chosen).Plus(parts[^2] * deviations), scales);
    }

    private static Tensor Of(CachedTensor columns, Tensor parameters, Tensor? chosen) =>
        chosen is null ? columns.On(parameters.device) : columns.On(parameters.device).index_select(0, chosen);

    private static Tensor StudentT(Tensor deviates, Tensor freedom) =>
        lgamma(freedom.Plus(1).Over(2))
        - lgamma(freedom.Over(2))
        - freedom.log().Plus(Math.Log(Math.PI)).Times(0.5)
        - freedom.Plus(1).Over(2) * (deviates.Square() / freedom).log1p();

    /// <summary>Draws by Bailey's polar method (1994): sqrt(f (u^(-2/f) - 1)) cos(2 pi v).</summary>
    private static Tensor StudentDraw(Tensor like, Tensor freedom) =>
        (freedom * like.UniformLike().ClampMin(1e-7).pow(freedom.Into(-2)).Minus(1)).ClampMin(0).sqrt() * like.UniformLike().Times(2 * Math.PI).cos();
}
