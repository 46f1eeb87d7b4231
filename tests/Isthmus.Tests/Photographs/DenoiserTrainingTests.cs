using Isthmus.Compute;
using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Models;
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

    private string Folder(string name, int count, bool isNoisy, int seed = 100)
    {
        Directory.CreateDirectory(_terminal.File(name));
        for (var i = 0; i < count; i++)
        {
            var clean = Clean(i, 48);
            Picture(isNoisy ? Noisy(clean, seed + i) : clean, 48).Save(_terminal.File($"{name}/{i:D2}.png"));
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
    public void Pairs_of_noisy_pictures_are_enough_for_noise2noise_and_say_how_good_it_is()
    {
        const string Train =
            "--model noise2noise --set denoiser-channels=16,32 --set denoiser-blocks=1,1 --epochs 8 --set batch-size=8 --set learning-rate=0.005";
        Folder("pairs/first", 20, isNoisy: true);
        Folder("pairs/second", 20, isNoisy: true, seed: 200);
        var json = _terminal.Json($"train {{pairs}} --crop 16 --flips {Train} --threads 1 --name n -o {{runs}}");
        // The noise is clipped and rounded, which takes a little off.
        var (before, after) = (json.GetProperty("noisy_psnr_db").GetDouble(), json.GetProperty("denoised_psnr_db").GetDouble());
        Assert.InRange(before, 20, 21.5);
        Assert.False(json.TryGetProperty("active_units", out _));
        Assert.Contains("estimated from pairs", _terminal.Done("evaluate {pairs} -m {runs/n}").Output);
        var report = File.ReadAllText(_terminal.File("runs/n/report.html"));
        Assert.Contains("No clean ones are known", report);
        Assert.DoesNotContain("NaN", report);

        using var model = TrainedModel.Load(_terminal.File("runs/n/model.isthmus"));
        var clean = Clean(1000, 64);
        var noisy = Picture(Noisy(clean, 7), 64);
        var gain = Decibels(clean, new PhotographDenoiser(model).Denoise(noisy).Restored) - Decibels(clean, noisy);
        Assert.InRange(gain, 3, 20);
        // At the border of a crop less is known than in a picture.
        Assert.InRange(after - before, 2, gain);

        Assert.Contains("has no second pictures", _terminal.Refused("evaluate {pairs/first} --crop 16 -m {runs/n}"));
        Assert.Contains("adds noise of its own", _terminal.Refused("train {pairs} --crop 16 --model denoiser -o {runs}"));
        Assert.Contains("second pictures of the same scenes", _terminal.Refused("train {pairs} --crop 16 --model vae -o {runs}"));
        Assert.Contains("first and second", _terminal.Refused("train {pairs/first} --crop 16 --model noise2noise -o {runs}"));
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

        // Figures are at levels that the titles name: 20 log10(255 / 25) is 20.17 dB.
        var evaluated = _terminal.Json("evaluate {clean} -m {runs/whole} --threads 1");
        Assert.InRange(evaluated.GetProperty("noisy_psnr_db").GetDouble(), 20.0, 20.4);
        Assert.InRange(evaluated.GetProperty("noisy_at_50_psnr_db").GetDouble(), 14.0, 14.4);
        Assert.All((string[])["active_units", "latent_units", "reconstruction_psnr_db", "linear_probe_accuracy", "variance_explained"], key =>
            Assert.False(evaluated.TryGetProperty(key, out _), key)
        );
        Assert.Contains("Denoised, PSNR (gaussian noise of 25 of 255, seed 1)", _terminal.Done("evaluate {clean} -m {runs/whole}").Output);
        Assert.DoesNotContain(
            "units",
            File.ReadAllText(_terminal.File("runs/whole/report.html")).Split("All settings")[0].Split("class=\"verdict ")[1].Split("id=\"figures\"")[0]
        );

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
