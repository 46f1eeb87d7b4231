using Isthmus.Extensions.AI;
using Isthmus.Models;
using Isthmus.Onnx;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Isthmus.Tests.Embeddings;

public sealed class ModelPoolTests : IDisposable
{
    private static readonly Lazy<byte[]> Old = new(() => Exported(EmbeddingModels.Trained(3))),
        New = new(() => Exported(EmbeddingModels.Trained(3, seed: 2)));
    private static readonly float[] Numbers = [0.5f, 1, 2, 3];

    private readonly TemporaryFolder _folder = new();
    private readonly Lines _log = new();

    private string Path => _folder.File("m.onnx");

    public void Dispose() => _folder.Dispose();

    private static byte[] Exported(TrainedModel model)
    {
        using (model)
            return EmbeddingModels.File(model);
    }

    private ModelPool Pool(TimeSpan? every = null) =>
        new(new() { Models = { ["m"] = Path }, ReloadEvery = every ?? Timeout.InfiniteTimeSpan }, new Logger<ModelPool>(new Factory(_log)));

    private static string IdOf(byte[] file)
    {
        using var stream = new MemoryStream(file);
        using var model = OnnxModel.Load(stream);
        return $"vae-{model.Metadata.WeightsSha256[..12]}";
    }

    /// <summary>Puts a file in the place of another, as one who replaces a model should.</summary>
    private void Replace(byte[] content)
    {
        File.WriteAllBytes(_folder.File("next"), content);
        File.Move(_folder.File("next"), Path, overwrite: true);
    }

    [Fact]
    public async Task A_file_that_is_replaced_is_read_again_and_one_that_cannot_be_is_refused()
    {
        using var pool = Pool();
        Assert.Contains("cannot be read", Assert.Throws<InvalidInputException>(() => pool.Use("m", model => 0)).Message);
        Replace(Old.Value);
        using var generator = pool.Generator<float[]>("m");
        var old = (await generator.GenerateAsync([Numbers]))[0];
        Assert.Equal(IdOf(Old.Value), old.ModelId);
        pool.Refresh();
        Assert.Empty(_log.Said);

        Replace(New.Value);
        Assert.Equal(old.ModelId, (await generator.GenerateAsync([Numbers]))[0].ModelId);
        pool.Refresh();
        var present = (await generator.GenerateAsync([Numbers]))[0];
        Assert.Equal(IdOf(New.Value), present.ModelId);
        Assert.NotEqual(old.Vector.ToArray(), present.Vector.ToArray());
        Assert.Equal(present.ModelId, generator.GetRequiredService<EmbeddingGeneratorMetadata>().DefaultModelId);
        Assert.Equal([$"Information: Model m is now {present.ModelId}, read again from {Path}"], _log.Said);

        using var wide = EmbeddingModels.Trained(5);
        (byte[]? Content, string Words)[] refused =
        [
            ([1, 2, 3], "is no ONNX file"),
            ([], ""),
            (New.Value[..(New.Value.Length / 2)], ""),
            (EmbeddingModels.File(wide), "has codes of 5 numbers, and the model in use 3"),
            (EmbeddingModels.File(wide, OnnxPart.Decoder), "embeddings come from its encoder"),
            (null, "cannot be read"),
        ];
        foreach (var (content, words) in refused)
        {
            _log.Said.Clear();
            if (content is null)
                File.Delete(Path);
            else
                Replace(content);
            pool.Refresh();
            Assert.Equal(present.ModelId, (await generator.GenerateAsync([Numbers]))[0].ModelId);
            var state = Assert.Single(pool.States);
            Assert.Contains(words, state.Refused);
            Assert.Equal(present.ModelId, state.ModelId);
            // Said once.
            pool.Refresh();
            Assert.Equal($"Error: Model m stays {present.ModelId}: {state.Refused}", Assert.Single(_log.Said));
        }
        Replace(Old.Value);
        pool.Refresh();
        Assert.Equal(old.Vector.ToArray(), (await generator.GenerateAsync([Numbers]))[0].Vector.ToArray());
        Assert.Null(Assert.Single(pool.States).Refused);
    }

