using Isthmus.Compression.Archive;
using Isthmus.Compression.Codecs;
using Isthmus.Compression.Photographs;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Photographs;
using Isthmus.Tests.Verbs;
using static TorchSharp.torch;

namespace Isthmus.Tests.Photographs;

/// <summary>A small lossless codec, trained for a few steps on made pictures with noise, and their folder.</summary>
public sealed class SmallLosslessCodec : IDisposable
{
    internal Terminal Terminal { get; } = new();

    public SmallLosslessCodec()
    {
        TensorLibrary.EnsureLoaded();
        Directory.CreateDirectory(Terminal.File("made"));
        for (var i = 0; i < 20; i++)
            Picture(i, new(48, 64)).Save(Terminal.File($"made/{i:D2}.png"));
        Terminal.Done(
            "train {made} --crop 32 --flips --model image-lossless --set pixel-hidden=8 --set batch-size=8 --epochs 6 --threads 1 -o {runs} --name lossless"
        );
        Model = TrainedModel.Load(Terminal.File("runs/lossless/model.isthmus"));
    }

    public TrainedModel Model { get; }

    /// <summary>Makes discs on a slope with noise.</summary>
    public static Photograph Picture(int number, ImageSize size, bool isGrey = false, bool hasAlpha = false, bool isDeep = false, bool isWidened = false)
    {
        var (plain, random) = (SmallCodec.Picture(number, size, isGrey, hasAlpha, isDeep), new Random(number));
        var most = isDeep ? 65535 : 255;
        return Photograph.Of("made", size, isGrey, hasAlpha ? plain.Opacity() : null, plain.Metadata, isDeep, (pixel, colour) =>
        {
            var sample = plain.Sample((pixel * plain.Channels) + colour) + random.Next(-most / 40, most / 40);
            sample = Math.Clamp(sample, 0, most);
            return isWidened ? (sample >> 8) * 257 : sample;
        });
    }

    public void Dispose()
    {
        Model.Dispose();
        Terminal.Dispose();
    }
}

/// <summary>The lossless codec of photographs: the same samples for any size and kind, bytes against probabilities, damage, and the verbs.</summary>
public sealed class LosslessPhotographTests(SmallLosslessCodec small) : IClassFixture<SmallLosslessCodec>
{
    [Theory]
    [InlineData(1, 1, false, false, false, false)]
    [InlineData(1, 1300, true, false, false, false)]
    [InlineData(700, 2, false, false, false, false)]
    [InlineData(37, 50, false, true, false, false)]
    [InlineData(24, 48, true, true, true, false)]
    [InlineData(33, 17, false, false, true, false)]
    [InlineData(33, 17, false, true, true, true)]
    public void A_photograph_of_any_size_comes_back_sample_by_sample(int height, int width, bool isGrey, bool hasAlpha, bool isDeep, bool isWidened)
    {
        var picture = SmallLosslessCodec.Picture(3, new(height, width), isGrey, hasAlpha, isDeep, isWidened);
        var codec = new LosslessPhotographCodec(small.Model);
        var reader = LosslessPhotographCodec.FromBytes(codec.ToBytes());
        var coded = codec.Encode(picture, threads: 1);
        Assert.Equal(coded, reader.Encode(picture, threads: 2));
        var decoded = reader.Decode(coded);
        Assert.Equal((picture.Size, picture.IsGrey, picture.HasAlpha, picture.Bits), (decoded.Size, decoded.IsGrey, decoded.HasAlpha, decoded.Bits));
        Assert.Equal(picture.Metadata.Exif, decoded.Metadata.Exif);
        Same(picture, decoded);
        // Halves that are the same are stored once.
        if (isWidened)
            Assert.InRange(coded.Length, 1, 2 * codec.Encode(SmallLosslessCodec.Picture(3, new(height, width), isGrey, hasAlpha)).Length);
    }

    private static void Same(Photograph expected, Photograph found)
    {
        for (var i = 0; i < expected.Size.Height * expected.Size.Width * expected.Channels; i++)
            Assert.Equal(expected.Sample(i), found.Sample(i));
    }

