using Isthmus.Onnx.Graphs;
using Isthmus.Tables;

namespace Isthmus.Onnx.Tables;

/// <summary>Bits of single cells, as <see cref="RareCells"/> has them for new rows.</summary>
internal static class RareCellNodes
{
    /// <summary>Returns the bits of each cell, N x D.</summary>
    public static OnnxValue Bits(RowCells cells, RareCells rare)
    {
        var graph = cells.Row.Graph;
        OnnxValue Missing(IReadOnlyList<int> columns) =>
            graph.Doubles(columns.Select(column => rare.OfMissing(column, isKept: false)), [columns.Count], "missing_bits");
        var numbers = cells.Numbers is null ? null : cells.KnowsNumber!.Choose(OfNumbers(cells, rare), Missing(cells.NumberColumns));
        var categories = cells.Categories is null
            ? null
            : cells.KnowsCategory!.Choose(
                cells.OfCategories((column, category) => rare.OfCategory(column, category, isKept: false), "category_bits"),
                Missing(cells.CategoryColumns)
            );
        return cells.Together(numbers, categories);
    }

    /// <summary>Returns the bits of each cell in the profile of a row of categories, N x D.</summary>
    public static OnnxValue Profile(RowCells cells, RareCells rare) =>
        cells.Together(null, cells.KnowsCategory!.Choose(cells.OfCategories(rare.ProfileOf, "profile_bits"), cells.Row.Graph.Double(0)));

    private static OnnxValue OfNumbers(RowCells cells, RareCells rare)
    {
        var (graph, x, columns) = (cells.Row.Graph, cells.Numbers!, cells.NumberColumns);
        RareCells.Ends[] ends = [.. columns.Select(rare.EndsOf)];
        OnnxValue Floats(Func<RareCells.Ends, float> of, string hint) => graph.Floats(ends.Select(of), [ends.Length], hint);
        OnnxValue Doubles(Func<RareCells.Ends, double> of, string hint) => graph.Doubles(ends.Select(of), [ends.Length], hint);
        var (low, high, zero) = (Floats(end => end.Values.Low, "lows"), Floats(end => end.Values.High, "highs"), Floats(end => end.Values.Zero, "zeros"));
        // A hair beyond is the same number in single precision.
        var hair = x.Apply("Abs").Apply("Max", graph.Constant(1)) * graph.Constant(1e-5);
        var isConstant = graph
            .Floats(ends.Select(end => end.Values.Low == end.Values.High ? 1f : 0), [ends.Length], "constant_columns")
            .Cast(OnnxElement.Boolean);
        var belowZero = x.Apply("Less", zero - hair).Apply("And", low.Apply("GreaterOrEqual", zero - hair));
        var isNew = isConstant.Apply("And", (x - low).Apply("Abs").Above(hair)).Apply("Or", isConstant.Not().Apply("And", belowZero));
        var (isAbove, isBelow) = (x.Above(high + hair), x.Apply("Less", low - hair));
        // How far beyond, where it is beyond: elsewhere any number will do.
        var (exact, nothing) = (x.Cast(OnnxElement.Double), graph.Double(0));
        var above = TailNodes.Beyond(
            (exact - high.Cast(OnnxElement.Double)).Apply("Max", nothing),
            Doubles(end => end.Tails.Above.Shape, "shapes_above"),
            Doubles(end => end.Tails.Above.Scale, "scales_above")
        );
        var below = TailNodes.Beyond(
            (low.Cast(OnnxElement.Double) - exact).Apply("Max", nothing),
            Doubles(end => end.Tails.Below.Shape, "shapes_below"),
            Doubles(end => end.Tails.Below.Scale, "scales_below")
        );
        var beyond = (isAbove.Choose(above, below) + graph.Doubles(columns.Select(rare.OfEnd), [columns.Count], "end_bits")).Apply("Max", nothing);
        return isNew.Choose(graph.Doubles(columns.Select(rare.OfNewNumber), [columns.Count], "new_bits"), isAbove.Apply("Or", isBelow).Choose(beyond, nothing));
    }
}
