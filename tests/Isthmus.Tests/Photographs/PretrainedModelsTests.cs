using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Photographs;
using Isthmus.Pretrained;
using Isthmus.Tests.Verbs;

namespace Isthmus.Tests.Photographs;

/// <summary>The models that ship: their hashes and origin, and that they are taken where no model is named.</summary>
public sealed class PretrainedModelsTests
{
    private const double Sigma = 25;

    public PretrainedModelsTests() => TensorLibrary.EnsureLoaded();

    // Slopes and edges, of three colours or one.
    private static (Photograph Clean, Photograph Noisy) Made(int colours, int side, PictureMetadata? metadata = null)
    {
        var random = new Random(colours);
        var (clean, noisy) = (new byte[colours * side * side], new byte[colours * side * side]);
        for (var i = 0; i < clean.Length; i++)
        {
            var (x, y, colour) = (i / colours % side, i / colours / side, i % colours);
            clean[i] = (byte)(90 + x * 60 / side + 20 * colour + ((x / 13 + y / 9) % 2 == 0 ? 25 : 0));
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            noisy[i] = (byte)Math.Clamp(Math.Round(clean[i] + Sigma * normal), 0, 255);
        }
        Photograph Of(byte[] samples) => new("made", new(side, side), colours == 1, false, samples, null, metadata ?? PictureMetadata.None);
        return (Of(clean), Of(noisy));
    }

    private static double Decibels(Photograph clean, Photograph other) =>
        -10
        * Math.Log10(
            Enumerable.Range(0, clean.Colours * clean.Size.Height * clean.Size.Width).Average(i => Math.Pow((clean.Sample(i) - other.Sample(i)) / 255.0, 2))
        );

