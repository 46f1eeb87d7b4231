using Isthmus.Onnx.Graphs;
using Isthmus.Tables;

namespace Isthmus.Onnx.Tables;

/// <summary>Bits of a value among usual ones, as <see cref="UpperTail"/> has them.</summary>
internal static class TailNodes
{
    /// <summary>Returns bits, N x 1, of values N x 1.</summary>
    public static OnnxValue Bits(OnnxValue value, UpperTail tail, string name)
    {
        var graph = value.Graph;
        var (values, bits) = tail.Usual;
        if (values.Count == 0)
            return graph.Doubles([0], [1, 1]);
        var (shape, scale, spread) = tail.Form;
        var (least, most) = (graph.Double(values[0]), graph.Double(values[^1]));
        var above = graph.Double(bits[^1]) + Beyond(value.Apply("Max", most) - most, graph.Double(shape), graph.Double(scale));
        var below = graph.Double(bits[0]) * ((value.Apply("Min", least) - least) / graph.Double(spread)).Exp();
        var inside = below;
        if (values.Count > 1)
        {
            var (rank, all) = RankNodes.Of(value, values, isStrict: false, $"{name}_values");
            var heights = graph.Doubles(bits, [values.Count], $"{name}_bits");
            var one = graph.Wholes([1], [], "one");
            var place = (rank - one).Apply("Max", graph.Wholes([0], [], "first")).Apply("Min", graph.Wholes([values.Count - 2], [], "last"));
            var next = place + one;
            var (low, lowBits) = (all.Gather(place, 0), heights.Gather(place, 0));
            inside = value.Apply("Less", least).Choose(below, lowBits + (value - low) / (all.Gather(next, 0) - low) * (heights.Gather(next, 0) - lowBits));
        }
        return value.Apply("GreaterOrEqual", most).Choose(above, inside);
    }

    /// <summary>Returns the bits of distances beyond the greatest usual value, at least 0: <c>log2(1 + shape d / scale) / shape</c>.</summary>
    public static OnnxValue Beyond(OnnxValue distance, OnnxValue shape, OnnxValue scale) =>
        (distance * shape / scale + distance.Graph.Double(1)).Log2() / shape;
}
