using Google.Protobuf;
using Isthmus.Onnx.Graphs;
using Isthmus.Onnx.Wire;
using Microsoft.ML.OnnxRuntime;

namespace Isthmus.Tests.Onnx;

/// <summary>Graphs built node by node, as ONNX Runtime computes them.</summary>
public class OnnxGraphTests
{
    [Fact]
    public void Arithmetic_on_values_is_that_of_numbers()
    {
        float[] x = [-3, -0.5f, 0, 0.25f, 7, 1e4f];
        Same(x, v => v * 2 + 1 - v / 4, n => n * 2 + 1 - n / 4);
        Same(x, v => (-v - 2).Relu(), n => Math.Max(0, -n - 2));
        Same(x, v => v.Clip(-1, 5), n => Math.Clamp(n, -1, 5));
        Same(x, v => v.Sigmoid(), n => 1 / (1 + Math.Exp(-n)));
        Same(x, v => v.Silu(), n => n / (1 + Math.Exp(-n)));
        Same(x, v => v.Asinh(), n => Math.Asinh(n));
        // Of numbers for which ln(x + sqrt(x^2 + 1)) would be 0 or minus infinity in 32 bits.
        Same([-1e6f, -1e-3f, 1e-3f, 1e6f], v => v.Asinh(), n => Math.Asinh(n));
        Same(x, v => v.Above(v.Graph.Constant(0)).Cast(OnnxElement.Float), n => n > 0 ? 1 : 0);
    }

    [Fact]
    public void Parts_of_rows_are_cut_and_joined()
    {
        float[] x = [1, 2, 3, 4, 5, 6, 7, 8];
        float[] Of(Func<OnnxValue, OnnxValue> map, long width) => Run(x, 4, map, width);
        Assert.Equal([2, 3, 6, 7], Of(v => v.Narrow(-1, 1, 2), 2));
        Assert.Equal([3, 4, 1, 2, 7, 8, 5, 6], Of(v => v.Chunk(2) is var halves ? OnnxValue.Concat([halves[1], halves[0]]) : v, 4));
        Assert.Equal([10, 26], Of(v => v.Sum(-1, keep: true), 1));
        Assert.Equal([4, 6, 12, 14], Of(v => v.Reshape(0, 2, 2).Sum(1), 2));
    }

    [Fact]
    public void Names_are_unique_and_a_node_of_another_domain_is_imported()
    {
        var graph = new OnnxGraph("names");
        var x = graph.Input("x", OnnxElement.Float, 2);
        Assert.Equal(["constant", "constant_1", "constant_2"], Enumerable.Range(0, 3).Select(_ => graph.Constant(1).Name));
        Assert.Equal(["Relu", "Relu_1"], [x.Relu().Name, x.Relu().Name]);
        // A name that another has taken already.
        Assert.Equal("x_1", graph.Constant((float[])[1], [1], "x").Name);
        graph.Node("Scaler", [x], [("scale", (float[])[2])], "ai.onnx.ml");
        var model = graph.ToModel([new("key", "value")], "a graph");
        Assert.Equal([("", 17L), ("ai.onnx.ml", 3L)], model.OpsetImport.Select(set => (set.Domain, set.Version)));
        Assert.Equal(8, model.IrVersion);
        Assert.Throws<ArgumentException>(() => graph.Node("Anything", [x], domain: "com.example"));
        Assert.Throws<ArgumentException>(() => graph.Node("Relu", [x], [("scale", 1m)]));
    }

    [Fact]
    public void Fields_that_are_not_known_here_stay_with_a_file_that_is_read_and_written_again()
    {
        // Field 25 of a model, training_info's neighbour in a later version: a message of 3 bytes.
        byte[] bytes = [.. new ModelProto { IrVersion = 8 }.ToByteArray(), 0xCA, 0x01, 3, 1, 2, 3];
        Assert.Equal(bytes, ModelProto.Parser.ParseFrom(bytes).ToByteArray());
    }

    private static void Same(float[] x, Func<OnnxValue, OnnxValue> map, Func<double, double> expected) =>
        Assert.All(x.Zip(Run(x, 1, map, 1)), pair => Assert.Equal(expected(pair.First), pair.Second, 1e-6 * Math.Max(1, Math.Abs(expected(pair.First)))));

    private static float[] Run(float[] x, long width, Func<OnnxValue, OnnxValue> map, long outputs)
    {
        var graph = new OnnxGraph("test");
        graph.Output("y", map(graph.Input("x", OnnxElement.Float, width)), OnnxElement.Float, outputs);
        using var session = new InferenceSession(graph.ToModel([], "").ToByteArray());
        using var input = OrtValue.CreateTensorValueFromMemory(x, [x.Length / width, width]);
        using var options = new RunOptions();
        using var made = session.Run(options, ["x"], [input], ["y"]);
        return made[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