    [Theory]
    [InlineData(PretrainedModels.DenoiserFile, "denoiser", 450_000)]
    [InlineData(PretrainedModels.CodecFile, "image-codec", 570_000)]
    public void A_model_is_the_file_that_its_page_describes(string name, string preset, int most)
    {
        using var file = PretrainedModels.Open(name);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "pretrained.md"));
        Assert.Contains($"| SHA-256 of the file | `{Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()))}` |", page);
        Assert.InRange(bytes.Length, 1, most);
        using var model = name == PretrainedModels.CodecFile ? PretrainedModels.Codec() : PretrainedModels.Denoiser();
        Assert.Equal(preset, model.Specification.Preset);
        // Its origin, as the script that made it has it: no path of a machine, no date.
        Assert.Equal(("kodak", 1, 1), (Path.GetFileName(model.Provenance.Data), model.Provenance.Seed, model.Provenance.Threads));
        var script = File.ReadAllText(Path.Combine(Repository.Root, "bench", "reproductions", $"shipped-{Path.GetFileNameWithoutExtension(name)}.sh"));
        Assert.Contains($"{{EPOCHS:-{model.Provenance.Epochs}}}", script);
        Assert.All(Regex.Matches(string.Join(' ', model.Provenance.CommandLine!), "--set [^ ]+").Select(match => match.Value), setting =>
            Assert.Contains(setting, script)
        );
    }

    /// <summary>An archive of the codec that ships does not hold it: other machines decode it by the bytes of its form, the same there.</summary>
    [Fact]
    public void The_codec_compresses_where_no_model_is_named_and_its_form_is_the_one_that_its_page_describes()
    {
        using var model = PretrainedModels.Codec();
        using var codec = new PhotographCodec(model);
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "pretrained.md"));
        Assert.Contains($"| SHA-256 of its form in archives | `{Convert.ToHexStringLower(SHA256.HashData(codec.ToBytes()))}` |", page);
        using var terminal = new Terminal();
        var clean = Made(3, 200).Clean;
        clean.Save(terminal.File("photo.png"));
        var json = terminal.Json("compress {photo.png} -o {a.isth} --quality 0.5");
        Assert.Equal("shipped", json.GetProperty("model").GetString());
        Assert.InRange(json.GetProperty("bits_per_pixel").GetDouble(), 0.01, 1);
        terminal.Done("decompress {a.isth} -o {out}");
        Assert.InRange(Decibels(clean, Photograph.Load(terminal.File("out/photo.png"))), 30, 60);
        terminal.Done("info {a.isth}");
        Assert.Contains("no photograph", terminal.Refused("compress {a.isth} -o {b.isth}"));

        // Thumbnails are about the means of the picture's pixels: what the layers add to the linear part is small.
        terminal.Done("decompress {a.isth} -o {small} --scale 1/8");
        var small = Photograph.Load(terminal.File("small/photo.png"));
        Assert.Equal(new ImageSize(25, 25), small.Size);
        double Mean(int pixel) => Enumerable.Range(0, 64).Average(i => clean.Sample(3 * ((pixel / 25 * 8 + i / 8) * 200 + pixel % 25 * 8 + i % 8)));
        Assert.InRange(Math.Sqrt(Enumerable.Range(0, 625).Average(pixel => Math.Pow(small.Sample(3 * pixel) - Mean(pixel), 2))), 0, 6);
        Assert.Contains("1/16", terminal.Refused("decompress {a.isth} -o {none} --scale 1/3"));
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(1, 4)]
    public void It_takes_noise_out_of_colour_and_grey(int colours, double leastGain)
    {
        using var model = PretrainedModels.Denoiser();
        var (clean, noisy) = Made(colours, 64);
        var restored = new PhotographDenoiser(model).Denoise(noisy, [Sigma]).Restored;
        Assert.InRange(Decibels(clean, restored) - Decibels(clean, noisy), leastGain, 20);
    }

    [Fact]
    public void The_verb_takes_it_where_no_model_is_named_and_says_so()
    {
        using var terminal = new Terminal();
        Made(3, 40).Noisy.Save(terminal.File("photo.png"));
        var (_, output, error) = terminal.Done("denoise {photo.png} --threads 1");
        Assert.Contains("photo.denoised.png", output);
        Assert.Contains("the denoiser that ships with isthmus", error);
        var json = terminal.Json("denoise {photo.png} --threads 1 -o {again.png}");
        Assert.Equal("shipped", json.GetProperty("model_path").GetString());
        Assert.Equal(File.ReadAllBytes(terminal.File("photo.denoised.png")), File.ReadAllBytes(terminal.File("again.png")));
        Assert.Contains("with -m the model of other records", terminal.Refused("denoise mnist"));
        Assert.Contains("does not exist", terminal.Refused("denoise {photo.png} -m {none.isthmus} -o {other.png}"));

        // An animation has one picture restored, and a line says so.
        File.WriteAllBytes(terminal.File("two.gif"), Animation);
        Assert.Contains("its first frame is restored", terminal.Done("denoise {two.gif} --threads 1").Error);
        Assert.Equal(new ImageSize(2, 3), Photograph.Load(terminal.File("two.denoised.png")).Size);
        // The smallest picture there is.
        new Photograph("made", new(1, 1), false, true, [200, 100, 50, 7], null, PictureMetadata.None).Save(terminal.File("dot.png"));
        terminal.Done("denoise {dot.png} --threads 1");
        var dot = Photograph.Load(terminal.File("dot.denoised.png"));
        Assert.Equal((new ImageSize(1, 1), 7), (dot.Size, dot.Sample(3)));
    }

    // Two white frames of 2 x 3 pixels.
    private static byte[] Animation => [.. "GIF89a"u8, 3, 0, 2, 0, 0x80, 0, 0, 255, 255, 255, 0, 0, 0, .. Frame, .. Frame, 0x3B];

    private static byte[] Frame => [0x2C, 0, 0, 0, 0, 3, 0, 2, 0, 0, 2, 2, 0x84, 0x5F, 0];
}
