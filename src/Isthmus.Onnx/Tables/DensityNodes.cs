using Isthmus.Onnx.Graphs;
using Isthmus.Tables;

namespace Isthmus.Onnx.Tables;

/// <summary>
/// Nats of <see cref="NeighbourDensity"/>: the kept row that makes a row most likely, and the kernel around it. Distances of all kept rows come from one matrix
/// product, in 64-bit floats; the nearest few are then compared again by the very sums that the scorer rounds to 32 bits, so that of two kept rows as near as
/// each other both take the same one.
/// </summary>
internal sealed class DensityNodes
{
    private const int MostCandidates = 16;
    private readonly OnnxGraph _graph;
    private readonly RowCells _cells,
        _kept;
    private readonly NearestRows _rows;
    private readonly OnnxValue _factors,
        _offsets,
        _weight;
    private readonly OnnxValue? _numbers,
        _keptNumbers,
        _heavy,
        _keptHeavy;

    /// <summary>Adds the nodes.</summary>
    /// <param name="cells">The rows.</param>
    /// <param name="kept">The kept rows, M x D.</param>
    /// <param name="density">The density around them.</param>
    /// <param name="hairs">Rounding of each column of the rows.</param>
    public DensityNodes(RowCells cells, OnnxValue kept, NeighbourDensity density, IReadOnlyList<(double Least, double Share)> hairs)
    {
        (_graph, _cells, _rows, _kept) = (cells.Row.Graph, cells, density.Kept, new(kept, cells.Schema));
        var (factors, offsets) = density.Kernels;
        _factors = _graph.Floats(factors.Take(_rows.Count), [_rows.Count], "kernel_factors");
        _offsets = _graph.Floats(offsets.Take(_rows.Count), [_rows.Count], "kernel_offsets");
        // The known cells count for the missing ones.
        var known = cells.Row.IsMissing().Not().Cast(OnnxElement.Float).Sum(-1, keep: true);
        _weight = _graph.Constant(cells.Schema.Dimension) / known.Apply("Max", _graph.Constant(1));
        if (cells.Numbers is not null)
            (_numbers, _keptNumbers) = (Standard(cells), Standard(_kept));
        if (cells.Categories is not null)
            (_heavy, _keptHeavy) = (Heavy(cells), Heavy(_kept));
        var nearest = Nearest(hairs);
        var squares = Squares(nearest);
        Cells = squares * _factors.Gather(nearest, 0);
        Other = _offsets.Gather(nearest, 0);
    }

    /// <summary>N x D nats of the cells, 32-bit floats.</summary>
    public OnnxValue Cells { get; }

    /// <summary>N x 1 nats of the kernel's width, 32-bit floats.</summary>
    public OnnxValue Other { get; }

    /// <summary>Returns numbers in deviations from the mean of the kept cells; a missing one is at the mean.</summary>
    private OnnxValue Standard(RowCells cells)
    {
        var count = _cells.NumberColumns.Count;
        var means = _graph.Floats(_rows.Numbers.Select(column => column.Mean), [count], "kept_means");
        return (cells.KnowsNumber!.Choose(cells.Numbers!, means) - means) * _graph.Floats(_rows.Numbers.Select(column => column.Unit), [count], "kept_units");
    }

    /// <summary>Returns 1/p of each category; 0 for a missing one.</summary>
    private OnnxValue Heavy(RowCells cells) =>
        cells.KnowsCategory!.Choose(
            _graph
                .Floats(_rows.Categories.SelectMany(column => column.Weights.Take(cells.Size(column.Column))), [cells.Offsets[^1]], "category_weights")
                .Gather(cells.Places, 0),
            _graph.Constant(0)
        );

    /// <summary>Returns the index of the nearest kept row, N x 1; of a row that is itself kept, that of the nearest other one.</summary>
    private OnnxValue Nearest(IReadOnlyList<(double Least, double Share)> hairs)
    {
        var candidates = Candidates();
        var costs = Costs(candidates);
        OnnxValue Best(OnnxValue of)
        {
            // Of rows as near as each other the first.
            var last = _graph.Wholes([_rows.Count - 1], [], "last_kept");
            return of.Apply("Equal", of.Least(1)).Choose(candidates, last).Least(1);
        }
        var nearest = Best(costs);
        if (_rows.Count == 1)
            return nearest;
        var twin = _kept.Row.Gather(nearest.Reshape(-1), 0);
        var (least, share) = (
            _graph.Floats(hairs.Select(hair => (float)hair.Least), [hairs.Count], "hairs"),
            _graph.Floats(hairs.Select(hair => (float)hair.Share), [hairs.Count], "hair_shares")
        );
        var isAlike = (_cells.Row - twin).Apply("Abs").Apply("LessOrEqual", twin.Apply("Abs") * share + least).Apply("Or", _cells.Row.IsMissing());
        var isTwin = isAlike.Cast(OnnxElement.Float).Least(1).Cast(OnnxElement.Boolean);
        return Best(candidates.Apply("Equal", nearest).Apply("And", isTwin).Choose(_graph.Constant(double.PositiveInfinity), costs));
    }

