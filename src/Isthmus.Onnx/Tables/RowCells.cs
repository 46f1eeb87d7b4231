using Isthmus.Data.Tables;
using Isthmus.Onnx.Graphs;

namespace Isthmus.Onnx.Tables;

/// <summary>Cells of rows on the model's scale, apart by what they are: numbers, and categories by their index.</summary>
internal sealed class RowCells
{
    /// <summary>Takes rows apart.</summary>
    /// <param name="row">N x D 32-bit floats on the model's scale.</param>
    /// <param name="schema">Schema of a row.</param>
    public RowCells(OnnxValue row, TableSchema schema)
    {
        (Row, Schema) = (row, schema);
        NumberColumns = Columns<FittedNumbers>(schema);
        CategoryColumns = Columns<FittedCategories>(schema);
        Offsets = [.. CategoryColumns.Aggregate(new List<int> { 0 }, (starts, column) => [.. starts, starts[^1] + Size(column)])];
        if (NumberColumns.Count > 0)
        {
            Numbers = row.Columns(NumberColumns, schema.Dimension);
            KnowsNumber = Numbers.IsMissing().Not();
        }
        if (CategoryColumns.Count > 0)
        {
            var categories = row.Columns(CategoryColumns, schema.Dimension);
            KnowsCategory = categories.IsMissing().Not();
            Categories = KnowsCategory.Choose(categories, row.Graph.Constant(0)).Cast(OnnxElement.Int64);
        }
    }

    /// <summary>N x D 32-bit floats on the model's scale, NaN where they are missing.</summary>
    public OnnxValue Row { get; }

    public TableSchema Schema { get; }

    /// <summary>Indices of the columns of numbers, A.</summary>
    public IReadOnlyList<int> NumberColumns { get; }

    /// <summary>Indices of the columns of categories, B.</summary>
    public IReadOnlyList<int> CategoryColumns { get; }

    /// <summary>N x A numbers, NaN where they are missing; null if there are none.</summary>
    public OnnxValue? Numbers { get; }

    /// <summary>N x A truth values: the number is known.</summary>
    public OnnxValue? KnowsNumber { get; }

    /// <summary>N x B indices of categories, 0 where they are missing; null if there are none.</summary>
    public OnnxValue? Categories { get; }

    /// <summary>N x B truth values: the category is known.</summary>
    public OnnxValue? KnowsCategory { get; }

    /// <summary>Places of the columns of categories in a list of the categories of all, and its length: B + 1 whole numbers.</summary>
    public IReadOnlyList<int> Offsets { get; }

    /// <summary>N x B places of the categories in such a list.</summary>
    public OnnxValue Places => Categories! + Row.Graph.Wholes(Offsets.SkipLast(1).Select(start => (long)start), [CategoryColumns.Count], "offsets");

    /// <summary>Number of a column's categories, the one of all that are rare or new included.</summary>
    public int Size(int column) => ((FittedCategories)Schema.Fields[column]).Levels.Count + 1;

    /// <summary>Values of a list of the categories of all columns, N x B.</summary>
    /// <param name="value">The value of a column's category.</param>
    /// <param name="hint">Name of the constant.</param>
    public OnnxValue OfCategories(Func<int, int, double> value, string hint) =>
        Row
            .Graph.Doubles(
                CategoryColumns.SelectMany(column => Enumerable.Range(0, Size(column)).Select(category => value(column, category))),
                [Offsets[^1]],
                hint
            )
            .Gather(Places, 0);

    /// <summary>Puts what was computed of the numbers and of the categories in the order of the columns, N x D.</summary>
    public OnnxValue Together(OnnxValue? numbers, OnnxValue? categories)
    {
        int[] order = [.. NumberColumns, .. CategoryColumns];
        return OnnxValue
            .Concat([.. new[] { numbers, categories }.OfType<OnnxValue>()])
            .Columns([.. Enumerable.Range(0, order.Length).Select(column => Array.IndexOf(order, column))], order.Length);
    }

    private static int[] Columns<TColumn>(TableSchema schema) => [.. schema.Fields.Index().Where(field => field.Item is TColumn).Select(field => field.Index)];
}
