using Isthmus.Compute;
using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Photographs;
using Isthmus.Tests.Verbs;

namespace Isthmus.Tests.Photographs;

/// <summary>Denoisers that learn, from clean pictures and from noisy ones alone, and the verb.</summary>
public sealed class DenoiserTrainingTests : IDisposable
{
    private const double Sigma = 25;
    private readonly Terminal _terminal = new();

    public DenoiserTrainingTests() => TensorLibrary.EnsureLoaded();

    public void Dispose() => _terminal.Dispose();

    // Discs and a slope; grey.
    private static byte[] Clean(int number, int side)
    {
        var random = new Random(number);
        var pixels = new byte[side * side];
        var slope = random.NextDouble();
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(80 + 60 * slope * (i % side) / side + 40 * (i / side) / side);
        for (var disc = 0; disc < 4; disc++)
        {
            var (x, y, radius, level) = (random.Next(side), random.Next(side), random.Next(4, side / 3), (byte)random.Next(40, 216));
            for (var i = 0; i < pixels.Length; i++)
                if ((i % side - x) * (i % side - x) + (i / side - y) * (i / side - y) < radius * radius)
                    pixels[i] = level;
        }
        return pixels;
    }

    private static byte[] Noisy(byte[] clean, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. clean.Select(pixel =>
                (byte)
                    Math.Clamp(
                        Math.Round(pixel + Sigma * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())),
                        0,
                        255
                    )
            ),
        ];
    }

    private static Photograph Picture(byte[] pixels, int side, PictureMetadata? metadata = null) =>
        new("made", new(side, side), true, false, pixels, null, metadata ?? PictureMetadata.None);

    private static double Decibels(byte[] clean, Photograph other) =>
        -10 * Math.Log10(clean.Select((pixel, i) => Math.Pow((pixel - other.Sample(i)) / 255.0, 2)).Average());

    private string Folder(string name, int count, bool isNoisy)
    {
        Directory.CreateDirectory(_terminal.File(name));
        for (var i = 0; i < count; i++)
        {
            var clean = Clean(i, 48);
            Picture(isNoisy ? Noisy(clean, 100 + i) : clean, 48).Save(_terminal.File($"{name}/{i:D2}.png"));
        }
        return _terminal.File(name);
    }

    [Theory]
    [InlineData(1, -0.05)]
    [InlineData(10, 3)]
    public void It_is_never_worse_than_its_input_and_soon_much_better(int epochs, double leastGain)
    {
        var data = DataSource.Load(Folder("clean", 20, isNoisy: false), new() { Crop = new(16, Flips: true) });
        using var model = Autoencoders
            .Denoiser(
                CorruptionOptions.PictureNoise with
                {
                    NoiseLeast = Sigma,
                    NoiseMost = Sigma,
                },
                new() { DenoiserChannels = [16, 32], DenoiserBlocks = [1, 1] }
            )
            .Fit(
                data,
                new()
                {
                    Epochs = epochs,
                    BatchSize = 8,
                    LearningRate = 0.005,
                }
            );
        var clean = Clean(1000, 64);
        var noisy = Picture(Noisy(clean, 7), 64);
        var before = Decibels(clean, noisy);
        Assert.InRange(before, 19.5, 21.5);
        Assert.InRange(Decibels(clean, new PhotographDenoiser(model).Denoise(noisy, [Sigma]).Restored) - before, leastGain, 20);
    }

    [Fact]
    public void Noisy_pictures_alone_are_enough_for_noise2void()
    {
        var data = DataSource.Load(Folder("noisy", 20, isNoisy: true), new() { Crop = new(16, Flips: true) });
        using var model = Autoencoders
            .Noise2void(0.05, new() { DenoiserChannels = [16, 32], DenoiserBlocks = [1, 1] })
            .Fit(
                data,
                new()
                {
                    Epochs = 14,
                    BatchSize = 8,
                    LearningRate = 0.005,
                }
            );
        var clean = Clean(1000, 64);
        var noisy = Picture(Noisy(clean, 7), 64);
        var denoised = new PhotographDenoiser(model).Denoise(noisy);
        Assert.Empty(denoised.Levels);
        Assert.InRange(Decibels(clean, denoised.Restored) - Decibels(clean, noisy), 1.5, 20);
    }

    [Fact]
    public void The_verb_trains_stops_resumes_to_the_same_weights_and_restores_files_and_folders()
    {
        Folder("clean", 12, isNoisy: false);
        const string Train =
            "train {clean} --crop 16 --turns --model denoiser --set denoiser-channels=16 --set denoiser-blocks=1 --epochs 2 --set batch-size=8 --threads 1 "
            + "-o {runs}";
        _terminal.Done($"{Train} --name whole");
        Assert.Equal(130, _terminal.RunUntil("training ", $"{Train} --name parts").Code);
        _terminal.Done($"{Train} --name parts --resume");
        Assert.Equal(_terminal.Weights("runs/whole"), _terminal.Weights("runs/parts"));

        byte[] exif = [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0];
        var clean = Clean(5, 40);
        Picture(Noisy(clean, 1), 40, new(exif, null)).Save(_terminal.File("photo.png"));
        var json = _terminal.Json("denoise {photo.png} -m {runs/whole} --html {page.html}");
        var only = json.GetProperty("photographs").EnumerateArray().Single();
        Assert.True(only.GetProperty("noise_estimated").GetBoolean());
        Assert.InRange(only.GetProperty("noise_levels_of_255").EnumerateArray().Single().GetDouble(), Sigma * 0.7, Sigma * 1.3);
        Assert.Equal(exif, Photograph.Load(_terminal.File("photo.denoised.png")).Metadata.Exif);
        Assert.Contains("type=\"range\"", File.ReadAllText(_terminal.File("page.html")));

        Assert.Contains("--force", _terminal.Refused("denoise {photo.png} -m {runs/whole}"));
        Assert.Contains("--sigma", _terminal.Refused("denoise {photo.png} -m {runs/whole} --sigma loud --force"));
        Assert.Contains("photo.tif", _terminal.Refused("denoise {photo.png} -m {runs/whole} -o {photo.tif}"));
        Assert.Contains("--each", _terminal.Refused("denoise {clean} -m {runs/whole} -o {one.png}"));
        Assert.Contains("no file or folder", _terminal.Refused("denoise {none.png} -m {runs/whole}"));
        File.WriteAllBytes(_terminal.File("cut.png"), File.ReadAllBytes(_terminal.File("photo.png"))[..200]);
        Assert.Contains("cut.png", _terminal.Refused("denoise {cut.png} -m {runs/whole} -o {cut-out.png}"));
        Assert.False(File.Exists(_terminal.File("cut-out.png")));

        _terminal.Done("denoise {clean} -m {runs/whole} --sigma 10 --each {restored}");
        Assert.Equal(12, Directory.GetFiles(_terminal.File("restored"), "*.png").Length);
    }
}
