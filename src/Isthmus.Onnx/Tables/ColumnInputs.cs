using System.Text.Json;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Onnx.Graphs;

namespace Isthmus.Onnx.Tables;

/// <summary>
/// Inputs of a graph of rows, one a column under its own name: N x 1 numbers in the column's unit, NaN where they are missing, or texts, empty where they are
/// missing. Of windows of a series an input has the column's values of a window, N x W.
/// </summary>
internal static class ColumnInputs
{
    private const double LargestCount = 1 << 24;
    private const int MostMoreDecimals = 4;

    /// <summary>The columns that enter: of a series those of a row of it.</summary>
    public static IReadOnlyList<FittedColumn> Of(TableSchema schema) => schema.Series is null ? schema.Fields : SeriesRecords.Narrow(schema).Fields;

    /// <summary>Describes the inputs, in JSON.</summary>
    public static string Described(TableSchema schema) =>
        JsonSerializer.Serialize(
            Of(schema)
                .Select(column => new
                {
                    column.Name,
                    Kind = column.Kind.ToString().ToLowerInvariant(),
                    Type = ColumnPrecision.Of(column).Element switch
                    {
                        OnnxElement.Text => "string",
                        OnnxElement.Double => "double",
                        _ => "float",
                    },
                    Missing = column is FittedNumbers ? "NaN" : "",
                    Unit = column.Kind == ColumnKind.Date ? "seconds since 1970-01-01T00:00:00Z; of a time of day, since midnight" : null,
                }),
            JsonFormat.Compact
        );

    /// <summary>Declares the inputs.</summary>
    /// <returns>N x D 32-bit floats on the model's scale.</returns>
    public static OnnxValue Declare(OnnxGraph graph, TableSchema schema)
    {
        var (columns, steps) = (Of(schema), schema.Series?.Window ?? 1);
        var given = columns.Select(column => graph.Input(column.Name, ColumnPrecision.Of(column).Element, steps)).ToArray();
        int[] Places(OnnxElement element) =>
            [.. columns.Index().Where(column => ColumnPrecision.Of(column.Item).Element == element).Select(column => column.Index)];
        int[] singles = Places(OnnxElement.Float),
            doubles = Places(OnnxElement.Double),
            texts = Places(OnnxElement.Text),
            numbers = [.. singles, .. doubles];
        // Of a series the columns of one row stand side by side, and all are numbers.
        OnnxValue Side(IEnumerable<int> places) =>
            OnnxValue.Concat([.. places.Select(place => schema.Series is null ? given[place] : given[place].Unsqueeze(-1))]);
        List<OnnxValue> parts = [];
        if (singles.Length > 0)
            parts.Add(Widened(Side(singles), [.. singles.Select(place => ColumnPrecision.Of(columns[place]).Unit)]));
        if (doubles.Length > 0)
            parts.Add(Side(doubles));
        if (parts.Count > 0)
            parts = [Scaled(OnnxValue.Concat(parts), [.. numbers.Select(place => (FittedNumbers)columns[place])])];
        parts.AddRange(texts.Select(place => Indices(given[place], (FittedCategories)columns[place])));
        int[] order = [.. numbers, .. texts];
        var row = OnnxValue.Concat(parts).Columns([.. Enumerable.Range(0, columns.Count).Select(place => Array.IndexOf(order, place))], columns.Count);
        return (schema.Series is null ? row : row.Reshape(0, -1)) with { Shape = [schema.Dimension] };
    }

    /// <summary>
    /// Returns 32-bit floats as the decimals that they stand for, 64-bit floats: those with the fewest decimals, no fewer than the column has, that are the
    /// same 32-bit number.
    /// </summary>
    private static OnnxValue Widened(OnnxValue singles, double[] units)
    {
        var number = singles.Cast(OnnxElement.Double);
        var nearest = number;
        for (var more = MostMoreDecimals; more >= 0; more--)
        {
            var unit = singles.Graph.Doubles(units.Select(unit => unit * Math.Pow(10, more)), [units.Length], "decimal_units");
            var near = (number * unit).Apply("Round") / unit;
            nearest = near.Cast(OnnxElement.Float).Apply("Equal", singles).Choose(near, nearest);
        }
        return nearest;
    }

    /// <summary>Returns numbers on the model's scale, 32-bit floats.</summary>
    private static OnnxValue Scaled(OnnxValue numbers, FittedNumbers[] columns)
    {
        var graph = numbers.Graph;
        OnnxValue Each(Func<FittedNumbers, double> of, string hint) => graph.Doubles(columns.Select(of), [columns.Length], hint);
        static bool IsCount(FittedNumbers column) => column.Kind == ColumnKind.Count;
        var centers = Each(column => IsCount(column) ? 0 : column.Center, "centers");
        // NaN would not survive the bounds.
        var isMissing = numbers.Cast(OnnxElement.Float).IsMissing();
        var scaled = (isMissing.Choose(centers, numbers) - centers) / Each(column => IsCount(column) ? 1 : column.Scale, "scales");
        var bounded = scaled
            .Apply("Max", Each(column => IsCount(column) ? 0 : -FittedNumbers.Farthest, "least"))
            .Apply("Min", Each(column => IsCount(column) ? LargestCount : FittedNumbers.Farthest, "most"));
        return isMissing.Choose(graph.Constant(double.NaN), bounded.Cast(OnnxElement.Float));
    }

    /// <summary>Returns the index of each text's category; NaN for an empty one.</summary>
    private static OnnxValue Indices(OnnxValue texts, FittedCategories column)
    {
        var known = CategoryTexts.Of(column);
        var index = texts.Graph.Node(
            "LabelEncoder",
            [texts],
            [
                ("keys_strings", (string[])["", .. known.Keys]),
                ("values_floats", (float[])[-1, .. known.Values.Select(place => (float)place)]),
                ("default_float", (float)column.Levels.Count),
            ],
            "ai.onnx.ml"
        );
        return index.Apply("Less", texts.Graph.Constant(0)).Choose(texts.Graph.Constant(double.NaN), index);
    }
}