    /// <summary>The coder in whole numbers spends the bits that training minimises in floating point: one part in fifty more, and a message's end.</summary>
    [Fact]
    public void The_negative_log_likelihood_is_the_length_of_the_bytes()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (likelihood, coder) = (small.Model.Network.Likelihood, new PixelCoder(PixelForm.Of(small.Model)));
        var (promised, spent) = (0.0, 0.0);
        for (var number = 0; number < 6; number++)
        {
            var planes = new float[3 * 32 * 32];
            SmallLosslessCodec.Picture(2000 + number, new(32, 32)).CopyTo(planes, 0, 0, new(32, 32));
            promised -= likelihood.LogProbability(tensor(planes).view(1, -1), zeros(1, 1)).item<float>() / Math.Log(2);
            var inOrder = new[] { 1, 0, 2 }.SelectMany(plane => planes[(plane * 1024)..((plane + 1) * 1024)]);
            byte[] samples = [.. inOrder.Select(value => (byte)MathF.Round(255 * value))];
            spent += 8 * coder.Encode(samples, 32, 32).Length;
        }
        Assert.InRange(spent, 0.98 * promised, (1.02 * promised) + (8 * 8));
        // It has learned something: noise of 12 levels costs log2 12 bits, and a sample in 256 levels 8.
        Assert.InRange(promised / (6 * 3 * 1024), 3, 5.5);
    }

    [Fact]
    public void Probabilities_of_all_levels_sum_to_one_and_draws_follow_them()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var seed = RandomDraws.Seeded(1);
        var likelihood = new PixelPredictionLikelihood(new(1, 1, 1, 256), [8], 2);
        var levels = arange(256, ScalarType.Float32).view(-1, 1) / 255;
        var logs = likelihood.LogProbability(levels, zeros(256, 1));
        Assert.Equal(1, logs.exp().sum().item<float>(), 1e-4f);
        Assert.Equal(logs.argmax().item<long>(), (long)Math.Round(255 * likelihood.Mode(zeros(1, 1)).item<float>()));
        Assert.Equal((logs.exp() * levels.flatten()).sum().item<float>(), likelihood.Mean(zeros(1, 1)).item<float>(), 1f / 255);
        var draws = likelihood.Sample(zeros(4000, 1));
        var expected = (logs.exp() * levels.flatten()).sum();
        var deviation = ((levels.flatten() - expected).square() * logs.exp()).sum().sqrt().item<float>();
        // Four standard errors.
        Assert.Equal(expected.item<float>(), draws.mean().item<float>(), 4 * deviation / MathF.Sqrt(4000));
        // A gradient reaches every network; that of the decoder's output is 0.
        using var withGradient = enable_grad();
        var colours = new PixelPredictionLikelihood(new(4, 4, 3, 256), [8], 2);
        var parameters = zeros(2, 1).requires_grad_(true);
        colours.LogProbability(rand(2, 48), parameters).sum().backward();
        Assert.Equal(0, parameters.grad!.abs().sum().item<float>());
        Assert.All(colours.parameters(), parameter => Assert.True(parameter.grad!.abs().sum().item<float>() > 0));
        Assert.Equal(new long[] { 2, 48 }, colours.Sample(zeros(2, 1)).shape);
    }

    [Fact]
    public void Damaged_bytes_are_refused()
    {
        var codec = new LosslessPhotographCodec(small.Model);
        var picture = SmallLosslessCodec.Picture(4, new(20, 30), hasAlpha: true);
        var coded = codec.Encode(picture);
        var refused = 0;
        for (var at = 0; at < coded.Length; at += 7)
        {
            var damaged = coded.ToArray();
            damaged[at] ^= 0x12;
            // The last bits of a message may be any: then the samples are what they were.
            if (Record.Exception(() => Same(picture, codec.Decode(damaged))) is { } exception)
            {
                Assert.IsType<InvalidInputException>(exception);
                refused++;
            }
        }
        Assert.InRange(refused, coded.Length / 7 - 1, coded.Length);
        for (var length = 0; length < coded.Length; length += 40)
            Assert.Throws<InvalidInputException>(() => codec.Decode(coded.AsMemory(0, length)));
        var bytes = codec.ToBytes();
        Assert.Throws<InvalidInputException>(() => LosslessPhotographCodec.FromBytes(bytes[..^3]));
        Assert.Throws<InvalidInputException>(() => LosslessPhotographCodec.FromBytes([.. bytes, 0]));
        Assert.Throws<InvalidInputException>(() => LosslessPhotographCodec.FromBytes([1, 2, 3]));
        var grey = new PixelModel { Components = codec.Model.Components, Networks = [codec.Model.Networks[0]] };
        Assert.Throws<InvalidInputException>(() => LosslessPhotograph.Encode(grey, SmallLosslessCodec.Picture(4, new(5, 5)), 1, CancellationToken.None));
        Assert.Throws<InvalidInputException>(() => LosslessPhotograph.Decode(grey, coded, "it", 1, CancellationToken.None));
    }

    [Fact]
    public void The_verbs_compress_decompress_export_and_refuse_in_one_line()
    {
        var terminal = small.Terminal;
        Directory.CreateDirectory(terminal.File("mixed"));
        SmallLosslessCodec.Picture(50, new(50, 40), hasAlpha: true).Save(terminal.File("mixed/a.png"));
        SmallLosslessCodec.Picture(51, new(1, 1)).Save(terminal.File("mixed/one.png"));
        SmallLosslessCodec.Picture(52, new(20, 70)).Save(terminal.File("mixed/b.jpg"));
        File.WriteAllText(terminal.File("mixed/note.txt"), "kept");
        var json = terminal.Json("compress {mixed} -m {runs/lossless} -o {all.isth}");
        Assert.Equal(3, json.GetProperty("photographs").GetArrayLength());
        Assert.InRange(json.GetProperty("bits_per_channel_value").GetDouble(), 2, 8);
        Assert.Contains("3 photographs coded without loss", terminal.Done("info {all.isth}").Output);
        Assert.DoesNotContain("with loss", terminal.Done("decompress {all.isth} -o {out}").Output);
        Assert.Equal("kept", File.ReadAllText(terminal.File("out/note.txt")));
        foreach (var (from, to) in new[] { ("a.png", "a.png"), ("one.png", "one.png"), ("b.jpg", "b.png") })
        {
            var (given, back) = (Photograph.Load(terminal.File($"mixed/{from}")), Photograph.Load(terminal.File($"out/{to}")));
            Assert.Equal((given.Size, given.Channels), (back.Size, back.Channels));
            Same(given, back);
        }
        using (var archive = ArchiveReader.Open(terminal.File("all.isth"), new()))
        {
            Assert.Equal(ArchiveFeatures.Photographs | ArchiveFeatures.LosslessPhotographs, archive.Header.Features);
            var types = archive.Blocks.Select(block => archive.Decode(block, new byte[block.Count * archive.Header.RecordBytes]));
            Assert.Contains(BlockType.LosslessPhotograph, types);
        }

        // A photograph of fewer bytes than a record has no block, and its model is in the archive all the same.
        terminal.Done("compress {mixed/one.png} -m {runs/lossless} -o {one.isth}");
        terminal.Done("decompress {one.isth} -o {out-one}");
        terminal.Done("compress {mixed/a.png} -m {runs/lossless} -o {outside.isth} --model-outside");
        terminal.Done("export -m {runs/lossless} -o {a.codec}");
        Assert.Contains("-m", terminal.Refused("decompress {outside.isth} -o {none}"));
        terminal.Done("decompress {outside.isth} -o {out2} -m {a.codec}");
        var whole = File.ReadAllBytes(terminal.File("outside.isth"));
        whole[^60] ^= 4;
        File.WriteAllBytes(terminal.File("flipped.isth"), whole);
        Assert.Contains("damaged", terminal.Refused("decompress {flipped.isth} -o {none} -m {a.codec}"));
        Assert.False(Directory.Exists(terminal.File("none")));
        Assert.Contains("without loss", terminal.Refused("compress {mixed/a.png} -m {runs/lossless} -o {b.isth} --quality 0.5"));
        Assert.Contains("--scale 1/8: ", terminal.Refused("decompress {one.isth} -o {none} --scale 1/8"));
        Assert.Contains("256 levels", terminal.Refused("train shapes --model image-lossless -o {runs}"));
        Assert.False(File.Exists(terminal.File("b.isth")));
    }
}
