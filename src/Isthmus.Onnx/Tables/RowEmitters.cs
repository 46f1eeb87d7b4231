using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Onnx.Emitters;
using Isthmus.Onnx.Graphs;

namespace Isthmus.Onnx.Tables;

/// <summary>The modules of models of tables: a row as its encoder takes it, and the mean of the likelihood of mixed columns.</summary>
internal static class RowEmitters
{
    public static void Register()
    {
        OnnxEmitters.Add<RowInput>(Input);
        OnnxEmitters.Add<MixedLikelihood>(Mean);
    }

    private static OnnxValue Input(RowInput input, OnnxValue row)
    {
        var graph = row.Graph;
        var width = input.Dimension;
        List<OnnxValue> parts = [];
        void Add(IReadOnlyList<long> columns, Func<OnnxValue, OnnxValue> map)
        {
            if (columns.Count == 0)
                return;
            var own = row.Columns([.. columns.Select(column => (int)column)], width);
            var known = own.IsMissing().Not();
            parts.Add(known.Choose(map(known.Choose(own, graph.Constant(0))), graph.Constant(0)));
            parts.Add(known.Cast(OnnxElement.Float));
        }
        Add(input.Numbers, Asinh);
        Add(input.Counts, values => (values + 1).Apply("Log"));
        Add(input.Pairs, values => values.Above(graph.Constant(1.5)).Choose(graph.Constant(0), values * 2 - 1));
        foreach (var (column, levels) in input.Levels)
        {
            var own = row.Columns([(int)column], width);
            // An index beyond the last is none of them.
            var place = own.IsMissing().Choose(graph.Constant(levels), own).Cast(OnnxElement.Int64).Reshape(-1);
            parts.Add(graph.Node("OneHot", [place, graph.Wholes([levels], [1], "levels"), graph.Floats([0, 1], [2], "off_on")], [("axis", -1)]));
        }
        foreach (var (column, modes) in input.Modes)
        {
            var own = row.Columns([(int)column], width);
            var known = own.IsMissing().Not();
            OnnxValue Each(Func<Data.Cells.ColumnMode, double> of, string hint) => graph.Floats(modes.Select(mode => (float)of(mode)), [modes.Count], hint);
            var deviates = (known.Choose(own, graph.Constant(0)) - Each(mode => mode.Mean, "mode_means")) / Each(mode => mode.Deviation, "mode_deviations");
            var logs = Each(mode => Math.Log(mode.Share) - Math.Log(mode.Deviation), "mode_logs") - deviates * deviates * 0.5;
            parts.Add(known.Choose(logs.Softmax(), graph.Constant(0)));
        }
        return OnnxValue.Concat(parts) with { Shape = [input.Width] };
    }

    /// <summary>Returns asinh as torch computes it; the operator's own loses all digits of large negative numbers in ONNX Runtime.</summary>
    private static OnnxValue Asinh(OnnxValue x)
    {
        // sign(x) ln(|x| + sqrt(x^2 + 1)), of small x as |x| + x^2 / (1 + sqrt(x^2 + 1)) past 1, in 64 bits.
        var size = x.Apply("Abs").Cast(OnnxElement.Double);
        var one = x.Graph.Double(1);
        return (size + (size * size + one).Apply("Sqrt")).Apply("Log").Cast(OnnxElement.Float) * x.Apply("Sign");
    }

    private static OnnxValue Mean(MixedLikelihood likelihood, OnnxValue parameters)
    {
        List<OnnxValue> parts = [];
        var start = 0L;
        foreach (var block in likelihood.Blocks)
        {
            var width = block.Columns.Length * block.ParametersPerColumn;
            parts.Add(Mean(block, parameters.Narrow(-1, start, width).Reshape(0, block.Columns.Length, block.ParametersPerColumn)));
            start += width;
        }
        var order = likelihood.Blocks.SelectMany(block => block.Columns).ToList();
        return OnnxValue.Concat(parts).Columns([.. Enumerable.Range(0, order.Count).Select(column => order.IndexOf(column))], order.Count) with
        {
            Shape = [order.Count],
        };
    }

    /// <summary>Returns the means of a block's columns, N x C, from parameters N x C x P.</summary>
    private static OnnxValue Mean(ColumnBlock block, OnnxValue parameters)
    {
        OnnxValue Only(OnnxValue value) => value.Reshape(0, block.Columns.Length);
        var graph = parameters.Graph;
        switch (block)
        {
            case NumberBlock numbers:
                var modes = numbers.Modes;
                var count = modes[0].Count;
                OnnxValue Grid(Func<Data.Cells.ColumnMode, double> of, string hint) =>
                    graph.Floats(modes.SelectMany(own => own.Select(mode => (float)of(mode))), [modes.Count, count], hint);
                var split = parameters.Chunk(count == 1 ? 2 : 3);
                var locations = Grid(mode => mode.Mean, "mode_means") + split[^2] * Grid(mode => mode.Deviation, "mode_deviations");
                return count == 1 ? Only(locations) : (split[0].Softmax() * locations).Sum(-1);
            case CountBlock:
                return Only(parameters.Narrow(-1, 0, 1)).Clip(-CountBlock.MostLog, CountBlock.MostLog).Exp();
            case TwoLevelBlock:
                return Only(parameters).Above(graph.Constant(0)).Cast(OnnxElement.Float);
            case CategoryBlock:
                return parameters.With("ArgMax", ("axis", -1), ("keepdims", 0)).Cast(OnnxElement.Float);
            default:
                throw new NoOnnxFormException(block.GetType().Name);
        }
    }
}