    /// <summary>Volumes of Kubernetes replace a file by turning a link.</summary>
    [Fact]
    public void A_link_that_is_turned_is_a_file_that_is_replaced()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Links need a privilege on Windows.");
        Directory.CreateDirectory(_folder.File("1"));
        Directory.CreateDirectory(_folder.File("2"));
        File.WriteAllBytes(_folder.File("1/m.onnx"), Old.Value);
        File.WriteAllBytes(_folder.File("2/m.onnx"), New.Value);
        File.SetLastWriteTimeUtc(_folder.File("2/m.onnx"), File.GetLastWriteTimeUtc(_folder.File("1/m.onnx")));
        File.CreateSymbolicLink(Path, _folder.File("1/m.onnx"));
        using var pool = Pool();
        string Id() => pool.Use("m", model => model.Metadata.WeightsSha256);
        var old = Id();
        File.Delete(Path);
        File.CreateSymbolicLink(Path, _folder.File("2/m.onnx"));
        pool.Refresh();
        Assert.NotEqual(old, Id());
    }

    [Fact]
    public async Task Calls_run_on_while_the_model_is_replaced_again_and_again()
    {
        Replace(Old.Value);
        var pool = Pool(TimeSpan.FromMilliseconds(1));
        using var generator = pool.Generator<float[]>("m");
        Dictionary<string, float[]> codes = [];
        foreach (var content in new[] { Old.Value, New.Value })
        {
            using var stream = new MemoryStream(content);
            using var model = OnnxModel.Load(stream);
            codes[IdOf(content)] = model.Encode<float[]>([Numbers])[0];
        }
        using var stop = new CancellationTokenSource();
        var callers = Enumerable
            .Range(0, 3)
            .Select(_ =>
                Task.Run(async () =>
                {
                    HashSet<string> seen = [];
                    while (!stop.IsCancellationRequested)
                    {
                        var embedding = (await generator.GenerateAsync([Numbers]))[0];
                        Assert.Equal(codes[embedding.ModelId!], embedding.Vector.ToArray());
                        seen.Add(embedding.ModelId!);
                    }
                    return seen;
                })
            )
            .ToArray();
        for (var round = 0; round < 20; round++)
        {
            Replace(round % 2 == 0 ? New.Value : Old.Value);
            GC.Collect();
            await Until(() => pool.States[0].ModelId == IdOf(round % 2 == 0 ? New.Value : Old.Value));
        }
        stop.Cancel();
        foreach (var caller in callers)
            Assert.Subset(codes.Keys.ToHashSet(), await caller);
        pool.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => generator.GenerateAsync([Numbers]));
    }

    private static async Task Until(Func<bool> condition)
    {
        var stop = TestContext.Current.CancellationToken;
        while (!condition())
            await Task.Delay(1, stop);
    }

    [Fact]
    public async Task Services_have_the_generator_by_its_name_and_the_first_without()
    {
        Replace(Old.Value);
        File.WriteAllBytes(_folder.File("n.onnx"), New.Value);
        var services = new ServiceCollection();
        services
            .AddIsthmus(models => (models["m"], models["n"]) = (Path, _folder.File("n.onnx")), options => options.ReloadEvery = Timeout.InfiniteTimeSpan)
            .AddIsthmusEmbeddings<float[]>("m")
            .AddIsthmusEmbeddings<float[]>("n");
        await using var provider = services.BuildServiceProvider();
        var first = provider.GetRequiredService<IEmbeddingGenerator<float[], Embedding<float>>>();
        var second = provider.GetRequiredKeyedService<IEmbeddingGenerator<float[], Embedding<float>>>("n");
        Assert.Equal(IdOf(Old.Value), (await first.GenerateAsync([Numbers]))[0].ModelId);
        Assert.Equal(IdOf(New.Value), (await second.GenerateAsync([Numbers]))[0].ModelId);
        Assert.Same(first, provider.GetRequiredKeyedService<IEmbeddingGenerator<float[], Embedding<float>>>("m"));
        var pool = provider.GetRequiredService<ModelPool>();
        Assert.Equal(["m", "n"], pool.States.Select(state => state.Name));
        Assert.Contains("has no model 'x'; it has m, n.", Assert.Throws<InvalidInputException>(() => pool.Generator<float[]>("x")).Message);
        Assert.Contains("has no model", Assert.Throws<InvalidInputException>(() => new ModelPool(new()).Use("x", model => 0)).Message);
    }

    private sealed class Lines : ILogger
    {
        public List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Said)
                Said.Add($"{logLevel}: {formatter(state, exception)}");
        }
    }

    private sealed class Factory(ILogger logger) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) { }

        public ILogger CreateLogger(string categoryName) => logger;

        public void Dispose() { }
    }
}
