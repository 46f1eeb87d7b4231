using Isthmus.Compression.Photographs;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Photographs;
using Isthmus.Reporting.Pages;
using Isthmus.Tests.Verbs;
using static TorchSharp.torch;

namespace Isthmus.Tests.Photographs;

/// <summary>A small codec, trained for a few steps on made pictures, and their folder.</summary>
public sealed class SmallCodec : IDisposable
{
    public const string Settings =
        "--set codec-channels=16,16,16 --set codec-blocks=1,1,1 --set codec-latents=16 --set hyper-channels=16 --set entropy-channels=16 --set batch-size=8";

    internal Terminal Terminal { get; } = new();

    public SmallCodec()
    {
        TensorLibrary.EnsureLoaded();
        Directory.CreateDirectory(Terminal.File("made"));
        for (var i = 0; i < 20; i++)
            Picture(i, new(48, 64)).Save(Terminal.File($"made/{i:D2}.png"));
        Terminal.Done(
            $"train {{made}} --crop 32 --flips --model image-codec {Settings} --epochs 30 --set learning-rate=0.003 --threads 1 -o {{runs}} --name codec"
        );
        Model = TrainedModel.Load(Terminal.File("runs/codec/model.isthmus"));
    }

    public TrainedModel Model { get; }

    /// <summary>Makes discs on a slope of colours.</summary>
    public static Photograph Picture(int number, ImageSize size, bool isGrey = false, bool hasAlpha = false, bool isDeep = false)
    {
        var random = new Random(number);
        var channels = (isGrey ? 1 : 3) + (hasAlpha ? 1 : 0);
        var samples = new double[size.Height * size.Width * channels];
        double[] slope = [random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble()];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = 0.3 + 0.4 * slope[i % channels] * (i / channels % size.Width) / size.Width;
        for (var disc = 0; disc < 4; disc++)
        {
            var (x, y, radius, level) = (random.Next(size.Width), random.Next(size.Height), random.Next(4, 20), random.NextDouble());
            for (var i = 0; i < samples.Length; i++)
                if (Math.Pow(i / channels % size.Width - x, 2) + Math.Pow(i / channels / size.Width - y, 2) < radius * radius)
                    samples[i] = level * (0.5 + 0.5 * slope[i % channels]);
        }
        return new(
            "made",
            size,
            isGrey,
            hasAlpha,
            isDeep ? null : [.. samples.Select(sample => (byte)(255 * sample))],
            isDeep ? [.. samples.Select(sample => (ushort)(65535 * sample))] : null,
            new([(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0], null)
        );
    }

    public void Dispose()
    {
        Model.Dispose();
        Terminal.Dispose();
    }
}

/// <summary>The codec of photographs: rates against bytes, any sizes, seams, and the verbs.</summary>
public sealed class PhotographCodecTests(SmallCodec small) : IClassFixture<SmallCodec>
{
    [Theory]
    [InlineData(1, 1, false, false, false)]
    [InlineData(1, 700, true, false, false)]
    [InlineData(37, 50, false, true, false)]
    [InlineData(64, 48, true, true, true)]
    [InlineData(33, 17, false, false, true)]
    public void A_photograph_of_any_size_comes_back_as_its_encoder_saw_it(int height, int width, bool isGrey, bool hasAlpha, bool isDeep)
    {
        var picture = SmallCodec.Picture(3, new(height, width), isGrey, hasAlpha, isDeep);
        using var codec = new PhotographCodec(small.Model);
        using var reader = PhotographCodec.FromBytes(codec.ToBytes());
        var encoded = codec.Encode(picture, 0.7, threads: 1);
        var decoded = reader.Decode(encoded.Bytes);
        Assert.Equal((picture.Size, picture.IsGrey, picture.HasAlpha, picture.Bits), (decoded.Size, decoded.IsGrey, decoded.HasAlpha, decoded.Bits));
        Assert.Equal(picture.Metadata.Exif, decoded.Metadata.Exif);
        for (var i = 0; i < height * width * picture.Channels; i++)
        {
            Assert.Equal(encoded.Decoded.Sample(i), decoded.Sample(i));
            if (hasAlpha && i % picture.Channels == picture.Channels - 1)
                Assert.Equal(picture.Sample(i), decoded.Sample(i));
        }
        Assert.Throws<InvalidInputException>(() => codec.Encode(picture, 1.5));
        Assert.Throws<InvalidInputException>(() => reader.Encode(picture));
    }

