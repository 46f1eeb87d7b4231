using System.Text.Json;
using Isthmus.Extensions.AI;
using Isthmus.Models;
using Isthmus.Onnx;
using Microsoft.Extensions.AI;

namespace Isthmus.Tests.Embeddings;

public sealed class EmbeddingGeneratorTests(EmbeddingModels models) : IClassFixture<EmbeddingModels>
{
    // What an export is allowed to differ from its model; codes are of the order of 1.
    private const double Tolerance = 1e-4;

    private static async Task AssertCodes<T>(TrainedModel model, T[] records)
    {
        var expected = model.Encode<T>(records);
        using var generator = model.AsIEmbeddingGenerator<T>();
        var found = await generator.GenerateAsync(records, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(expected.Length, found.Count);
        for (var i = 0; i < expected.Length; i++)
            Close(expected[i], found[i].Vector.Span);
        // Codes tell records apart: equality is not that of a constant.
        Assert.NotEqual(found[0].Vector.ToArray(), found[1].Vector.ToArray());
        Close(expected[1], (await generator.GenerateAsync([records[1]]))[0].Vector.Span);
    }

    private static void Close(float[] expected, ReadOnlySpan<float> found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], Tolerance);
    }

    [Fact]
    public async Task Vectors_have_the_codes_of_their_model()
    {
        // More than go in at once.
        var numbers = EmbeddingModels.Numbers(1100);
        await AssertCodes(models.Vectors, numbers);
        await AssertCodes(models.Vectors, Array.ConvertAll(numbers, row => Array.ConvertAll(row, number => (double)number)));
    }

    [Fact]
    public async Task Pictures_have_the_codes_of_their_model_as_pixels_and_as_files()
    {
        var pictures = EmbeddingModels.Grey(20);
        await AssertCodes(models.Pictures, pictures);
        await AssertCodes(models.Pictures, Array.ConvertAll(pictures, picture => Array.ConvertAll(picture, pixel => pixel / 255f)));
        var expected = models.Pictures.Encode<byte[]>(pictures);
        using var generator = models.Pictures.AsIEmbeddingGenerator<DataContent>();
        var found = await generator.GenerateAsync(pictures.Select(picture => new DataContent(EmbeddingModels.Png(picture, EmbeddingModels.Side), "image/png")));
        for (var i = 0; i < pictures.Length; i++)
            Close(expected[i], found[i].Vector.Span);
        // Brought to the model's size, as files of a folder are; one level everywhere is the same at every size.
        using var files = models.Pictures.AsIEmbeddingGenerator<ReadOnlyMemory<byte>>();
        byte[] Even(int side) => [.. Enumerable.Repeat((byte)100, side * side)];
        Close(models.Pictures.Encode(Even(EmbeddingModels.Side)), await files.GenerateVectorAsync(EmbeddingModels.Png(Even(40), 40)));
    }

    private static void Close(float[] expected, ReadOnlyMemory<float> found) => Close(expected, found.Span);

    [Fact]
    public async Task Rows_have_the_codes_of_their_model_as_objects_dictionaries_and_JSON()
    {
        var customers = EmbeddingModels.Customers(40);
        await AssertCodes(models.Rowwise, customers);
        await AssertCodes(models.Rowwise, Array.ConvertAll(customers, customer => new Dictionary<string, object?>
        {
            ["Age"] = customer.Age,
            ["Plan"] = customer.Plan,
            ["Spent"] = customer.Spent,
        }));
        await AssertCodes(models.Rowwise, Array.ConvertAll(customers, customer => JsonSerializer.SerializeToElement(customer)));
    }

    [Fact]
    public async Task Texts_have_the_codes_of_their_model() => await AssertCodes(models.Texts, SmallDocuments.TwoSubjects(30));

    [Fact]
    public async Task A_file_gives_what_the_model_gives_and_says_which_model_it_is()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("m.onnx"), EmbeddingModels.File(models.Vectors));
        using var generator = EmbeddingGenerators.Load<float[]>(folder.File("m.onnx"));
        var numbers = EmbeddingModels.Numbers(3);
        var found = await generator.GenerateAsync(numbers, new() { Dimensions = 3 });
        Close(models.Vectors.Encode(numbers[2]), found[2].Vector.Span);
        var metadata = generator.GetRequiredService<EmbeddingGeneratorMetadata>();
        Assert.Equal(("isthmus", 3), (metadata.ProviderName, metadata.DefaultModelDimensions));
        Assert.Matches("^vae-[0-9a-f]{12}$", metadata.DefaultModelId);
        Assert.All(found, embedding => Assert.Equal(metadata.DefaultModelId, embedding.ModelId));
        Assert.Same(generator, generator.GetService(typeof(IEmbeddingGenerator<float[], Embedding<float>>)));
        Assert.Equal(OnnxPart.Encoder, generator.GetRequiredService<OnnxMetadata>().Part);
        Assert.Null(generator.GetService(typeof(EmbeddingGeneratorMetadata), "key"));
        Assert.Null(generator.GetService(typeof(string)));
        Assert.Empty(await generator.GenerateAsync([]));
        using var other = EmbeddingModels.Trained(3, seed: 2).AsIEmbeddingGenerator<float[]>();
        Assert.NotEqual(metadata.DefaultModelId, other.GetRequiredService<EmbeddingGeneratorMetadata>().DefaultModelId);
        Assert.NotEmpty(await generator.GenerateAsync(numbers, new() { ModelId = metadata.DefaultModelId }));
        await Refused(() => generator.GenerateAsync(numbers, new() { ModelId = "gpt" }), "gpt is asked for");
        await Refused(() => generator.GenerateAsync(numbers, new() { Dimensions = 4 }), "has codes of 3 numbers, and 4 are asked for");
    }

    [Fact]
    public async Task Records_of_another_kind_are_refused_in_a_line()
    {
        var stop = TestContext.Current.CancellationToken;
        using var vectors = models.Vectors.AsIEmbeddingGenerator<float[]>();
        await Refused(
            () =>
                vectors.GenerateAsync(
                    [
                        [1, 2, 3],
                    ],
                    null,
                    stop
                ),
            ""
        );
        await Refused(
            () =>
                vectors.GenerateAsync(
                    [
                        [1, 2, 3, float.NaN],
                    ],
                    null,
                    stop
                ),
            ""
        );
        await Refused(() => vectors.GenerateAsync([null!], null, stop), "is null");
        using var texts = models.Vectors.AsIEmbeddingGenerator<string>();
        await Refused(() => texts.GenerateAsync(["rain"], null, stop), "");
        using var files = models.Vectors.AsIEmbeddingGenerator<ReadOnlyMemory<byte>>();
        await Refused(() => files.GenerateAsync([new byte[] { 1 }], null, stop), "a file in memory is none");
        using var pictures = models.Pictures.AsIEmbeddingGenerator<DataContent>();
        await Refused(() => pictures.GenerateAsync([new DataContent(new byte[10], "text/plain")], null, stop), "is text/plain and no picture");
        await Refused(() => pictures.GenerateAsync([new DataContent(new byte[10], "image/png")], null, stop), "picture 1 is not a readable PNG");
        var png = EmbeddingModels.Png(new byte[28 * 28], 28);
        await Refused(() => pictures.GenerateAsync([new DataContent(png.AsMemory(0, png.Length / 2), "image/png")], null, stop), "picture 1");
        using var rows = models.Rowwise.AsIEmbeddingGenerator<Dictionary<string, object?>>();
        await Refused(() => rows.GenerateAsync([new() { ["Age"] = 30 }], null, stop), "no column");
        await Assert.ThrowsAsync<ArgumentNullException>(() => vectors.GenerateAsync(null!, null, stop));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            vectors.GenerateAsync(
                [
                    [1, 2, 3, 4],
                ],
                null,
                new CancellationToken(canceled: true)
            )
        );
        using var part = new MemoryStream(EmbeddingModels.File(models.Vectors, OnnxPart.Decoder));
        using var decoder = OnnxModel.Load(part);
        Assert.Contains(
            "holds the part 'decoder' of a model, and embeddings come from its encoder",
            Assert.Throws<InvalidInputException>(() => decoder.AsIEmbeddingGenerator<float[]>()).Message
        );
    }

    private static async Task Refused(Func<Task> call, string words)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(call);
        Assert.Contains(words, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_generator_that_is_disposed_of_ends_its_calls_first_and_leaves_a_model_of_the_caller_alone()
    {
        using var file = new MemoryStream(EmbeddingModels.File(models.Vectors));
        using var model = OnnxModel.Load(file);
        var numbers = EmbeddingModels.Numbers(20_000);
        using (var borrowing = model.AsIEmbeddingGenerator<float[]>())
            Assert.Equal(3, (await borrowing.GenerateVectorAsync(numbers[0])).Length);
        Assert.Equal(3, model.Encode(numbers[0]).Length);

        var generator = models.Vectors.AsIEmbeddingGenerator<float[]>();
        var calls = Enumerable.Range(0, 8).Select(_ => generator.GenerateAsync(numbers)).ToArray();
        generator.Dispose();
        generator.Dispose();
        // Each call either has all codes, or was refused as a whole.
        foreach (var call in calls)
            try
            {
                Assert.Equal(numbers.Length, (await call).Count);
            }
            catch (ObjectDisposedException) { }
        await Assert.ThrowsAsync<ObjectDisposedException>(() => generator.GenerateAsync(numbers));
    }

    /// <summary>A collector that runs beside the calls frees nothing that a call still reads.</summary>
    [Fact]
    public void Many_threads_have_the_codes_of_one_while_memory_is_collected()
    {
        using var generator = models.Vectors.AsIEmbeddingGenerator<float[]>(threads: 1);
        var numbers = EmbeddingModels.Numbers(64);
        var expected = Array.ConvertAll(numbers, row => generator.GenerateAsync([row]).Result[0].Vector.ToArray());
        using var stop = new CancellationTokenSource();
        var collectors = new[] { new Thread(Collect) };
        var different = 0;
        var callers = Enumerable
            .Range(0, 4)
            .Select(caller => new Thread(() =>
            {
                for (var i = 0; i < 250; i++)
                {
                    var place = (7 * caller + i) % numbers.Length;
                    if (!generator.GenerateAsync([numbers[place]]).Result[0].Vector.Span.SequenceEqual(expected[place]))
                        Interlocked.Increment(ref different);
                }
            }))
            .ToArray();
        foreach (var thread in collectors.Concat(callers))
            thread.Start();
        foreach (var caller in callers)
            caller.Join();
        stop.Cancel();
        foreach (var collector in collectors)
            collector.Join();
        Assert.Equal(0, different);

        void Collect()
        {
            for (var round = 0; !stop.IsCancellationRequested; round++)
            {
                for (var i = 0; i < 200; i++)
                    GC.KeepAlive(new byte[5000 + i]);
                GC.Collect(round % 3);
                Thread.Sleep(1);
            }
        }
    }
}
