using System.Text.Json;
using System.Text.Json.Nodes;
using Isthmus.Compute;
using Isthmus.Data.Vectors;
using Isthmus.Dictionaries;
using Isthmus.Models;
using Isthmus.Tests.Verbs;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Dictionaries;

/// <summary>
/// Folders of SAELens: hand-made ones (tests/golden/saelens) against values that numpy computed from them (bench/oracle/saelens.py), and models written and
/// read back.
/// </summary>
public sealed class SaeLensTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    static SaeLensTests() => TensorLibrary.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Cases => ["standard", "standard-scaled", "topk", "topk-rescaled", "topk-old", "jumprelu", "gated"];

    /// <summary>
    /// A head is a sum of 4 products and biases of up to 8, a mean one of 6: in float32 that errs by at most some ten roundings of 8 times 6e-8.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Codes_and_reconstructions_of_a_hand_made_folder_are_those_of_the_definition(string name)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(GoldenFile.PathOf("saelens/oracle.json")));
        var expected = golden.RootElement.GetProperty(name);
        using var model = SaeLens.Import(GoldenFile.PathOf($"saelens/{name}")).Model;
        var data = Vectors.From(Rows(expected.GetProperty("records")));
        AssertNear(Rows(expected.GetProperty("codes")), model.Encode(data), 5e-6);
        AssertNear(Rows(expected.GetProperty("means")), model.Reconstruct(data).Records, 5e-6);
        // An ordinary model: saved, loaded and evaluated.
        model.Save(_folder.File("model.isthmus"));
        using var loaded = TrainedModel.Load(_folder.File("model.isthmus"));
        Assert.Equal(model.Encode(data).SelectMany(row => row), loaded.Encode(data).SelectMany(row => row));
        var report = loaded.Evaluate(data);
        Assert.InRange(report.Values["units_on_per_record"], 0.2, 6);
        Assert.Null(report.Next);
    }

    public static TheoryData<string, string> Models =>
        new()
        {
            { "top-k-sae", "k=3" },
            { "batch-top-k-sae", "k=3" },
            { "jump-relu-sae", "first-threshold=0.3" },
            { "gated-sae", "" },
            { "top-k-sae", "k=3 net=mlp hidden=" },
            { "sparse", "bottleneck=l1 net=dictionary variance=fixed" },
        };

    /// <summary>
    /// Weights in the unit of the columns are other float32 numbers: they err by 6e-8 of themselves, and so do heads of up to 5 times 10 terms. A column of 1e3
    /// comes back with 6e-8 of that.
    /// </summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_that_is_written_and_read_back_computes_the_same_of_records_in_their_own_units(string preset, string settings)
    {
        using var model = Untrained(preset, settings);
        var data = Vectors.From(Records(40));
        SaeLens.Export(model, _folder.Path);
        var imported = SaeLens.Import(_folder.Path);
        using var back = imported.Model;
        Assert.Null(back.Standardisation);
        var codes = model.Encode(data);
        Assert.Contains(codes, row => row.Count(unit => unit > 0) >= 2);
        AssertNear(codes.Select(Doubles), back.Encode(data), 2e-5);
        AssertNear(model.Reconstruct(data).Records.Select(Doubles), back.Reconstruct(data).Records, 1e-3);
    }

    [Fact]
    public void What_does_not_change_the_numbers_is_named_and_not_dropped_in_silence() =>
        Assert.Equal(
            ["context_size = 128", "model_name = \"hand-made\"", "hook_name = \"blocks.3.hook_resid_pre\"", "hook_layer = 3", "prepend_bos = true"],
            Unused("topk-old")
        );

    private static IReadOnlyList<string> Unused(string name)
    {
        var imported = SaeLens.Import(GoldenFile.PathOf($"saelens/{name}"));
        using (imported.Model)
            return imported.Unused;
    }

    [Theory]
    [InlineData("standard", "architecture", "\"matryoshka\"", "architecture = matryoshka is not read; give one of standard, topk, jumprelu, gated.")]
    [InlineData("standard", "activation_fn_str", "\"tanh-relu\"", "activation_fn_str = tanh-relu is not read")]
    [InlineData("standard", "normalize_activations", "\"layer_norm\"", "scales each record by itself, which no model here does")]
    [InlineData("standard", "normalize_activations", "\"constant_norm_rescale\"", "scales each record by itself")]
    [InlineData("standard", "normalize_activations", "\"expected_average_only_in\"", "needs a factor that the folder does not hold")]
    [InlineData("standard", "reshape_activations", "\"hook_x\"", "reshape_activations = hook_x is not read")]
    [InlineData("standard", "d_in", "5", "has a tensor W_enc of 4 x 6, and by its configuration it has 5 x 6")]
    [InlineData("standard", "d_sae", "0", "has no whole number above 0 as d_sae")]
    [InlineData("standard", "finetuning_scaling_factor", "true", "has no tensor scaling_factor, which the architecture standard has")]
    [InlineData("standard-scaled", "finetuning_scaling_factor", "false", "has a tensor scaling_factor, which the architecture standard does not have")]
    [InlineData("jumprelu", "architecture", "\"standard\"", "has a tensor threshold, which the architecture standard does not have")]
    [InlineData("topk", "k", "null", "k = null is no number of features")]
    [InlineData("topk", "k", "7", "K = 7 is more than the 6 latent units")]
    [InlineData("topk", "apply_b_dec_to_input", "\"yes\"", "is no configuration of a SAELens dictionary")]
    public void A_configuration_without_a_counterpart_is_refused_in_one_line(string name, string key, string value, string message)
    {
        var source = GoldenFile.PathOf($"saelens/{name}");
        var cfg = JsonNode.Parse(File.ReadAllText(Path.Combine(source, SaeLens.ConfigurationName)))!;
        cfg[key] = JsonNode.Parse(value);
        File.WriteAllText(_folder.File(SaeLens.ConfigurationName), cfg.ToJsonString());
        File.Copy(Path.Combine(source, SaeLens.WeightsName), _folder.File(SaeLens.WeightsName));
        var refused = Assert.Throws<InvalidInputException>(() => SaeLens.Import(_folder.Path)).Message;
        Assert.Contains(message, refused);
        Assert.DoesNotContain('\n', refused);
    }

    [Fact]
    public void Models_that_a_folder_cannot_hold_are_refused_and_nothing_is_written()
    {
        foreach (
            var (preset, settings, message) in new[] { ("vae", "", "has the bottleneck gaussian"), ("top-k-sae", "k=3 net=mlp hidden=5", "several layers") }
        )
        {
            using var model = Untrained(preset, settings);
            Assert.Contains(message, Assert.Throws<InvalidInputException>(() => SaeLens.Export(model, _folder.File("no"))).Message);
            Assert.False(Directory.Exists(_folder.File("no")));
        }
    }

    [Fact]
    public void The_commands_take_a_folder_in_and_write_one_and_replace_nothing()
    {
        using var terminal = new Terminal();
        var topk = GoldenFile.PathOf("saelens/topk");
        terminal.Json($"import sae {topk} -o {{run}}");
        Assert.Contains("is there already", terminal.Refused($"import sae {topk} -o {{run}}"));
        terminal.Done($"import sae {topk} -o {{run}} --force");
        Assert.Contains("imported from", terminal.Done("info {run}").Output);
        Assert.Equal("saelens", terminal.Json("export -m {run} --format saelens -o {out}").GetProperty("format").GetString());
        Assert.Contains("is there already", terminal.Refused("export -m {run} --format saelens -o {out}"));
        Assert.Contains("--format salens is not known", terminal.Refused("export -m {run} --format salens -o {other}"));
        // Of the weights and biases all but the encoder's bias are the very bytes.
        var (before, after) = (Tensors(topk), Tensors(terminal.File("out")));
        foreach (var name in (string[])["W_enc", "W_dec", "b_dec"])
            Assert.Equal(before[name].Numbers(), after[name].Numbers());
        AssertNear([before["b_enc"].Numbers()], [after["b_enc"].data<float>().ToArray()], 1e-6);
        Assert.Contains("import sea is not known", terminal.Refused($"import sea {topk} -o {{no}}"));
        Assert.Contains("has no cfg.json", terminal.Refused("import sae {run} -o {no}"));
    }

    private static Dictionary<string, Tensor> Tensors(string folder) => Safetensors.Read(File.ReadAllBytes(Path.Combine(folder, SaeLens.WeightsName)));

    // Weights of a model in all their parts, on columns of which one is constant and one far from 0.
    private static TrainedModel Untrained(string preset, string settings)
    {
        var specification = ModelSpecification.Resolve(
            preset,
            new VectorSchema(["x0", "x1", "x2", "x3"]),
            Tiny.Settings($"latent=10 {settings}"),
            TrainingSettings.All
        );
        var network = specification.Build(seed: 3);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var generator = new Generator(5);
        foreach (var (name, value) in network.state_dict())
            if (!name.EndsWith("silent", StringComparison.Ordinal) && !name.EndsWith("batches", StringComparison.Ordinal))
                value.add_(randn(value.shape, generator: generator) * 0.3f);
        // A threshold that is learned is a mean of numbers above 0.
        if (network.state_dict().TryGetValue("bottleneck.threshold", out var threshold))
            threshold.abs_();
        return new(specification, network, new([5, -1000, 2, 0.1], [2, 30, 0, 0.01]), new("made", 1, 1, 1, 1, 1, 0, 1, DateTimeOffset.UnixEpoch, "test"));
    }

    private static float[][] Records(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => (float[])[5 + 2 * (float)Math.Sin(i), -1000 + 30 * (float)Math.Cos(1.3 * i), 2, 0.1f + 0.01f * (float)Math.Sin(2.1 * i + 1)]),
        ];

    private static double[][] Rows(JsonElement rows) =>
        [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(number => number.GetDouble()).ToArray())];

    private static double[] Doubles(float[] row) => Array.ConvertAll(row, number => (double)number);

    private static void AssertNear(IEnumerable<double[]> expected, IEnumerable<float[]> found, double tolerance)
    {
        double[] wanted = [.. expected.SelectMany(row => row)];
        float[] given = [.. found.SelectMany(row => row)];
        Assert.Equal(wanted.Length, given.Length);
        Assert.All(wanted.Zip(given), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
