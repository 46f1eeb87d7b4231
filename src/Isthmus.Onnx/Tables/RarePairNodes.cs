using Isthmus.Onnx.Graphs;
using Isthmus.Tables;

namespace Isthmus.Onnx.Tables;

/// <summary>Bits of pairs of cells, as <see cref="RarePairs"/> has them for new rows.</summary>
internal static class RarePairNodes
{
    /// <summary>Returns the bits of each cell's rare pairs, N x D, and of the rarest pair, N x 1; null if no columns depend on each other.</summary>
    /// <param name="cells">The rows.</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="hairs">Rounding of each column of the rows.</param>
    public static (OnnxValue Cells, OnnxValue Most)? Bits(RowCells cells, RarePairs pairs, IReadOnlyList<(double Least, double Share)> hairs)
    {
        var (graph, width) = (cells.Row.Graph, cells.Schema.Dimension);
        (int A, int B, double[,] Bits)[] all = [.. pairs.Pairs];
        if (all.Length == 0)
            return null;
        // A missing value is a class of its own, without bits.
        int Classes(int column) => pairs.LastClass(column) + 2;
        long[] starts = [.. all.Aggregate(new List<long> { 0 }, (sums, pair) => [.. sums, sums[^1] + (Classes(pair.A) * Classes(pair.B))]).SkipLast(1)];
        var table = graph.Doubles(all.SelectMany(pair => Padded(pair.Bits)), [starts[^1] + (Classes(all[^1].A) * Classes(all[^1].B))], "pair_bits");
        var classes = cells.Together(OfNumbers(cells, pairs, hairs), OfCategories(cells, pairs));
        OnnxValue Of(Func<(int A, int B, double[,] Bits), long> of, string hint) => graph.Wholes(all.Select(of), [all.Length], hint);
        var (first, second) = (classes.Gather(Of(pair => pair.A, "pair_a"), 1), classes.Gather(Of(pair => pair.B, "pair_b"), 1));
        var places = first * Of(pair => Classes(pair.B), "pair_classes") + second + graph.Wholes(starts, [all.Length], "pair_starts");
        var found = table.Gather(places, 0);
        var most = found.Greatest(-1).Apply("Max", graph.Double(0));
        var counts = found.Above(graph.Double(0)).Apply("And", found.Apply("GreaterOrEqual", most / graph.Double(2)));
        var belongs = new double[all.Length * width];
        foreach (var (place, pair) in all.Index())
            belongs[place * width + pair.A] = belongs[place * width + pair.B] = 1;
        return (counts.Choose(found, graph.Double(0)).MatMul(graph.Doubles(belongs, [all.Length, width], "pair_columns")), most);
    }

    private static OnnxValue? OfNumbers(RowCells cells, RarePairs pairs, IReadOnlyList<(double Least, double Share)> hairs)
    {
        if (cells.Numbers is null)
            return null;
        var (graph, columns) = (cells.Row.Graph, cells.NumberColumns);
        var most = Math.Max(1, columns.Max(column => pairs.EdgesOf(column)!.Count));
        // An edge is a training cell: one that comes back must not fall below it by what rounding takes.
        var edges = columns.SelectMany(column =>
            pairs
                .EdgesOf(column)!
                .Select(edge => hairs[column] is (0, 0) ? edge : (float)(edge - hairs[column].Least - hairs[column].Share * Math.Abs(edge)))
                .Concat(Enumerable.Repeat(float.PositiveInfinity, most - pairs.EdgesOf(column)!.Count))
        );
        var above = graph.Floats(edges, [1, columns.Count, most], "edges").Apply("LessOrEqual", cells.Numbers.Unsqueeze(-1));
        return cells.KnowsNumber!.Choose(above.Cast(OnnxElement.Int64).Sum(-1), Missing(graph, columns, pairs));
    }

    private static OnnxValue? OfCategories(RowCells cells, RarePairs pairs)
    {
        if (cells.Categories is null)
            return null;
        var (graph, columns) = (cells.Row.Graph, cells.CategoryColumns);
        var last = graph.Wholes(columns.Select(column => (long)pairs.LastClass(column)), [columns.Count], "last_classes");
        return cells.KnowsCategory!.Choose(cells.Categories.Apply("Min", last), Missing(graph, columns, pairs));
    }

    private static OnnxValue Missing(OnnxGraph graph, IReadOnlyList<int> columns, RarePairs pairs) =>
        graph.Wholes(columns.Select(column => (long)pairs.LastClass(column) + 1), [columns.Count], "missing_classes");

    private static IEnumerable<double> Padded(double[,] bits)
    {
        for (var i = 0; i <= bits.GetLength(0); i++)
            for (var j = 0; j <= bits.GetLength(1); j++)
                yield return i < bits.GetLength(0) && j < bits.GetLength(1) ? bits[i, j] : 0;
    }
}
