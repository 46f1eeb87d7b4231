using Isthmus.Compute;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>Columns of one form in a <see cref="MixedLikelihood"/>, computed side by side. Parameters are ... x columns x P, cells ... x columns.</summary>
/// <param name="columns">Indices of the columns in the row.</param>
/// <param name="parametersPerColumn">Number of parameters of a column, P.</param>
internal abstract class ColumnBlock(long[] columns, int parametersPerColumn)
{
    public long[] Columns { get; } = columns;

    /// <summary>Indices of the columns as a tensor.</summary>
    public CachedTensor Places { get; } = new(columns);

    public int ParametersPerColumn { get; } = parametersPerColumn;

    public abstract Tensor LogProbability(Tensor x, Tensor parameters, Tensor? freedom);

    /// <param name="parameters">Of all columns, or ... x chosen x P.</param>
    /// <param name="chosen">Places of the columns that the parameters are of; null for all.</param>
    public abstract Tensor Mean(Tensor parameters, Tensor? chosen = null);

    public virtual Tensor Mode(Tensor parameters) => Mean(parameters);

    /// <inheritdoc cref="Mean"/>
    public abstract Tensor Sample(Tensor parameters, Tensor? freedom, Tensor? chosen = null);

    /// <summary>Groups columns by form: numbers by the number of modes and the weight of their tails, categories by their number.</summary>
    /// <param name="table">The schema.</param>
    /// <param name="anything">The weight of the component that may be anything.</param>
    public static ColumnBlock[] Of(TableSchema table, double anything) =>
        [
            .. table
                .Fields.Index()
                .GroupBy<(int Index, FittedColumn Item), (int Form, int Size, bool Heavy)>(field =>
                    field.Item switch
                    {
                        FittedNumbers { Kind: ColumnKind.Count } => (1, 0, false),
                        FittedNumbers number => (0, number.Modes.Count, number.HasHeavyTails),
                        FittedCategories { Levels.Count: <= 2 } => (2, 2, false),
                        FittedCategories levels => (3, levels.Levels.Count, false),
                        _ => throw new InvalidOperationException($"{field.Item.Name} is of no known form."),
                    }
                )
                .OrderBy(group => group.Key)
                .Select(group =>
                {
                    long[] columns = [.. group.Select(field => (long)field.Index)];
                    return (ColumnBlock)(
                        group.Key.Form switch
                        {
                            0 => new NumberBlock(columns, [.. group.Select(field => (FittedNumbers)field.Item)], anything),
                            1 => new CountBlock(columns),
                            2 => new TwoLevelBlock(columns, anything),
                            _ => new CategoryBlock(columns, group.Key.Size + 1, anything),
                        }
                    );
                }),
        ];

    /// <summary>Returns the column of each number of the decoder, and its place among those of the column.</summary>
    public static IEnumerable<(long Column, int Part)> Numbers(TableSchema table) =>
        Of(table, 0).SelectMany(block => block.Columns.SelectMany(column => Enumerable.Range(0, block.ParametersPerColumn).Select(part => (column, part))));

    /// <summary>Returns ln((1 - w) e^a + w e^b).</summary>
    protected static Tensor Mixed(Tensor a, Tensor b, double weight) => logaddexp(a.Plus(Math.Log(1 - weight)), b.Plus(Math.Log(weight)));

    /// <summary>Draws from each softmax over the last axis, by Gumbel-max.</summary>
    protected static Tensor Choose(Tensor logits) => (logits - (-logits.UniformLike().ClampMin(1e-20).log()).log()).argmax(-1);
}
