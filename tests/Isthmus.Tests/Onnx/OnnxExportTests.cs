using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Models;
using Isthmus.Onnx;
using Isthmus.Tests.Models;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Onnx;

/// <summary>Parts of models as ONNX files, run by ONNX Runtime, give what the models give, or are refused in a line that says why.</summary>
public class OnnxExportTests
{
    // Parts that have no form in ONNX, with words of the line that says so.
    private static readonly Dictionary<(string Preset, OnnxPart Part), string> Refused = new()
    {
        [("pixel-vae", OnnxPart.Decoder)] = "decides one pixel after another",
        [("pixel-vae", OnnxPart.Reconstruct)] = "decides one pixel after another",
        [("vib", OnnxPart.Reconstruct)] = "predicts the",
    };

    private static readonly OnnxPart[] Parts = [OnnxPart.Encoder, OnnxPart.Decoder, OnnxPart.Reconstruct];

    // Denoisers, which are of pictures of any size, have tests of their own.
    public static TheoryData<string> Presets =>
        [.. Preset.All.Select(preset => preset.Name).Except([.. EarlierModelTests.Newer, "denoiser", "noise2void", "noise2noise"]), "table-vae-series"];

    [Theory]
    [MemberData(nameof(Presets))]
    public void Every_part_of_a_preset_gives_what_the_model_gives_or_is_refused(string preset)
    {
        using var model = EarlierModels.Load(preset);
        var data = EarlierModels.DataOf(model);
        foreach (var part in model.Reference is null ? Parts : [.. Parts, OnnxPart.Score])
        {
            using var file = new MemoryStream();
            if (Refused.TryGetValue((preset, part), out var reason))
            {
                var refusal = Assert.Throws<InvalidInputException>(() => model.ExportOnnx(file, part, data)).Message;
                Assert.Contains(reason, refusal);
                Assert.DoesNotContain('\n', refusal);
                Assert.Equal(0, file.Length);
                continue;
            }
            var comparison = model.ExportOnnx(file, part, data);
            Assert.Equal((part, Math.Min(512, data.Count), file.Length), (comparison.Part, comparison.Records, comparison.Bytes));
            Assert.InRange(comparison.LargestDifference, 0, OnnxComparison.Tolerance);
            Assert.InRange(comparison.Ties, 0, 1);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(512)]
    public void Any_number_of_records_gives_the_codes_that_the_library_gives(int count)
    {
        foreach (var preset in (string[])["beta-vae", "sparse", "iaf-vae", "vq-vae", "rec-vae", "nvdm"])
        {
            using var model = EarlierModels.Load(preset);
            using var onnx = Exported(model, OnnxPart.Encoder);
            var data = EarlierModels.DataOf(model);
            var some = data.Select([.. Enumerable.Range(0, count).Select(i => i % data.Count)]);
            Same(model.Encode(some), onnx.Encode(some));
        }
    }

    [Fact]
    public void Reconstructions_are_in_the_units_of_the_data()
    {
        using var model = EarlierModels.Load("rae");
        using var onnx = Exported(model, OnnxPart.Reconstruct);
        var data = EarlierModels.DataOf(model);
        var records = RecordValues.Of(data).Records;
        Same([.. model.Reconstruct(data).Records], onnx.Reconstruct(records));
        Same([.. model.Reconstruct(data).Records], [.. onnx.Reconstruct(data).Records]);
        Same([model.Reconstruct(records[3])], [onnx.Reconstruct(records[3])]);
        Assert.Equal("those of the columns", onnx.Metadata.Units);
    }

    [Fact]
    public void A_decoder_of_counts_gives_the_probability_of_each_thing()
    {
        using var model = EarlierModels.Load("mult-vae");
        using var onnx = Exported(model, OnnxPart.Decoder);
        var decoded = onnx.Decode(new float[onnx.Metadata.Latent]);
        Assert.Equal(["probabilities"], onnx.Outputs);
        Assert.Equal(model.Specification.Schema.Dimension, decoded.Length);
        // 24 numbers, each rounded to 2^-24 of at most 1.
        Assert.Equal(1, decoded.Sum(), 24 * Math.Pow(2, -24));
    }

    [Fact]
    public void A_model_that_is_given_labels_takes_them_by_name()
    {
        using var model = EarlierModels.Load("cond-vae");
        using var encoder = Exported(model, OnnxPart.Encoder);
        using var decoder = Exported(model, OnnxPart.Decoder);
        var data = EarlierModels.DataOf(model);
        var label = model.Specification.Labels[0];
        Assert.Equal(["record", "label"], encoder.Inputs);
        Same(model.Encode(data), encoder.Encode(data));
        var of = label.Classes[data.Labels[0].Values[5]];
        Same([model.Encode(data)[5]], [encoder.Encode(RecordValues.Of(data).Records[5], of)]);
        var other = label.Classes.First(name => name != of);
        Assert.NotEqual(decoder.Decode(new float[encoder.Metadata.Latent], of), decoder.Decode(new float[encoder.Metadata.Latent], other));
        Assert.Contains("knows no", Assert.Throws<InvalidInputException>(() => decoder.Decode(new float[encoder.Metadata.Latent], "none such")).Message);
        Assert.Contains(label.Name, Assert.Throws<InvalidInputException>(() => decoder.Decode(new float[encoder.Metadata.Latent])).Message);
        using var plain = Exported(EarlierModels.Load("vae"), OnnxPart.Encoder);
        Assert.Contains("given no label", Assert.Throws<InvalidInputException>(() => plain.Encode(RecordValues.Of(data).Records[5], of)).Message);
    }

    [Fact]
    public void A_model_that_predicts_a_label_takes_none_and_decodes_to_its_probabilities()
    {
        using var model = EarlierModels.Load("vib");
        using var encoder = Exported(model, OnnxPart.Encoder);
        using var decoder = Exported(model, OnnxPart.Decoder);
        Assert.Equal(["record"], encoder.Inputs);
        var shares = decoder.Decode(encoder.Encode(EarlierModels.DataOf(model))[0]);
        Assert.Equal(model.Specification.Labels[0].Classes.Count, shares.Length);
        Assert.Equal(1, shares.Sum(), 1e-6);
    }

    /// <summary>What no preset has by default, with weights that are far from their first ones and that no symmetry hides.</summary>
    [Theory]
    [InlineData("vae", "net=mlp activation=relu norm=batch")]
    [InlineData("vae", "net=mlp activation=elu norm=layer")]
    [InlineData("vae", "net=mlp activation=gelu dropout=0.2")]
    [InlineData("vae", "net=mlp activation=softplus")]
    [InlineData("vae", "net=mlp activation=tanh")]
    [InlineData("vae", "net=mlp activation=gated input=unit-length")]
    [InlineData("vae", "net=conv channels=3,5 dense=9 residual=1")]
    [InlineData("vae", "net=conv channels=4 dense=8 conv-activation=gelu")]
    [InlineData("vae", "net=mlp bottleneck=bernoulli")]
    [InlineData("vae", "net=mlp bottleneck=categorical choices=3")]
    [InlineData("vae", "net=mlp bottleneck=l1")]
    [InlineData("vae", "net=mlp bottleneck=kl-sparse")]
    [InlineData("vae", "net=mlp posterior=low-rank rank=2")]
    [InlineData("vae", "net=mlp posterior=full-covariance")]
    [InlineData("vae", "net=mlp posterior=batch-normalised")]
    [InlineData("vae", "net=mlp posterior=minimum-rate")]
    [InlineData("vae", "net=mlp posterior=inverse-autoregressive-flow flow-steps=3 flow-hidden=7 flow-context=3")]
    [InlineData("vae", "net=mlp likelihood=categorical")]
    [InlineData("vae", "net=mlp likelihood=discretised-logistic")]
    [InlineData("vae", "net=mlp likelihood=discretised-logistic-mixture components=3")]
    [InlineData("vae", "net=mlp likelihood=gaussian variance=predicted")]
    [InlineData("ladder-vae", "net=mlp levels=3 level-hidden=5")]
    [InlineData("vq-vae", "net=mlp slot-width=2 codebook=9 latent=6")]
    public void Other_parts_give_what_the_model_gives(string preset, string settings)
    {
        // Odd sides: a convolution crops.
        var data = Pictures(13, 11, 3);
        using var model = Disturbed(preset, data, $"latent=6 {(settings.StartsWith("net=conv") ? "" : "hidden=8")} {settings}");
        foreach (var part in Parts)
            Assert.InRange(model.ExportOnnx(new MemoryStream(), part, data).LargestDifference, 0, OnnxComparison.Tolerance);
    }

    [Fact]
    public void Columns_far_from_zero_keep_their_digits()
    {
        var random = new Random(3);
        // Seconds since 1970 within an hour, and a constant.
        float[][] rows = [.. Enumerable.Range(0, 60).Select(_ => new[] { 1_600_000_000f + 3600 * random.NextSingle(), random.NextSingle(), 7.25f })];
        var data = Dataset.Vectors("times", new(["time", "x", "constant"]), rows.SelectMany(row => row).ToArray());
        using var model = Disturbed("ae", data, "latent=2 hidden=5", Standardisation.Fit(data));
        foreach (var part in Parts)
            Assert.InRange(model.ExportOnnx(new MemoryStream(), part, data).LargestDifference, 0, OnnxComparison.Tolerance);
        using var onnx = Exported(model, OnnxPart.Reconstruct, data);
        Assert.All(onnx.Reconstruct(rows), row => Assert.Equal(7.25f, row[2]));
    }

    [Fact]
    public void A_dictionary_of_many_units_is_compared_but_for_ties()
    {
        var random = new Random(5);
        var values = Enumerable.Range(0, 512 * 6).Select(_ => random.NextSingle()).ToArray();
        var data = Dataset.Vectors("activations", new(["a", "b", "c", "d", "e", "f"]), values);
        using var model = Disturbed("jump-relu-sae", data, "latent=1500", Standardisation.Fit(data));
        // 512 x 1,500 heads, some of which lie within rounding of their threshold.
        var comparison = model.ExportOnnx(new MemoryStream(), OnnxPart.Encoder, data);
        Assert.InRange(comparison.LargestDifference, 0, OnnxComparison.Tolerance);
        using var onnx = Exported(model, OnnxPart.Encoder, data);
        Assert.Equal(1500, onnx.Metadata.Latent);
        Assert.Equal(1500, onnx.Encode(values[..6]).Length);
    }

    [Fact]
    public void A_transcoder_takes_its_inputs_and_gives_its_targets()
    {
        var random = new Random(5);
        float[][] rows = [.. Enumerable.Range(0, 60).Select(_ => Enumerable.Range(0, 5).Select(column => column + 3 * random.NextSingle()).ToArray())];
        var data = Dataset.Vectors("activations", new(["a", "b", "c", "p", "q"]) { Targets = 2 }, rows.SelectMany(row => row).ToArray());
        using var model = Disturbed("top-k-sae", data, "latent=12 k=3", Standardisation.Fit(data));
        foreach (var part in Parts)
            Assert.InRange(model.ExportOnnx(new MemoryStream(), part, data).LargestDifference, 0, OnnxComparison.Tolerance);
        using var onnx = Exported(model, OnnxPart.Reconstruct, data);
        Same([.. model.Reconstruct(data).Records], onnx.Reconstruct([.. rows.Select(row => row[..3])]));
        Same([.. model.Reconstruct(data).Records], [.. onnx.Reconstruct(data).Records]);
    }

    [Fact]
    public void Without_records_the_comparison_says_which_it_made()
    {
        using var pictures = EarlierModels.Load("vae");
        Assert.Contains("at random", pictures.ExportOnnx(new MemoryStream()).Source);
        using var counts = EarlierModels.Load("mult-dae");
        Assert.Contains("at random", counts.ExportOnnx(new MemoryStream(), OnnxPart.Reconstruct).Source);
        using var numbers = EarlierModels.Load("contractive");
        Assert.Contains("at random", numbers.ExportOnnx(new MemoryStream(), OnnxPart.Reconstruct).Source);
        using var rows = EarlierModels.Load("table-vae");
        Assert.Equal("validation rows that the model keeps", rows.ExportOnnx(new MemoryStream()).Source);
    }

    [Fact]
    public void A_file_that_differs_from_its_model_is_not_written()
    {
        using var model = EarlierModels.Load("ae");
        using var changed = EarlierModels.Load("ae");
        var bytes = new MemoryStream();
        model.ExportOnnx(bytes);
        using (no_grad())
            changed.Network.parameters().First().AddInPlace(0.01);
        using var onnx = OnnxModel.Of(bytes.ToArray(), "file");
        var message = Assert
            .Throws<InvalidInputException>(() => OnnxComparison.Of(changed, onnx, bytes.Length, HeldOutRecords.Of(changed, EarlierModels.DataOf(changed))))
            .Message;
        Assert.Contains("differs from the model by", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        byte[] Bytes()
        {
            using var model = EarlierModels.Load("iaf-vae");
            using var file = new MemoryStream();
            model.ExportOnnx(file, OnnxPart.Reconstruct);
            return file.ToArray();
        }
        Assert.Equal(Bytes(), Bytes());
    }

    [Fact]
    public void The_file_says_what_it_is()
    {
        using var model = EarlierModels.Load("rae");
        using var onnx = Exported(model, OnnxPart.Decoder);
        var metadata = onnx.Metadata;
        Assert.Equal((OnnxPart.Decoder, "rae"), (metadata.Part, metadata.Preset));
        Assert.Equal(model.Specification.Schema, metadata.Schema);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(model.WeightBytes())), metadata.WeightsSha256);
        Assert.Empty(metadata.Labels);
        Assert.Equal(["code"], onnx.Inputs);
        Assert.Equal(["reconstruction"], onnx.Outputs);
    }

