using System.IO.Hashing;
using System.Runtime.Intrinsics;
using Isthmus.Compression.Integer.Layers;
using Isthmus.Compression.Photographs;
using Isthmus.Data.Records;

namespace Isthmus.Tests.Compression.Photographs;

/// <summary>Codes of photographs by a model of known whole numbers: the same bytes and codes on every processor.</summary>
public class LatentCoderGoldenTests
{
    private const int Channels = 5,
        Hyper = 3;

    private static short Weight(ref uint state, int most)
    {
        state = (state * 1664525) + 1013904223;
        return (short)((int)(state >> 16) % ((2 * most) + 1) - most);
    }

    private static IntegerLayer Layer(ref uint state, int inputs, int outputs, int kernel, bool isLast)
    {
        var weights = new short[outputs * inputs * kernel * kernel];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = Weight(ref state, 100);
        var bias = new int[outputs];
        for (var i = 0; i < outputs; i++)
            bias[i] = 50 * Weight(ref state, 1000);
        return new(
            isLast ? LayerKind.Output : LayerKind.Table,
            new(inputs * kernel * kernel, outputs, weights, bias),
            [.. Enumerable.Repeat(isLast ? 1 << 14 : 1 << 18, outputs)],
            isLast ? 26 : 20,
            isLast ? [] : [.. Enumerable.Range(0, IntegerLayer.TablePoints).Select(i => (short)(Math.Max(0, i - 256) * 10))],
            new(1, 1, inputs, 1, 1, kernel, 1, kernel / 2, IsTransposed: false)
        );
    }

    internal static LatentModel Model(bool hasContext)
    {
        var state = 7u;
        return new()
        {
            Channels = Channels,
            Hyper = Hyper,
            HasContext = hasContext,
            Means = [3, -5, 0],
            Octaves = [-64, 0, -128],
            Features = new([Layer(ref state, Hyper, 8, 3, false), Layer(ref state, 8, 4 * Hyper, 3, true)], LatentModel.Largest),
            Parameters = new(
                [
                    Layer(ref state, Hyper + (hasContext ? Channels : 0), 8, 3, false),
                    Layer(ref state, 8, 8, 1, false),
                    Layer(ref state, 8, 2 * Channels, 1, true),
                ],
                LatentModel.Largest
            ),
            Synthesis = [1, 2, 3],
        };
    }

    internal static float[] Numbers(int count, uint state)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = Weight(ref state, 4000) / 64f;
        return numbers;
    }

    [Theory]
    [InlineData(true, 13, 9)]
    [InlineData(true, 1, 1)]
    [InlineData(false, 4, 7)]
    public void Bytes_and_codes_are_those_of_every_machine(bool hasContext, int height, int width)
    {
        if (Environment.GetEnvironmentVariable("DOTNET_EnableHWIntrinsic") == "0")
            Assert.False(Vector128.IsHardwareAccelerated);
        var model = LatentModel.FromBytes(Model(hasContext).ToBytes());
        var coder = new LatentCoder(model);
        var codes = new short[Channels * height * width];
        var message = coder.Encode(Numbers(codes.Length, 1), Numbers(Hyper * ((height + 1) / 2) * ((width + 1) / 2), 2), height, width, codes);
        var again = new short[codes.Length];
        coder.Decode(message, height, width, again);
        Assert.Equal(codes, again);
        var found = $"{XxHash64.HashToUInt64(message):x16} {CodedPhotograph.SumOf(codes):x8}";
        Assert.Equal(Golden[(hasContext, height)], found);
    }

    private static readonly Dictionary<(bool, int), string> Golden = new()
    {
        [(true, 13)] = "65647f4c41b35a5f 63ea5213",
        [(true, 1)] = "891302528042d406 2e5e7c4d",
        [(false, 4)] = "95f329e7819cbc69 93f05018",
    };
}

/// <summary>Codes of photographs: what they cost, how near they are, damage, and other processors.</summary>
public class LatentCoderTests
{
    [Theory]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    [InlineData("DOTNET_EnableAVX512")]
    public Task Golden_codes_are_the_same_without(string variable) => OtherProcessor.Runs(typeof(LatentCoderGoldenTests), 3, variable);

