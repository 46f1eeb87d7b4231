using Isthmus.Cli.Output;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Models.Corruptions;
using Isthmus.Photographs;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Photographs;

/// <summary>Denoisers: where they start, pictures of any size, what is kept, and the estimate of noise.</summary>
public sealed class PhotographDenoiserTests
{
    static PhotographDenoiserTests() => TensorLibrary.EnsureLoaded();

    internal static TrainedModel Untrained(int channels, bool isRandom, string settings = "")
    {
        var specification = ModelSpecification.Resolve(
            "denoiser",
            new ImageSchema(16, 16, channels, 256),
            Tiny.Settings($"denoiser-channels=16,32 denoiser-blocks=1,1 {settings}"),
            TrainingSettings.All
        );
        var network = specification.Build(1);
        using var noGradient = no_grad();
        using var draws = RandomDraws.Seeded(3);
        // As restored pictures differ from noisy ones: the last layer is 0 at first, and no seam would show.
        if (isRandom)
            foreach (var parameter in network.Encoder.parameters().TakeLast(2))
                SeededLayers.Normal(parameter, 0.05);
        return new(specification, network, null, new("made", 1, 1, 1, 1, 1, 0, 1, DateTimeOffset.UnixEpoch, "test"));
    }

    private static Photograph Random(int height, int width, bool isGrey = false, bool hasAlpha = false)
    {
        var random = new Random(height * width);
        var words = new ushort[height * width * ((isGrey ? 1 : 3) + (hasAlpha ? 1 : 0))];
        for (var i = 0; i < words.Length; i++)
            words[i] = (ushort)random.Next(15_000, 50_000);
        return new("random", new(height, width), isGrey, hasAlpha, null, words, PictureMetadata.None);
    }

    private static int[] Samples(Photograph photograph) =>
        [.. Enumerable.Range(0, photograph.Size.Height * photograph.Size.Width * photograph.Channels).Select(photograph.Sample)];

    [Fact]
    public void A_denoiser_starts_as_the_identity()
    {
        using var model = Untrained(3, isRandom: false);
        var noisy = Random(19, 30);
        Assert.Equal(Samples(noisy), Samples(new PhotographDenoiser(model).Denoise(noisy, [25]).Restored));
    }

    // Tiles and the whole add up in another order: float32 of numbers near 1 differ by some 1e-6, which is a tenth of a 16-bit sample and may round it by one.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 10_000)]
    [InlineData(3, 200)]
    [InlineData(41, 57)]
    [InlineData(64, 96)]
    public void Pictures_of_any_size_are_restored_by_tiles_as_they_are_as_a_whole(int height, int width)
    {
        using var model = Untrained(3, isRandom: true);
        var noisy = Random(height, width);
        var whole = new PhotographDenoiser(model) { TileSide = 1 << 20 }
            .Denoise(noisy, [25])
            .Restored;
        List<double> reports = [];
        var tiles = new PhotographDenoiser(model) { TileSide = Math.Max(16, width / 16) }
            .Denoise(noisy, [25], new ImmediateProgress<double>(reports.Add))
            .Restored;
        Assert.Equal(noisy.Size, tiles.Size);
        Assert.All(Samples(whole).Zip(Samples(tiles)), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1));
        Assert.True(Samples(noisy).Zip(Samples(whole)).Count(pair => Math.Abs(pair.First - pair.Second) > 100) > height * width);
        Assert.Equal(1, reports[^1]);
        Assert.True(width < 100 || reports.Count > 10);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public void Grey_and_colour_go_through_either_model_and_opacity_stays(int channels, bool isGrey)
    {
        using var model = Untrained(channels, isRandom: true);
        var noisy = Random(20, 33, isGrey, hasAlpha: true);
        var restored = new PhotographDenoiser(model).Denoise(noisy, [40]).Restored;
        Assert.Equal((noisy.Size, 16, noisy.Colours), (restored.Size, restored.Bits, restored.Colours));
        for (var pixel = 1; pixel <= 20 * 33; pixel++)
            Assert.Equal(noisy.Sample(pixel * noisy.Channels - 1), restored.Sample(pixel * noisy.Channels - 1));
        Assert.NotEqual(Samples(noisy), Samples(restored));
        // A colour that the model knows alone is restored as a grey picture of it.
        Assert.All(Samples(restored), sample => Assert.InRange(sample, 0, 65_535));
    }

    [Theory]
    [InlineData("gaussian", 5, 0)]
    [InlineData("gaussian", 25, 0)]
    [InlineData("gaussian", 50, 0)]
    [InlineData("poisson", 25, 0)]
    [InlineData("poisson-gaussian", 20, 10)]
    [InlineData("salt-and-pepper", 10, 0)]
    public void The_level_of_noise_is_estimated_within_a_sixth(string kind, double first, double second)
    {
        const int Side = 128;
        using var scope = NewDisposeScope();
        using var draws = RandomDraws.Seeded(5);
        // A picture with slopes, edges and texture.
        var clean = new float[3 * Side * Side];
        for (var channel = 0; channel < 3; channel++)
            for (var y = 0; y < Side; y++)
                for (var x = 0; x < Side; x++)
                {
                    var slope = 0.3 * Math.Sin(0.04 * y + channel) * Math.Cos(0.05 * x);
                    var edge = (x / 40 + y / 56) % 2 == 0 ? 0.08 : -0.08;
                    clean[(channel * Side + y) * Side + x] = (float)(0.5 + slope + edge + 0.01 * Math.Sin(x * y * 0.1));
                }
        var image = new ImageSchema(Side, Side, 3, 256);
        var noise = new PictureNoiseCorruption(image, kind, 0, 100);
        float[] levels = noise.Told.Count == 2 ? [(float)(first / 255), (float)(second / 255)] : [(float)(first / 255)];
        var noisy = noise.Apply(tensor(clean).view(1, -1), tensor(levels).view(1, -1));
        var found = NoiseLevel.Estimate(noisy.view(3, Side, Side), kind);
        Assert.All(found.Zip(levels), pair => Assert.InRange(pair.First / pair.Second, 5 / 6.0, 7 / 6.0));
    }

    [Fact]
    public void Wrong_levels_models_and_networks_are_refused()
    {
        using var model = Untrained(3, isRandom: false, "noise-kind=poisson-gaussian");
        var denoiser = new PhotographDenoiser(model);
        Assert.Equal(2, denoiser.Levels);
        Assert.Contains("20,10", Assert.Throws<InvalidInputException>(() => denoiser.Denoise(Random(8, 8), [25])).Message);
        Assert.Contains("255", Assert.Throws<InvalidInputException>(() => denoiser.Denoise(Random(8, 8), [25, double.NaN])).Message);
        Assert.Contains("multiple of 16", Refusal("denoiser-channels=24,32"));
        Assert.Contains("as many of one as of the other", Refusal("denoiser-blocks=1"));
        Assert.Contains("noise-least", Refusal("noise-least=50 noise-most=40"));
        Assert.Contains("hands on a picture", Refusal("latent=7"));

        static string Refusal(string settings) => Assert.Throws<InvalidInputException>(() => Untrained(1, false, settings)).OnCommandLine();
    }
}
