using Isthmus.Compute;
using Isthmus.Data.Tables;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// A row of mixed columns: given z the cells are independent, each of its column's own kind, and a missing value costs nothing
/// (Mattei and Frellsen 2019). Columns of one form are computed side by side:
/// <list type="bullet">
/// <item>numbers: a Gaussian, or where the training values have heavy tails a Student-t of a learnt number of degrees of freedom,
/// location and scale from the decoder; of a column with K modes, a mixture of K such, each near its mode. Nats are of a cell of the
/// column's grid (density times one step) where it has one, and of the density on the model's scale otherwise;</item>
/// <item>counts: negative binomial; two values: Bernoulli; categories: categorical, with one index for all that are rare or new.</item>
/// </list>
/// One cell in ten thousand may be anything: with that weight a number is Cauchy around the column's mean and a level any of all, so
/// that no cell's surprise is without bound, and no wild training value draws the fit to itself.
/// </summary>
public sealed class MixedLikelihood : Likelihood
{
    private const double Anything = 1e-4;

    [ComponentName(Name = "log_freedom")]
    private readonly Parameter? _logFreedom;
    private readonly ColumnBlock[] _blocks;
    private readonly CachedTensor _order;

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new(
        "mixed",
        "rows of mixed columns: numbers, counts, truth values and levels, blanks left out",
        [],
        context => new MixedLikelihood(
            context.Schema.Demand<TableSchema>(
                $"The mixed likelihood is for tables of mixed columns, and this is {context.Schema}",
                $"leave {OptionNames.Key("likelihood")} out, and the data choose it"
            )
        )
    );

    /// <summary>Creates the likelihood of rows of <paramref name="table"/>.</summary>
    public MixedLikelihood(TableSchema table)
        : base("mixed", table.Dimension, 1)
    {
        _blocks = ColumnBlock.Of(table, Anything);
        ParameterWidth = _blocks.Sum(block => block.Columns.Length * block.ParametersPerColumn);
        var places = _blocks.SelectMany(block => block.Columns).ToArray();
        _order = new([.. Enumerable.Range(0, Dimension).Select(column => (long)Array.IndexOf(places, column))]);
        var heavy = _blocks.Where(block => block is NumberBlock { HasHeavyTails: true }).Sum(block => block.Columns.Length);
        if (heavy > 0)
            // Parts outlive the scope that a model is built in.
            _logFreedom = new Parameter(ScalarOperations.Full(heavy, Math.Log(3), device: NewWeights.Device).DetachFromDisposeScope());
        RegisterComponents();
    }

    /// <summary>Blocks of columns of one form, in the order of the decoder's numbers.</summary>
    internal IReadOnlyList<ColumnBlock> Blocks => _blocks;

    /// <inheritdoc/>
    public override int ParameterWidth { get; }

    /// <inheritdoc/>
    public override int NumbersPerDimension => (ParameterWidth + Dimension - 1) / Dimension;

    /// <inheritdoc/>
    public override bool IsDiscrete => false;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters) => CellLogProbability(x, parameters).sum(-1);

    /// <inheritdoc/>
    internal override Tensor LogProbabilityOfEach(Tensor x, Tensor parameters) => CellLogProbability(x, parameters);

    /// <summary>Returns ln p(cell | z) of each cell, nats, ... x D; 0 for a missing value.</summary>
    public Tensor CellLogProbability(Tensor x, Tensor parameters)
    {
        var observed = x.isnan().logical_not();
        var cells = ByBlock(parameters, (block, part, freedom) =>
            block.LogProbability(x.index_select(-1, block.Places.On(x.device)).nan_to_num(0), part, freedom)
        );
        return cells * observed.to(cells.dtype);
    }

    /// <summary>Returns E[x|z] of numbers and counts; for categories the most likely one.</summary>
    public override Tensor Mean(Tensor parameters) => ByBlock(parameters, (block, part, _) => block.Mean(part));

    /// <summary>Returns the mean of the most likely mode of numbers; categories and counts as in <see cref="Mean"/>.</summary>
    public override Tensor Mode(Tensor parameters) => ByBlock(parameters, (block, part, _) => block.Mode(part));

    /// <inheritdoc/>
    public override Tensor Sample(Tensor parameters) => ByBlock(parameters, (block, part, freedom) => block.Sample(part, freedom));

    /// <summary>Returns the mean and a draw of some cells, ... x cells each, of parameters ... x rows x P. Other cells of these rows cost nothing.</summary>
    internal (Tensor Means, Tensor Draws) OfCells(Tensor parameters, IReadOnlyList<(int Row, int Column)> cells)
    {
        var (means, draws, order) = (new List<Tensor>(), new List<Tensor>(), new List<int>());
        foreach (var (block, own, freedom) in Parts(parameters))
        {
            int[] chosen = [.. Enumerable.Range(0, cells.Count).Where(cell => block.Columns.Contains(cells[cell].Column))];
            if (chosen.Length == 0)
                continue;
            // Each cell is a column of its own.
            var columns = tensor(Array.ConvertAll(chosen, cell => (long)Array.IndexOf(block.Columns, cells[cell].Column)), device: parameters.device);
            var rows = tensor(Array.ConvertAll(chosen, cell => (long)cells[cell].Row), device: parameters.device);
            var numbers = own.index(TensorIndex.Ellipsis, TensorIndex.Tensor(rows), TensorIndex.Tensor(columns), TensorIndex.Colon);
            means.Add(block.Mean(numbers, columns));
            draws.Add(block.Sample(numbers, freedom?.index_select(0, columns), columns));
            order.AddRange(chosen);
        }
        var backwards = tensor([.. Enumerable.Range(0, order.Count).OrderBy(place => order[place]).Select(place => (long)place)], device: parameters.device);
        return (cat([.. means], -1).index_select(-1, backwards), cat([.. draws], -1).index_select(-1, backwards));
    }

    /// <summary>Joins the results of each block for its own parameters, ... x columns x P, in the order of the columns.</summary>
    private Tensor ByBlock(Tensor parameters, Func<ColumnBlock, Tensor, Tensor?, Tensor> map) =>
        cat([.. Parts(parameters).Select(part => map(part.Block, part.Own, part.Freedom))], -1).index_select(-1, _order.On(parameters.device));

    /// <summary>Returns each block with its own parameters, ... x columns x P, and the degrees of freedom of its columns where tails are heavy.</summary>
    private IEnumerable<(ColumnBlock Block, Tensor Own, Tensor? Freedom)> Parts(Tensor parameters)
    {
        var (start, firstHeavy) = (0L, 0L);
        foreach (var block in _blocks)
        {
            var width = block.Columns.Length * block.ParametersPerColumn;
            Tensor? freedom = null;
            if (block is NumberBlock { HasHeavyTails: true })
            {
                freedom = _logFreedom!.narrow(0, firstHeavy, block.Columns.Length).exp().Plus(1);
                firstHeavy += block.Columns.Length;
            }
            var own = parameters.narrow(-1, start, width);
            yield return (block, own.reshape([.. own.shape[..^1], block.Columns.Length, block.ParametersPerColumn]), freedom);
            start += width;
        }
    }
}