    [Fact]
    public void A_module_of_a_caller_takes_the_function_that_it_registers()
    {
        var data = Pictures(4, 4, 1);
        using var model = Disturbed("ae", data, "latent=3 hidden=5 likelihood=gaussian");
        var doubled = new TrainedModel(
            model.Specification,
            new(
                model.Network.Corruption,
                new(nn.Sequential(("twice", new Twice()), ("rest", model.Network.Encoder)), model.Network.Decoder),
                model.Network.Bottleneck,
                model.Network.Likelihood,
                model.Network.Objective
            ),
            null,
            model.Provenance
        );
        Assert.Contains("twice", Assert.Throws<InvalidInputException>(() => doubled.ExportOnnx(new MemoryStream(), OnnxPart.Encoder, data)).Message);
        Isthmus.Onnx.Emitters.OnnxEmitters.Register<Twice>((_, x) => x * 2);
        Assert.InRange(doubled.ExportOnnx(new MemoryStream(), OnnxPart.Encoder, data).LargestDifference, 0, OnnxComparison.Tolerance);
    }

    private sealed class Twice() : nn.Module<Tensor, Tensor>("twice")
    {
        public override Tensor forward(Tensor x) => x.Times(2);
    }

    internal static OnnxModel Exported(TrainedModel model, OnnxPart part, Dataset? heldOut = null)
    {
        using var file = new MemoryStream();
        model.ExportOnnx(file, part, heldOut ?? EarlierModels.DataOf(model));
        file.Position = 0;
        return OnnxModel.Load(file, threads: 1);
    }