    [Fact]
    public void Higher_qualities_take_more_bytes()
    {
        var picture = SmallCodec.Picture(1001, new(96, 128));
        using var codec = new PhotographCodec(small.Model);
        int[] bytes = [.. new[] { 0, 0.4, 0.6, 1 }.Select(quality => codec.Encode(picture, quality).Bytes.Length)];
        Assert.Equal(bytes.Order(), bytes);
        Assert.True(bytes[^1] > 1.5 * bytes[0], string.Join(", ", bytes));
    }

    /// <summary>
    /// The coder in whole numbers spends the rate that training minimises in floating point, and no more: weights of 8 bits and means to 1/16 of a step cost a
    /// few percent, a message 8 bits. It spends less where a code lies far out, as none costs more than 20 bits there: a tenth in a model so little trained.
    /// </summary>
    [Fact]
    public void The_rate_is_the_length_of_the_bytes()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (bottleneck, analysis) = ((HyperpriorBottleneck)small.Model.Network.Bottleneck, (PictureAnalysis)small.Model.Network.Encoder);
        var coder = new LatentCoder(CodecForm.Of(small.Model));
        var (promised, spent) = (0.0, 0.0);
        for (var number = 0; number < 8; number++)
        {
            var planes = new float[3 * 32 * 32];
            SmallCodec.Picture(2000 + number, new(32, 32)).CopyTo(planes, 0, 0, new(32, 32));
            var y = analysis.Analyse(tensor(planes).view(1, 3, 32, 32));
            promised += bottleneck.Encode(y.flatten(1), tensor(new[] { 0.8f })).Rate.item<float>() / Math.Log(2);
            var steps = bottleneck.InSteps(y, 0.8);
            float[] numbers = [.. steps.data<float>()],
                second = [.. bottleneck.HyperCode(steps).data<float>()];
            spent += 8 * coder.Encode(numbers, second, 2, 2, new short[numbers.Length]).Length;
        }
        Assert.InRange(spent, 0.8 * promised, 1.05 * promised + 8 * 8);
    }

    [Theory]
    [InlineData(48, 64)]
    [InlineData(33, 17)]
    [InlineData(20, 700)]
    public void Bits_of_places_add_up_to_the_messages(int height, int width)
    {
        using var codec = new PhotographCodec(small.Model);
        var encoded = codec.Encode(SmallCodec.Picture(8, new(height, width)), 0.6);
        var (bits, tiles) = (codec.PlaceBits(encoded.Bytes, 1, CancellationToken.None), CodedPhotograph.FromBytes(encoded.Bytes).Tiles);
        Assert.Equal((height + 15) / 16 * ((width + 15) / 16), bits.Length);
        Assert.All(bits, place => Assert.True(place > 0));
        // A message ends within 64 bits.
        var (spent, sum) = (8 * tiles.Sum(tile => tile.Length), bits.Sum(place => (double)place));
        Assert.InRange(spent, sum - 0.01, sum + 64 * tiles.Count);
    }

    [Fact]
    public void A_photograph_is_compared_with_jpegs_of_no_more_bytes_on_a_page()
    {
        var path = small.Terminal.File("a<i>.png");
        SmallCodec.Picture(60, new(250, 300)).Save(path);
        using var codec = new PhotographCodec(small.Model);
        var compared = CodecComparison.Of(codec, path, 0.3, threads: 1);
        Assert.Equal([0, 0.25, 0.3, 0.5, 0.75, 1], compared.Qualities.Select(one => one.Quality));
        var colours = PhotographFile.ReadColours(path);
        foreach (var one in compared.Qualities)
        {
            Assert.Equal(codec.Encode(colours, one.Quality).Bytes.Length, one.Bytes);
            Assert.True(one.JpegBytes <= one.Bytes || one.JpegQuality == 1);
            Assert.True(one.JpegQuality == LossyPicture.MostQuality || LossyPicture.Jpeg(colours, one.JpegQuality + 1).Bytes > one.Bytes);
            Assert.Equal(compared.Part.Size, one.Part.Size);
            Assert.Equal(one.Part.Size, one.JpegPart.Size);
        }
        Assert.Equal(8.0 * compared.Qualities[2].Bytes / (250 * 300), compared.Own.Points[2].Bits, 1e-12);
        Assert.Equal(["JPEG", "WebP"], compared.Others.Select(other => other.Name));
        Assert.Equal(compared.Others[0].Points.Order(), compared.Others[0].Points);
        // Of a nearly flat picture JPEG of the greatest quality is nearly exact.
        Assert.True(compared.Others[0].Points[^1].Decibels > 35);
        var page = CodecPage.Render("small", 1000, [compared, compared]);
        Assert.Contains("a&lt;i&gt;.png", page);
        Assert.DoesNotContain("a<i>", page);
        Assert.Contains("codec at quality 0.25", page);
        Assert.Contains("class=\"at at-2 on\"", page);
    }

