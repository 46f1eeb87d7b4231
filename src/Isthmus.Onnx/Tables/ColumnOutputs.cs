using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Onnx.Graphs;

namespace Isthmus.Onnx.Tables;

/// <summary>
/// Outputs of rows, one a column: numbers in the column's unit, on its grid and in its range, and texts of categories. The rare ones, which share an index,
/// come back as the first of them.
/// </summary>
internal static class ColumnOutputs
{
    /// <summary>Name of a column as it comes back.</summary>
    public static string NameOf(FittedColumn column) => $"{column.Name}_reconstructed";

    /// <summary>Declares the outputs.</summary>
    /// <param name="mean">N x D 32-bit floats on the model's scale.</param>
    /// <param name="schema">Schema of a row.</param>
    public static void Declare(OnnxValue mean, TableSchema schema)
    {
        var (columns, steps) = (ColumnInputs.Of(schema), schema.Series?.Window ?? 1);
        foreach (var (place, column) in columns.Index())
        {
            var own =
                steps == 1 ? mean.Columns([place], columns.Count) : mean.Reshape(0, steps, columns.Count).Columns([place], columns.Count).Reshape(0, steps);
            var element = ColumnPrecision.Of(column).Element;
            mean.Graph.Output(
                NameOf(column),
                column is FittedNumbers numbers ? Number(own, numbers).Cast(element) : Text(own, (FittedCategories)column),
                element,
                steps
            );
        }
    }

    private static OnnxValue Number(OnnxValue scaled, FittedNumbers column)
    {
        var graph = scaled.Graph;
        var (least, most) = (graph.Double(column.Minimum), graph.Double(column.Maximum));
        var number = scaled.Cast(OnnxElement.Double);
        if (column.Kind != ColumnKind.Count)
            number = number * graph.Double(column.Scale) + graph.Double(column.Center);
        OnnxValue Bounded(OnnxValue value) => value.Apply("Max", least).Apply("Min", most);
        number = Bounded(number);
        if (column.Step <= 0)
            return number;
        var step = graph.Double(column.Step);
        return Bounded(least + ((number - least) / step).Apply("Round") * step);
    }

    private static OnnxValue Text(OnnxValue index, FittedCategories column) =>
        index
            .Graph.Constant([.. column.Levels, column.Rare.FirstOrDefault(column.Levels[0])], [column.Levels.Count + 1], "categories")
            .Gather(index.Cast(OnnxElement.Int64), 0);
}
