using Isthmus.Models;
using Isthmus.Onnx;
using SkiaSharp;

namespace Isthmus.Tests.Embeddings;

/// <summary>A small trained model of each kind of record, made once.</summary>
public sealed class EmbeddingModels : IDisposable
{
    /// <summary>Rows and columns of the pictures.</summary>
    internal const int Side = 9;

    private readonly Lazy<TrainedModel> _vectors = new(() => Trained(3)),
        _pictures =
            new(() =>
                Autoencoders.Vae(latent: 3).Fit(Images.FromArrays(Grey(100), Side, Side).Split(), new() { Epochs = 1, Settings = Tiny.Settings("hidden=8") })
            ),
        _rows = new(() => Autoencoders.TableVae(latent: 3).Fit(Rows.From(Customers(200)).Split(), new() { Epochs = 1, Settings = Tiny.Settings("hidden=8") })),
        _texts = new(() => Autoencoders.ProdLda(topics: 3).Fit(Documents.From(SmallDocuments.TwoSubjects()).Split(), new() { Epochs = 1 }));

    public TrainedModel Vectors => _vectors.Value;

    public TrainedModel Pictures => _pictures.Value;

    public TrainedModel Texts => _texts.Value;

    public TrainedModel Rowwise => _rows.Value;

    /// <summary>A model of vectors of 4 numbers.</summary>
    internal static TrainedModel Trained(int latent, int seed = 1) =>
        Autoencoders
            .Vae(latent)
            .Fit(
                Isthmus.Vectors.From(Numbers(200)).Split(),
                new()
                {
                    Epochs = 1,
                    Seed = seed,
                    Settings = Tiny.Settings("hidden=8"),
                }
            );

    internal static float[][] Numbers(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (float[])[.. Enumerable.Range(0, 4).Select(column => (column + 1) * random.NextSingle())])];
    }

    /// <summary>Pictures of 8-bit grey pixels.</summary>
    internal static byte[][] Grey(int count)
    {
        var random = new Random(count);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var pixels = new byte[Side * Side];
                    random.NextBytes(pixels);
                    return pixels;
                }),
        ];
    }

    internal static Customer[] Customers(int count)
    {
        var random = new Random(count);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new Customer(random.Next(18, 80), i % 3 == 0 ? "premium" : "basic", i % 7 == 0 ? null : 100 * random.NextDouble())),
        ];
    }

    /// <summary>The file of a model's encoder, or of another part.</summary>
    internal static byte[] File(TrainedModel model, OnnxPart part = OnnxPart.Encoder)
    {
        using var file = new MemoryStream();
        model.ExportOnnx(file, part);
        return file.ToArray();
    }

    /// <summary>A picture of grey pixels as a PNG.</summary>
    internal static byte[] Png(byte[] pixels, int side)
    {
        using var bitmap = new SKBitmap(side, side, SKColorType.Gray8, SKAlphaType.Opaque);
        for (var y = 0; y < bitmap.Height; y++)
            for (var x = 0; x < bitmap.Width; x++)
                bitmap.SetPixel(x, y, Grey(pixels[y * side + x]));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();

        static SKColor Grey(byte level) => new(level, level, level);
    }

    public void Dispose()
    {
        foreach (var model in new[] { _vectors, _pictures, _rows, _texts })
            if (model.IsValueCreated)
                model.Value.Dispose();
    }

    internal sealed record Customer(int Age, string Plan, double? Spent);
}
