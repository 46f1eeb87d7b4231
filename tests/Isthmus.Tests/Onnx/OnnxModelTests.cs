using Google.Protobuf;
using Isthmus.Codes;
using Isthmus.Onnx;
using Isthmus.Onnx.Wire;

namespace Isthmus.Tests.Onnx;

/// <summary>The reader of ONNX files: what it takes, what it refuses, and many threads at once.</summary>
public class OnnxModelTests
{
    private static readonly byte[] File = Bytes();

    public static TheoryData<string> Damages =>
        [
            "empty",
            "text",
            "half",
            "noise",
            "model file",
            "no graph",
            "foreign",
            "newer",
            "no schema",
            "bad schema",
            "bad part",
            "external",
            "no nodes",
            "unknown node",
            "external in a node",
            "another part",
            "score of pictures",
            "another width",
        ];

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_or_foreign_file_is_refused_in_one_line(string damage)
    {
        var message = Assert.Throws<InvalidInputException>(() => OnnxModel.Load(new MemoryStream(Damaged(damage)))).Message;
        Assert.DoesNotContain('\n', message);
        Assert.StartsWith("stream", message);
        Assert.EndsWith(".", message);
    }

    [Theory]
    [InlineData("vae", OnnxPart.Encoder, 150)]
    [InlineData("table-vae", OnnxPart.Score, 100)]
    [InlineData("cond-vae", OnnxPart.Decoder, 50)]
    public void No_single_changed_byte_of_a_file_brings_another_error_than_a_refusal(string preset, OnnxPart part, int times)
    {
        using var model = EarlierModels.Load(preset);
        using var whole = new MemoryStream();
        model.ExportOnnx(whole, part, EarlierModels.DataOf(model));
        var random = new Random(1);
        for (var tries = 0; tries < times; tries++)
        {
            var bytes = whole.ToArray();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                using var onnx = OnnxModel.Load(new MemoryStream(bytes), threads: 1);
                if (onnx.Metadata.Part == OnnxPart.Encoder)
                    onnx.Encode(new float[onnx.Metadata.Schema.Dimension]);
                else if (onnx.Metadata.Part == OnnxPart.Decoder)
                    onnx.Decode(new float[onnx.Metadata.Latent], onnx.Metadata.Labels[0].Classes[0]);
                else
                    onnx.Score(
                        new[]
                        {
                            new
                            {
                                length = 1.5,
                                price = 3.0,
                                colour = "red",
                                @new = true,
                                visits = 3,
                                day = "2024-05-01",
                            },
                        }
                    );
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    [Fact]
    public void A_missing_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("cannot be read", Assert.Throws<InvalidInputException>(() => OnnxModel.Load(folder.File("none.onnx"))).Message);
        Assert.Contains("cannot be read", Assert.Throws<InvalidInputException>(() => OnnxModel.Load(folder.Path)).Message);
    }

    [Fact]
    public void Another_part_or_another_number_of_numbers_is_refused()
    {
        using var onnx = OnnxModel.Load(new MemoryStream(File));
        string Refusal(Action call) => Assert.Throws<InvalidInputException>(call).Message;
        Assert.Contains("holds the part 'encoder'", Refusal(() => onnx.Decode(new float[3])));
        Assert.Contains("holds the part 'encoder'", Refusal(() => onnx.Reconstruct(new float[64])));
        Assert.Contains("Record 2 has 63 numbers", Refusal(() => onnx.Encode([new float[64], new float[63]])));
        Assert.Contains("no input 'x'", Refusal(() => onnx.Run(new Dictionary<string, float[]> { ["x"] = new float[64] })));
        Assert.Contains("takes 64 numbers a record", Refusal(() => onnx.Run(new Dictionary<string, float[]> { ["record"] = new float[65] })));
        Assert.Contains("nothing is given for it", Refusal(() => onnx.Run(new Dictionary<string, float[]>())));
        Assert.Contains("images", Refusal(() => onnx.Encode<string>(["a text"])));
        Assert.Empty(onnx.Encode(Array.Empty<float[]>()));
    }

    [Fact]
    public void Records_of_any_type_are_taken()
    {
        using var onnx = OnnxModel.Load(new MemoryStream(File));
        var data = EarlierModels.DataOf(EarlierModels.Load("vae"));
        var values = RecordValues.Of(data);
        Assert.Equal(onnx.Encode(data)[2], onnx.Encode<byte[]>([.. values.Pictures()])[2]);
        Assert.Equal(onnx.Encode(data)[2], onnx.Run(new Dictionary<string, float[]> { ["record"] = values.Records[2] })["code"]);

        using var topics = EarlierModels.Load("nvdm");
        using var texts = OnnxExportTests.Exported(topics, OnnxPart.Encoder);
        var words = string.Join(' ', Enumerable.Range(0, 5).Select(topics.Specification.Schema.NameOf));
        Assert.All(topics.Encode(words).Zip(texts.Encode<string>([words])[0]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void A_record_gives_the_same_bits_beside_any_others()
    {
        using var onnx = OnnxModel.Load(new MemoryStream(File), threads: 1);
        var records = RecordValues.Of(EarlierModels.DataOf(EarlierModels.Load("vae"))).Records;
        var alone = records.Select(record => onnx.Encode(record)).ToArray();
        var together = onnx.Encode(records);
        // A product of one row takes another kernel than one of many, and adds in another order: some 64 terms, each rounded to 2^-24 of a sum near 1.
        Assert.All(alone.Zip(together), pair => Assert.All(pair.First.Zip(pair.Second), code => Assert.Equal(code.First, code.Second, 64 * Math.Pow(2, -24))));
    }

    /// <summary>bench/onnx-threads.cs does the same 40,000 times.</summary>
    [Fact]
    public async Task Many_threads_get_the_same_results_while_memory_is_collected()
    {
        using var onnx = OnnxModel.Load(new MemoryStream(File), threads: 1);
        var records = RecordValues.Of(EarlierModels.DataOf(EarlierModels.Load("vae"))).Records;
        var expected = records.Select(record => onnx.Encode(record)).ToArray();
        using var done = new CancellationTokenSource();
        var pressure = Task.Run(
            () =>
            {
                for (var kept = new byte[64][]; !done.IsCancellationRequested;)
                {
                    for (var i = 0; i < kept.Length; i++)
                        kept[i] = new byte[20_000];
                    GC.Collect();
                }
            },
            TestContext.Current.CancellationToken
        );
        var different = 0;
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, thread =>
        {
            for (var i = 0; i < 500; i++)
                if (!onnx.Encode(records[(thread + 7 * i) % records.Count]).AsSpan().SequenceEqual(expected[(thread + 7 * i) % records.Count]))
                    Interlocked.Increment(ref different);
        });
        await done.CancelAsync();
        await pressure;
        Assert.Equal(0, different);
    }

    private static byte[] Damaged(string how)
    {
        var model = ModelProto.Parser.ParseFrom(File);
        void Set(string key, string value) => model.MetadataProps.Single(entry => entry.Key == $"isthmus.{key}").Value = value;
        switch (how)
        {
            case "empty":
                return [];
            case "text":
                return "this is no ONNX file"u8.ToArray();
            case "half":
                return File[..(File.Length / 2)];
            case "noise":
                var noise = new byte[1000];
                new Random(1).NextBytes(noise);
                return noise;
            case "model file":
                return System.IO.File.ReadAllBytes(GoldenFile.PathOf("models/vae.isthmus"));
            case "no graph":
                model.Graph = null;
                break;
            case "foreign":
                model.MetadataProps.Clear();
                break;
            case "newer":
                Set("version", "2");
                break;
            case "no schema":
                Set("schema", "null");
                break;
            case "bad schema":
                Set("schema", "{\"kind\":\"image\",\"height\":\"high\"}");
                break;
            case "bad part":
                Set("part", "7");
                break;
            case "external":
                var tensor = model.Graph.Initializer[0];
                tensor.ClearRawData();
                tensor.DataLocation = TensorProto.Types.DataLocation.External;
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "/etc/passwd" });
                break;
            case "no nodes":
                model.Graph.Node.Clear();
                break;
            case "external in a node":
                var inner = new TensorProto
                {
                    Name = "inner",
                    ExternalData =
                    {
                        new StringStringEntryProto { Key = "location", Value = "/etc/passwd" },
                    },
                };
                model
                    .Graph.Node[0]
                    .Attribute.Add(
                        new AttributeProto
                        {
                            Name = "value",
                            G = new GraphProto { Initializer = { inner } },
                        }
                    );
                break;
            case "another part":
                Set("part", "decoder");
                model.Graph.Output[0].Name = "codes";
                model.Graph.Node[^1].Output[0] = "codes";
                break;
            case "score of pictures":
                Set("part", "score");
                break;
            case "another width":
                Set("latent", "4");
                break;
            case "unknown node":
                model.Graph.Node[0].OpType = "RunProgram";
                break;
        }
        return model.ToByteArray();
    }

    private static byte[] Bytes()
    {
        using var model = EarlierModels.Load("vae");
        using var file = new MemoryStream();
        model.ExportOnnx(file);
        return file.ToArray();
    }
}