    private static void Same(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> found)
    {
        Assert.Equal(expected.Count, found.Count);
        var unit = Math.Max(1, expected.Max(row => row.Max(Math.Abs)));
        foreach (var (a, b) in expected.Zip(found))
        {
            Assert.Equal(a.Length, b.Length);
            Assert.All(a.Zip(b), pair => Assert.InRange(Math.Abs(pair.First - pair.Second) / unit, 0, OnnxComparison.Tolerance));
        }
    }

    private static Dataset Pictures(int height, int width, int channels)
    {
        var pixels = new byte[64 * height * width * channels];
        new Random(1).NextBytes(pixels);
        return Dataset.OfBytes("pictures", new ImageSchema(height, width, channels, 256), pixels);
    }

    /// <summary>A model whose weights and running statistics are all moved from where they begin.</summary>
    private static TrainedModel Disturbed(string preset, Dataset data, string settings, Standardisation? standardisation = null)
    {
        var specification = ModelSpecification.Resolve(preset, data.Schema, Tiny.Settings(settings), TrainingSettings.All);
        var network = specification.Build(1);
        using (no_grad())
            foreach (var tensor in network.state_dict().Values.Where(tensor => tensor.is_floating_point()))
                tensor.add_(RandomOperations.Uniform(tensor.shape).Times(0.2));
        return new(specification, network, standardisation, new(data.Name, data.Count, 1, 1, 1, 1, 0, 1, default, "test"));
    }
}