    /// <summary>A step is 1, so codes are half of one away at most, but for those beyond 512 steps.</summary>
    [Fact]
    public void Codes_are_within_half_a_step()
    {
        var (y, codes) = (LatentCoderGoldenTests.Numbers(5 * 30, 9), new short[5 * 30]);
        new LatentCoder(LatentCoderGoldenTests.Model(true)).Encode(y, LatentCoderGoldenTests.Numbers(3 * 9, 3), 5, 6, codes);
        Assert.All(y.Zip(codes), pair => Assert.InRange(pair.Second / (double)LatentModel.One - pair.First, -0.5, 0.5));
        y[0] = 1e9f;
        y[1] = float.NaN;
        new LatentCoder(LatentCoderGoldenTests.Model(true)).Encode(y, LatentCoderGoldenTests.Numbers(3 * 9, 3), 5, 6, codes);
        Assert.InRange(codes[0], LatentModel.Largest - LatentModel.One, LatentModel.Largest);
    }

    [Fact]
    public void A_picture_of_one_pixel_and_long_ones_have_tiles_that_cover_them()
    {
        foreach (var size in (ImageSize[])[new(1, 1), new(1, 10_000), new(700, 33), new(65, 64)])
        {
            var tiles = CodedPhotograph.TilesOf(size);
            Assert.Equal((long)size.Height * size.Width, tiles.Sum(tile => (long)tile.Height * tile.Width));
            Assert.All(tiles, tile => Assert.True(tile is { Height: >= 1 and <= 32, Width: >= 1 and <= 32 }));
        }
    }

    [Fact]
    public void Bytes_of_a_photograph_come_back_and_any_cut_or_flip_is_refused_or_seen()
    {
        var coder = new LatentCoder(LatentCoderGoldenTests.Model(true));
        var codes = new short[5 * 6];
        var message = coder.Encode(LatentCoderGoldenTests.Numbers(30, 4), LatentCoderGoldenTests.Numbers(3 * 2, 5), 2, 3, codes);
        var coded = new CodedPhotograph
        {
            Size = new(20, 40),
            Quality = 99,
            Metadata = new([1, 2, 3], null),
            Opacity = [.. Enumerable.Range(0, 800).Select(i => (byte)i)],
            Means = [1, 2, 3],
            CodeSum = CodedPhotograph.SumOf(codes),
            Tiles = [message],
        };
        var bytes = coded.ToBytes();
        var back = CodedPhotograph.FromBytes(bytes);
        Assert.Equal((coded.Size, coded.Quality, coded.CodeSum), (back.Size, back.Quality, back.CodeSum));
        Assert.Equal(coded.Opacity, back.Opacity);
        Assert.Equal(coded.Metadata.Exif, back.Metadata.Exif);
        Assert.Equal(codes, back.Codes(coder, 5, 1, CancellationToken.None));
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidInputException>(() => CodedPhotograph.FromBytes(bytes.AsMemory(0, length)).Codes(coder, 5, 1, CancellationToken.None));
        // A flip in the message gives other codes, whose sum is wrong, or no codes; elsewhere the archive's own sums find it.
        for (var bit = 8 * (bytes.Length - message.Length); bit < 8 * bytes.Length; bit++)
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.Equal(codes, CodedPhotograph.FromBytes(flipped).Codes(coder, 5, 1, CancellationToken.None));
            }
            catch (InvalidInputException e)
            {
                Assert.Contains("damaged", e.Message);
            }
        }
        for (var at = 0; at < bytes.Length - message.Length; at++)
        {
            var changed = bytes.ToArray();
            changed[at] ^= 0xFF;
            try
            {
                CodedPhotograph.FromBytes(changed).Codes(coder, 5, 1, CancellationToken.None);
            }
            catch (InvalidInputException) { }
        }
    }

    [Fact]
    public void Models_come_back_and_damaged_ones_are_refused()
    {
        var bytes = LatentCoderGoldenTests.Model(true).ToBytes();
        Assert.Equal(bytes, LatentModel.FromBytes(bytes).ToBytes());
        for (var length = 0; length < bytes.Length; length += 37)
            Assert.Throws<InvalidInputException>(() => LatentModel.FromBytes(bytes[..length]));
        Assert.Throws<InvalidInputException>(() => LatentModel.FromBytes([.. bytes, 0]));
    }
}
