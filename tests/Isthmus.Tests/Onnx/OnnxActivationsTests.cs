using System.Reflection;
using Google.Protobuf;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Onnx.Activations;
using Isthmus.Onnx.Wire;
using Isthmus.Tests.Verbs;

namespace Isthmus.Tests.Onnx;

/// <summary>Activations of networks that are not ours: a hand-made one whose every value is known, and ResNet-18 out of a package.</summary>
public sealed class OnnxActivationsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static readonly ImageSchema TwoByThree = new(2, 3, 1, 256);
    private static readonly Dataset Pictures = Dataset.Images("made", TwoByThree, [0, 51, 102, 153, 204, 255, 255, 0, 255, 0, 255, 0]);

    // scaled = 2 x, halved = scaled / 4: two nodes, the first named.
    private string Network(params long[] dimensions)
    {
        var graph = new GraphProto { Name = "made" };
        graph.Initializer.Add(Number("two", 2));
        graph.Initializer.Add(Number("quarter", 0.25f));
        graph.Node.Add(
            new NodeProto
            {
                OpType = "Mul",
                Name = "scale",
                Input = { "x", "two" },
                Output = { "scaled" },
            }
        );
        graph.Node.Add(
            new NodeProto
            {
                OpType = "Mul",
                Name = "halve",
                Input = { "scaled", "quarter" },
                Output = { "halved" },
            }
        );
        graph.Input.Add(Value("x", dimensions));
        graph.Output.Add(Value("halved", dimensions));
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        var path = _folder.File("made.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static TensorProto Number(string name, float value) =>
        new()
        {
            Name = name,
            DataType = 1,
            RawData = ByteString.CopyFrom(BitConverter.GetBytes(value)),
        };

    private static ValueInfoProto Value(string name, long[] dimensions)
    {
        var shape = new TensorShapeProto();
        foreach (var side in dimensions)
            shape.Dim.Add(side > 0 ? new TensorShapeProto.Types.Dimension { DimValue = side } : new TensorShapeProto.Types.Dimension { DimParam = "N" });
        return new()
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = shape },
            },
        };
    }

    [Theory]
    [InlineData(ActivationPositions.Each, 0, "0 0.4 0.8 1.2 1.6 2")]
    [InlineData(ActivationPositions.Mean, 0, "1")]
    [InlineData(ActivationPositions.Flatten, 0, "0 0.4 0.8 1.2 1.6 2")]
    // The last axis as features: two rows of three.
    [InlineData(ActivationPositions.Mean, -1, "0.6 1 1.4")]
    [InlineData(ActivationPositions.Mean, 2, "0.4 1.6")]
    public void Positions_become_rows_or_their_mean_or_one_row(ActivationPositions positions, int axis, string expected)
    {
        // A number of records that is left open, and one that is the network's own: of two records one run of three is part filled.
        foreach (var batch in new long[] { 0, 1, 3 })
        {
            using var activations = OnnxActivations.Load(
                Network(batch, 1, 2, 3),
                "scaled",
                new() { Positions = positions, FeatureAxis = axis == 0 ? null : axis }
            );
            var rows = activations.Of(Pictures);
            var each = rows.Length / 2;
            Assert.Equal(Numbers(expected), rows.Take(each).SelectMany(row => row).Select(Rounded));
            Assert.Equal(positions == ActivationPositions.Each ? 6 : 1, each);
        }
    }

    [Fact]
    public void Numbers_of_a_token_are_the_last_of_three_axes_and_channels_the_first_of_four()
    {
        var vectors = Vectors.From([
            [1f, 2, 3, 4, 5, 6],
        ]);
        using (var tokens = OnnxActivations.Load(Network(0, 2, 3), "scale"))
            Assert.Equal<float[]>(
                [
                    [2, 4, 6],
                    [8, 10, 12],
                ],
                tokens.Of(vectors)
            );
        using (var channels = OnnxActivations.Load(Network(0, 3, 2, 1), "scaled"))
            Assert.Equal<float[]>(
                [
                    [2, 6, 10],
                    [4, 8, 12],
                ],
                channels.Of(vectors)
            );
        // A length that is left open is the records'.
        using (var open = OnnxActivations.Load(Network(0, 0, 2), "scaled"))
            Assert.Equal<float[]>(
                [
                    [2, 4],
                    [6, 8],
                    [10, 12],
                ],
                open.Of(vectors)
            );
    }

    public static TheoryData<PixelScale, double[]?, double[]?, bool, string> Scales =>
        new()
        {
            { PixelScale.Unit, null, null, false, "0.2 0.4 0.6" },
            { PixelScale.Byte, null, null, false, "51 102 153" },
            { PixelScale.Signed, null, null, false, "-0.6 -0.2 0.2" },
            { PixelScale.ImageNet, null, null, false, "-1.2445 -0.25 0.8622" },
            // Means are those of red, green and blue wherever they stand.
            { PixelScale.ImageNet, null, null, true, "0.8622 -0.25 -1.2445" },
            { PixelScale.Unit, [0.2], [0.1], false, "0 2 4" },
            { PixelScale.Unit, [0.1, 0.2, 0.3], [0.1, 0.2, 0.3], true, "1 1 1" },
        };

    [Theory]
    [MemberData(nameof(Scales))]
    public void Pixels_are_scaled_as_asked(PixelScale scale, double[]? means, double[]? deviations, bool blueFirst, string expected)
    {
        var colour = Dataset.Images("made", new(1, 1, 3, 256), [51, 102, 153]);
        var options = new OnnxActivationOptions
        {
            Pixels = scale,
            PixelMeans = means,
            PixelDeviations = deviations,
            BlueFirst = blueFirst,
        };
        foreach (var (dimensions, axis) in new[] { (new long[] { 0, 3, 1, 1 }, 1), ([0, 1, 1, 3], -1) })
        {
            using var activations = OnnxActivations.Load(Network(dimensions), "halved", options with { FeatureAxis = axis });
            // halved is x / 2.
            Assert.Equal(Numbers(expected), activations.Of(colour)[0].Select(number => Math.Round(2 * number, 4)));
        }
    }

    [Fact]
    public void Grey_pictures_enter_three_channels_and_others_are_resized()
    {
        using var activations = OnnxActivations.Load(Network(1, 3, 1, 1), "scaled");
        // One pixel for six: their mean, 0.5 and 0.5, within one level of 255.
        Assert.All(activations.Of(Pictures), row => Assert.All(row, number => Assert.Equal(1, number, 2.0 / 255)));
        Assert.Equal(3, activations.Of(Pictures)[0].Length);
    }

    [Fact]
    public void What_cannot_be_run_is_refused_in_one_line()
    {
        var network = Network(0, 1, 2, 3);
        Refused("the node scalde does not exist; did you mean scale, scaled?", () => OnnxActivations.Load(network, "scalde"));
        Refused("does not exist; its 2 values are scaled, halved", () => OnnxActivations.Load(network, "nothing-like-it"));
        using (var activations = OnnxActivations.Load(network, "scaled"))
        {
            Refused("takes 1 x 2 x 3 numbers a record, and", () => activations.Of(
                    Vectors.From([
                        [1f, 2],
                    ])
                ));
        }
        using (var activations = OnnxActivations.Load(Network(0, 1, 2, 2), "scaled"))
            Refused("takes 1 channel, and made has 3", () => activations.Of(Dataset.Images("made", new(1, 1, 3, 256), [1, 2, 3])));
        using (var activations = OnnxActivations.Load(network, "scaled", new() { FeatureAxis = 4 }))
            Refused("has no axis 4 beside its records", () => activations.Of(Pictures));
        File.WriteAllText(_folder.File("text.onnx"), "no network");
        Refused("is no ONNX network", () => OnnxActivations.Load(_folder.File("text.onnx"), "x"));
        Refused("cannot be read", () => OnnxActivations.Load(_folder.File("none.onnx"), "x"));
    }

    private static void Refused(string message, Action act)
    {
        var refused = Assert.Throws<InvalidInputException>(act).Message;
        Assert.Contains(message, refused);
        Assert.DoesNotContain('\n', refused);
    }

    /// <summary>ResNet-18 of NuGet's Microsoft.ML.DnnImageFeaturizer.ResNet18: a layer in the middle, and a dictionary of it.</summary>
    [Fact]
    public void A_dictionary_is_trained_on_a_layer_of_a_real_network()
    {
        var network = Path.Combine(
            typeof(OnnxActivationsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ResNet18").Value!,
            "tools/DnnImageModels/ResNet18Onnx/ResNet18.onnx"
        );
        using var terminal = new Terminal();
        string[] words = ["encode", "shapes", "--limit", "12", "--onnx", network, "--pixels", "imagenet", "--output"];
        var each = terminal.Run([.. words, "ReLU289_Output_0", "-o", terminal.File("h.npy"), "--json"]);
        Assert.True(each.Code == 0, each.Error);
        var mean = terminal.Run([.. words, "ReLU289_Output_0", "-o", terminal.File("m.csv"), "--positions", "mean"]);
        Assert.True(mean.Code == 0, mean.Error);
        var (rows, means) = (Vectors.Load(terminal.File("h.npy")), File.ReadAllLines(terminal.File("m.csv")));
        Assert.Equal((12 * 28 * 28, 128), (rows.Count, rows.Schema.Dimension));
        var values = new float[rows.Count * 128];
        rows.CopyValues([.. Enumerable.Range(0, rows.Count)], values);
        // Behind a ReLU, and not all of it 0.
        Assert.All(values, value => Assert.True(value >= 0));
        Assert.InRange(values.Count(value => value > 0) / (double)values.Length, 0.05, 0.95);
        var first = Enumerable.Range(0, 784).Average(position => (double)values[position * 128]);
        Assert.Equal(first, double.Parse(means[1].Split(',')[^128], System.Globalization.CultureInfo.InvariantCulture), 1e-5);
        var trained = terminal.Json("train {h.npy} --stream --model top-k-sae --latent 64 --set k=8 --epochs 3 --threads 1 --name sae -o {runs}");
        Assert.InRange(trained.GetProperty("variance_explained").GetDouble(), 0.1, 1);
        var refused = terminal.Run([.. words, "ReLU28", "-o", terminal.File("no.npy")]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("did you mean ", refused.Error);
        Assert.False(File.Exists(terminal.File("no.npy")));
    }

    [Fact]
    public void The_command_says_which_options_go_together()
    {
        using var terminal = new Terminal();
        var network = Network(0, 1, 2, 3);
        Assert.Contains("give --output NODE; the last of the network is halved", terminal.Refused($"encode shapes --onnx {network} -o {{a.npy}}"));
        Assert.Contains("leave out -m and --layer", terminal.Refused($"encode shapes --onnx {network} -m x --output scaled -o {{a.npy}}"));
        Assert.Contains("go with --onnx; leave them out", terminal.Refused("encode shapes -m x --pixels unit -o {a.npy}"));
        Assert.Contains("needs a model or a network", terminal.Refused("encode shapes -o {a.npy}"));
        Assert.Contains("expected unit, byte, signed or imagenet", terminal.Refused($"encode shapes --onnx {network} --output scaled --pixels x"));
        File.WriteAllText(terminal.File("there.npy"), "mine");
        Assert.Contains("is there already", terminal.Refused($"encode shapes --onnx {network} --output scaled -o {{there.npy}}"));
    }

    private static double[] Numbers(string text) => [.. text.Split(' ').Select(word => double.Parse(word, System.Globalization.CultureInfo.InvariantCulture))];

    private static double Rounded(float number) => Math.Round(number, 4);
}