    /// <summary>Returns the indices of the nearest kept rows by distances from a matrix product, N x K.</summary>
    private OnnxValue Candidates()
    {
        List<OnnxValue> own = [],
            others = [],
            fixedParts = [];
        if (_numbers is not null)
        {
            var (number, kept) = (_numbers.Cast(OnnxElement.Double), _keptNumbers!.Cast(OnnxElement.Double));
            own.AddRange([number, _cells.KnowsNumber!.Cast(OnnxElement.Double)]);
            others.AddRange([kept * _graph.Double(-2), kept * kept]);
            fixedParts.Add((number * number).Sum(-1, keep: true));
        }
        if (_heavy is not null)
        {
            // 1/p + 1/p' of all known columns, less twice 1/p of those that agree.
            own.AddRange([_cells.KnowsCategory!.Cast(OnnxElement.Double), Marked(_cells)]);
            var weights = _graph.Doubles(
                [.. _rows.Categories.SelectMany(column => column.Weights.Take(_cells.Size(column.Column))).Select(weight => -2.0 * weight), 0],
                [_cells.Offsets[^1] + 1],
                "agreement"
            );
            others.AddRange([_keptHeavy!.Cast(OnnxElement.Double), Marked(_kept) * weights]);
            fixedParts.Add(_heavy.Cast(OnnxElement.Double).Sum(-1, keep: true));
        }
        var product = OnnxValue.Concat(own).MatMul(OnnxValue.Concat(others).With("Transpose", ("perm", (long[])[1, 0])));
        var squares = (fixedParts.Aggregate((a, b) => a + b) + product) * _weight.Cast(OnnxElement.Double);
        var costs = squares * _factors.Cast(OnnxElement.Double) + _offsets.Cast(OnnxElement.Double);
        return _graph.Nodes(
            "TopK",
            [costs.Cast(OnnxElement.Float), _graph.Wholes([Math.Min(MostCandidates, _rows.Count)], [1], "candidates")],
            2,
            [("axis", -1), ("largest", 0), ("sorted", 1)]
        )[1];
    }

    /// <summary>Returns 1 for each category that a row has among those of all columns, and 0 for the others; the last place takes the missing ones.</summary>
    private OnnxValue Marked(RowCells cells)
    {
        var (all, columns) = (cells.Offsets[^1], cells.CategoryColumns.Count);
        var places = cells.KnowsCategory!.Choose(cells.Places, _graph.Wholes([all], [], "no_category"));
        var rows = places.Apply("Shape").Gather(_graph.Wholes([0], [1], "first"), 0);
        var none = OnnxValue.Concat([rows, _graph.Wholes([all + 1], [1], "categories")], 0).Apply("ConstantOfShape");
        var ones = OnnxValue.Concat([rows, _graph.Wholes([columns], [1], "category_columns")], 0).Apply("ConstantOfShape") + 1;
        return _graph.Node("ScatterElements", [none, places, ones], [("axis", 1)]).Cast(OnnxElement.Double);
    }

    /// <summary>Returns the costs of the candidates, N x K: weighted squared distance and width of the kernel, summed as the scorer does.</summary>
    private OnnxValue Costs(OnnxValue candidates)
    {
        OnnxValue? sum = null;
        if (_numbers is not null)
        {
            var differences = _numbers.Unsqueeze(1) - _keptNumbers!.Gather(candidates, 0);
            var known = _cells.KnowsNumber!.Unsqueeze(1).Choose(differences, _graph.Constant(0)).Cast(OnnxElement.Double);
            // The square of a 32-bit float is exact in 64 bits, so that this is a fused multiplication and addition.
            foreach (var square in Parts(known * known, _cells.NumberColumns.Count))
                sum = (sum is null ? square : sum.Cast(OnnxElement.Double) + square).Cast(OnnxElement.Float);
        }
        if (_heavy is not null)
        {
            var parts = Differing(_cells.Categories!.Unsqueeze(1), _kept.Categories!.Gather(candidates, 0), _kept.KnowsCategory!.Gather(candidates, 0))
                .Apply("And", _cells.KnowsCategory!.Unsqueeze(1))
                .Choose(_keptHeavy!.Gather(candidates, 0) + _heavy.Unsqueeze(1), _graph.Constant(0));
            foreach (var part in Parts(parts, _cells.CategoryColumns.Count))
                sum = sum is null ? part : sum + part;
        }
        var squares = (sum!.Reshape(0, -1) * _weight).Cast(OnnxElement.Double);
        return (squares * _factors.Gather(candidates, 0).Cast(OnnxElement.Double) + _offsets.Gather(candidates, 0).Cast(OnnxElement.Double)).Cast(
            OnnxElement.Float
        );
    }

    /// <summary>Returns each column's part of the squared distance from kept rows, N x D.</summary>
    private OnnxValue Squares(OnnxValue nearest)
    {
        var place = nearest.Reshape(-1);
        OnnxValue? numbers = null,
            categories = null;
        if (_numbers is not null)
        {
            var difference = _numbers - _keptNumbers!.Gather(place, 0);
            numbers = _cells.KnowsNumber!.Choose(_weight * difference * difference, _graph.Constant(0));
        }
        if (_heavy is not null)
            categories = Differing(_cells.Categories!, _kept.Categories!.Gather(place, 0), _kept.KnowsCategory!.Gather(place, 0))
                .Apply("And", _cells.KnowsCategory!)
                .Choose(_weight * (_heavy + _keptHeavy!.Gather(place, 0)), _graph.Constant(0));
        return _cells.Together(numbers, categories);
    }

    // A missing category of a kept row is another than every known one.
    private static OnnxValue Differing(OnnxValue own, OnnxValue kept, OnnxValue isKnown) => own.Apply("Equal", kept).Apply("And", isKnown).Not();

    private static IReadOnlyList<OnnxValue> Parts(OnnxValue value, int count) => count == 1 ? [value] : value.Chunk(count);
}