    /// <summary>Half the bits at every PSNR are a BD-rate of -50 %; curves without a common PSNR have none.</summary>
    [Fact]
    public void Rates_are_compared_at_the_same_distortion()
    {
        (double Bits, double Decibels)[] points = [(0.1, 25), (0.8, 33), (0.3, 28), (2, 38)];
        RateDistortionCurve twice = new("twice", [.. points.Select(point => (2 * point.Bits, point.Decibels))]),
            once = new("once", points),
            far = new("far", [(0.3, 45), (1, 50)]);
        Assert.Equal(-0.5, once.BdRate(twice)!.Value, 1e-9);
        Assert.Equal(1, twice.BdRate(once)!.Value, 1e-9);
        Assert.Null(once.BdRate(far));
        Assert.Equal(
            [(0.15, 25), (1.2, 33), (0.45, 28), (3, 38)],
            RateDistortionCurve.Mean([once, twice]).Points.Select(point => (Math.Round(point.Bits, 9), point.Decibels))
        );
    }

    /// <summary>Codes that take the steps of least error and bits together cost less of both in sum than the nearest steps, and fewer bytes.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.6)]
    public void Steps_of_least_error_and_bits_cost_less_than_the_nearest(double quality)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (bottleneck, analysis) = ((HyperpriorBottleneck)small.Model.Network.Bottleneck, (PictureAnalysis)small.Model.Network.Encoder);
        var coder = new LatentCoder(CodecForm.Of(small.Model));
        var distortions = CodecForm.Distortions(small.Model, quality);
        var (nearest, chosen) = ((Bits: 0.0, Error: 0.0), (Bits: 0.0, Error: 0.0));
        for (var number = 0; number < 8; number++)
        {
            var planes = new float[3 * 32 * 32];
            SmallCodec.Picture(3000 + number, new(32, 32)).CopyTo(planes, 0, 0, new(32, 32));
            var y = bottleneck.InSteps(analysis.Analyse(tensor(planes).view(1, 3, 32, 32)), quality);
            float[] numbers = [.. y.data<float>()],
                second = [.. bottleneck.HyperCode(y).data<float>()];
            (double, double) Cost(float[] worth, (double Bits, double Error) sum)
            {
                var codes = new short[numbers.Length];
                var bits = 8.0 * coder.Encode(numbers, second, 2, 2, codes, worth).Length;
                var error = codes.Select((code, i) => distortions[i / 4] * Math.Pow(code / (double)LatentModel.One - numbers[i], 2)).Sum();
                return (sum.Bits + bits, sum.Error + error);
            }
            (nearest, chosen) = (Cost([], nearest), Cost(distortions, chosen));
        }
        Assert.True(chosen.Bits < nearest.Bits, $"{chosen} against {nearest}");
        Assert.True(chosen.Bits + chosen.Error < nearest.Bits + nearest.Error, $"{chosen} against {nearest}");
    }

    /// <summary>A picture made in windows is that of its whole code: only the last bits of sums differ, which is one level at a half.</summary>
    [Fact]
    public void Windows_have_no_seams()
    {
        var picture = SmallCodec.Picture(5, new(24, 1300));
        using var codec = new PhotographCodec(small.Model);
        var encoded = codec.Encode(picture, 1);
        var coded = CodedPhotograph.FromBytes(encoded.Bytes);
        Assert.Equal(3, coded.Tiles.Count);
        var codes = coded.Codes(new(codec.Model), codec.Model.Channels, 1, CancellationToken.None);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (synthesis, gains) = CodecSynthesis.Of(codec.Model.Synthesis, codec.Model.Channels);
        var y =
            tensor(Array.ConvertAll(codes, code => code / (float)LatentModel.One)).view(1, codec.Model.Channels, 2, 82)
            * tensor(gains[^1]).exp().view(1, -1, 1, 1);
        float[] whole = [.. synthesis.Synthesise(y).contiguous().data<float>()];
        for (var row = 0; row < 24; row++)
            for (var column = 0; column < 1300; column++)
                for (var colour = 0; colour < 3; colour++)
                {
                    var expected = 255 * Math.Clamp(whole[((colour * 32) + row) * 82 * 16 + column], 0, 1);
                    Assert.InRange(encoded.Decoded.Sample(((row * 1300) + column) * 3 + colour), expected - 0.51, expected + 0.51);
                }
        synthesis.Dispose();
    }

    /// <summary>Whole steps from the mean have all the probability; between two qualities gains are the geometric mean; the loss is as its page says.</summary>
    [Fact]
    public void Rates_gains_and_loss_are_as_defined()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var steps = arange(-400, 401, ScalarType.Float64).view(-1, 1);
        foreach (var scale in (double[])[0.1, 1, 5])
        {
            var mean = full([1, 1], 0.3, ScalarType.Float64);
            var nats = HyperpriorBottleneck.Nats(steps + mean, mean, full([1, 1], Math.Log(scale), ScalarType.Float64), isNoisy: false);
            Assert.Equal(1, (-nats).exp().sum().item<double>(), 1e-9);
            var at = scale * Math.Log(1 / 0.25 - 1);
            var direct = 1 / (1 + Math.Exp(-1.5 / scale)) - 1 / (1 + Math.Exp(-0.5 / scale));
            Assert.Equal(-Math.Log(direct), nats[401].item<double>(), 1e-9);
        }
        var logarithms = tensor(new[] { 0f, 2f, 6f }).view(3, 1);
        float[] gains = [.. HyperpriorBottleneck.Gains(logarithms, tensor(new[] { 0f, 0.25f, 1f })).log().flatten().data<float>()];
        Assert.Equal([0f, 1f, 6f], gains.Select(gain => MathF.Round(gain, 4)));

        var network = small.Model.Network;
        var x = rand(3, 3 * 32 * 32);
        var terms = new RateDistortionObjective(0.25, 4).Loss(network, x, x, 0);
        // At quality 1/2 the weight is the geometric mean, 1.
        Assert.Equal(terms.Distortion.Plus(terms.Rate).mean().item<float>(), terms.Loss.item<float>(), 1e-2f);
        Assert.Equal(7, new RateDistortionObjective(0.25, 4).Weighed(3, 4));
    }

    [Theory]
    [InlineData("--set hyper-channels=0")]
    [InlineData("--set code-context=none --set qualities=1")]
    public void Simpler_priors_train_and_code(string settings)
    {
        var name = settings.Contains("hyper", StringComparison.Ordinal) ? "factorised" : "alone";
        small.Terminal.Done(
            $"train {{made}} --crop 32 --model image-codec {SmallCodec.Settings.Replace("--set hyper-channels=16", "", StringComparison.Ordinal)} {settings} "
                + (name == "alone" ? "--set hyper-channels=16 " : "")
                + $"--epochs 1 --threads 1 -o {{runs}} --name {name}"
        );
        using var model = TrainedModel.Load(small.Terminal.File($"runs/{name}/model.isthmus"));
        using var codec = new PhotographCodec(model);
        var encoded = codec.Encode(SmallCodec.Picture(7, new(40, 40)));
        Assert.Equal(encoded.Decoded.Sample(100), codec.Decode(encoded.Bytes).Sample(100));
    }

    /// <summary>Channels of a codec that hardly vary at one quality serve the others, and their number is no setting that a command could change.</summary>
    [Fact]
    public void A_codec_is_judged_by_its_loss_and_not_by_its_units()
    {
        var verdict = small.Terminal.Json("evaluate {made} -m {runs/codec} --part test").GetProperty("verdict").GetString()!;
        Assert.DoesNotContain("unit", verdict);
        Assert.DoesNotContain("--latent", verdict);
    }

    [Fact]
    public void The_verbs_compress_decompress_export_and_refuse_in_one_line()
    {
        var terminal = small.Terminal;
        Directory.CreateDirectory(terminal.File("mixed/more"));
        SmallCodec.Picture(50, new(50, 40), hasAlpha: true).Save(terminal.File("mixed/a.png"));
        SmallCodec.Picture(51, new(20, 70)).Save(terminal.File("mixed/more/b.jpg"));
        File.WriteAllText(terminal.File("mixed/note.txt"), "kept");
        File.WriteAllBytes(terminal.File("mixed/cut.png"), File.ReadAllBytes(terminal.File("mixed/a.png"))[..100]);
        var json = terminal.Json("compress {mixed} -m {runs/codec} -o {all.isth} --quality 0.3");
        Assert.Equal(2, json.GetProperty("photographs").GetArrayLength());
        Assert.Equal(2, json.GetProperty("kept_as_bytes").GetArrayLength());
        terminal.Done("compress {mixed/more} -m {runs/codec} -o {shown.isth} --html {codec.html} --quality 0.3");
        Assert.Contains("b.jpg", File.ReadAllText(terminal.File("codec.html")));
        Assert.Contains("2 photographs", terminal.Done("info {all.isth}").Output);
        terminal.Done("decompress {all.isth} -o {out}");
        Assert.Equal("kept", File.ReadAllText(terminal.File("out/note.txt")));
        Assert.Equal(File.ReadAllBytes(terminal.File("mixed/cut.png")), File.ReadAllBytes(terminal.File("out/cut.png")));
        Assert.Equal(new ImageSize(20, 70), Photograph.Load(terminal.File("out/more/b.png")).Size);
        Assert.True(Photograph.Load(terminal.File("out/a.png")).HasAlpha);

        terminal.Done("compress {mixed/a.png} -m {runs/codec} -o {outside.isth} --model-outside");
        terminal.Done("export -m {runs/codec} -o {a.codec}");

        // Its few bytes stand in the list of files, and no block needs the model.
        SmallCodec.Picture(1, new(1, 1)).Save(terminal.File("dot.png"));
        terminal.Done("compress {dot.png} -m {runs/codec} -o {dot.isth}");
        terminal.Done("decompress {dot.isth} -o {dots}");
        Assert.Equal(new ImageSize(1, 1), Photograph.Load(terminal.File("dots/dot.png")).Size);
        Assert.Contains("-m", terminal.Refused("decompress {outside.isth} -o {none}"));
        Assert.False(Directory.Exists(terminal.File("none")));
        terminal.Done("decompress {outside.isth} -o {out2} -m {a.codec}");

        var whole = File.ReadAllBytes(terminal.File("outside.isth"));
        whole[^60] ^= 4;
        File.WriteAllBytes(terminal.File("flipped.isth"), whole);
        Assert.Contains("damaged", terminal.Refused("decompress {flipped.isth} -o {none} -m {a.codec}"));
        File.WriteAllBytes(terminal.File("cut.isth"), whole[..^80]);
        Assert.Contains("cut", terminal.Refused("decompress {cut.isth} -o {none} -m {a.codec}"));
        Assert.False(Directory.Exists(terminal.File("none")));

        Assert.Contains("0 to 1", terminal.Refused("compress {mixed/a.png} -m {runs/codec} -o {b.isth} --quality 2"));
        Assert.Contains("lossless", terminal.Refused("compress {mixed/a.png} -m {runs/codec} -o {b.isth} --binarise"));
        Assert.Contains("cut.png", terminal.Refused("compress {mixed/cut.png} -m {runs/codec} -o {b.isth}"));
        Assert.Contains("note.txt", terminal.Refused("compress {mixed/note.txt} -m {runs/codec} -o {b.isth}"));
        Assert.Contains("no form in ONNX", terminal.Refused("export -m {runs/codec} -o {codec.onnx}"));
        Assert.Contains("multiple of 16", terminal.Refused("train {made} --crop 40 --model image-codec -o {runs}"));
        Assert.Contains("hyperprior", terminal.Refused("train shapes --model vae --set objective=rate-distortion -o {runs}"));
        Assert.False(File.Exists(terminal.File("b.isth")));
    }
}
