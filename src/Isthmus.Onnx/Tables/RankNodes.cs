using Isthmus.Onnx.Graphs;

namespace Isthmus.Onnx.Tables;

/// <summary>
/// Ranks among ascending numbers: how many of them a value is above, found in two steps of about the square root of their number, first the block and then the
/// place in it.
/// </summary>
internal static class RankNodes
{
    /// <summary>
    /// Returns the number of ascending numbers that are less than each value, or at most as great, 64-bit whole numbers, N x 1; and the ascending numbers, of
    /// which some NaN follow the last.
    /// </summary>
    /// <param name="value">N x 1 64-bit floats.</param>
    /// <param name="ascending">Numbers in ascending order, at least one.</param>
    /// <param name="isStrict">True to count those that are less; false for those that are at most as great.</param>
    /// <param name="hint">Name of the constant that holds them.</param>
    public static (OnnxValue Rank, OnnxValue Ascending) Of(OnnxValue value, IReadOnlyList<double> ascending, bool isStrict, string hint)
    {
        var (graph, comparison) = (value.Graph, isStrict ? "Less" : "LessOrEqual");
        OnnxValue Count(OnnxValue numbers) => numbers.Apply(comparison, value).Cast(OnnxElement.Int64).Sum(-1, keep: true);
        var size = (int)Math.Ceiling(Math.Sqrt(ascending.Count));
        double[][] blocks = [.. ascending.Chunk(size)];
        // NaN is neither less nor as great.
        var padded = graph.Doubles(blocks.SelectMany(block => block.Concat(Enumerable.Repeat(double.NaN, size - block.Length))), [blocks.Length, size], hint);
        var all = padded.Reshape(-1);
        if (blocks.Length == 1)
            return (Count(padded), all);
        var block = Count(graph.Doubles(blocks.Skip(1).Select(block => block[0]), [1, blocks.Length - 1], $"{hint}_blocks"));
        return (block * graph.Wholes([size], [], "size") + Count(padded.Apply("GatherND", block)), all);
    }

    /// <summary>Returns the numbers of such a constant.</summary>
    public static float[] Numbers(ReadOnlySpan<double> padded) => [.. padded.ToArray().Where(number => !double.IsNaN(number)).Select(number => (float)number)];
}
