using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Isthmus.Information.Coding;
using Isthmus.Tests;

namespace Isthmus.Information.Tests.Coding;

/// <summary>
/// Bytes of tests/golden/coding, which must decode forever and are what today's encoder writes.
/// </summary>
public class CodingGoldenTests
{
    private static readonly BucketGrid Grid = BucketGrid.EqualMass(10);
    private static readonly Categorical Table = Categorical.FromCounts([1000, 200, 30, 4, 0, 7], 12);

    private static readonly ISymbolDistribution<int>[] Every =
    [
        Table,
        Categorical.FromWeights([0.5, 0.1, 1.0 / 3, 0], 31),
        QuantisedGaussian.Standard(Grid),
        new QuantisedGaussian(Grid, -70_000, 300_000),
        QuantisedGaussian.From(BucketGrid.Even(-1 << 18, 1 << 10, 512), 0.7, 0.3),
        new DiscretisedLogistic(256, 6_000_000, 20_000),
        DiscretisedLogistic.From(256, 3.3, 0.4, 24),
    ];

    [Fact]
    public void Empty_message() => Same("empty.bin", new RansCoder().ToMessage().ToBytes());

    [Fact]
    public void One_symbol()
    {
        var coder = new RansCoder();
        Table.Push(coder, 3);
        var decoder = new RansCoder(RansMessage.FromBytes(Same("one-symbol.bin", coder.ToMessage().ToBytes())));
        Assert.Equal(3, Table.Pop(decoder));
        Assert.True(decoder.ToMessage().IsEmpty);
    }

    [Fact]
    public void Every_distribution()
    {
        var (coins, numbers) = (
            new Bernoulli(9_000, 16),
            new ulong[] { 1, 10, 5_000, 1_000_003, 1UL << 32 }
                .Select(size => new Uniform(size))
                .ToArray()
        );
        int[][] symbols = [.. Every.Select((codec, i) => Sample(codec, (ulong)i, 20))];
        var flips = Sample(coins, 100, 20);
        uint[][] drawn = [.. numbers.Select((uniform, i) => Sample(uniform, 200 + (ulong)i, 20))];
        var coder = new RansCoder();
        for (var i = 0; i < 20; i++)
        {
            for (var k = 0; k < Every.Length; k++)
                Every[k].Push(coder, symbols[k][i]);
            coins.Push(coder, flips[i]);
            for (var k = 0; k < numbers.Length; k++)
                numbers[k].Push(coder, drawn[k][i]);
        }
        var decoder = new RansCoder(RansMessage.FromBytes(Same("distributions.bin", coder.ToMessage().ToBytes())));
        for (var i = 19; i >= 0; i--)
        {
            for (var k = numbers.Length - 1; k >= 0; k--)
                Assert.Equal(drawn[k][i], numbers[k].Pop(decoder));
            Assert.Equal(flips[i], coins.Pop(decoder));
            for (var k = Every.Length - 1; k >= 0; k--)
                Assert.Equal(symbols[k][i], Every[k].Pop(decoder));
        }
        Assert.True(decoder.ToMessage().IsEmpty);
    }

    [Fact]
    public void Bits_back()
    {
        var model = new BitsBack<int, int>(
            QuantisedGaussian.Standard(Grid),
            z => new DiscretisedLogistic(256, (128 << 16) + (20 * Grid.Centres[z]), 1 << 15),
            x => new QuantisedGaussian(Grid, ((x - 128) << 16) / 20, 10 << 16)
        );
        int[] data = [.. Sample(DiscretisedLogistic.From(256, 128, 12), 300, 50)];
        var bits = new InitialBits(2026);
        var coder = new RansCoder(bits);
        model.PushAll(coder, data);
        var decoder = new RansCoder(RansMessage.FromBytes(Same("bits-back.bin", coder.ToMessage().ToBytes())));
        Assert.Equal(data, model.PopAll(decoder, data.Length));
        Assert.Equal(bits.Borrowed(coder.BorrowedWords), decoder.ToMessage());
    }

    [Fact]
    public void Interleaved_lanes()
    {
        foreach (var lanes in new[] { 4, 8 })
        {
            byte[] data = [.. Sample(Table, 400, 203).Select(symbol => (byte)symbol)];
            var coder = new InterleavedRans(Table, lanes);
            var decoded = new byte[data.Length];
            coder.Decode(Same($"interleaved-{lanes}.bin", coder.Encode(data)), decoded);
            Assert.Equal(data, decoded);
        }
    }

    [Fact]
    public void Ranges()
    {
        int[][] symbols = [.. Every.Select((codec, i) => Sample(codec, 500 + (ulong)i, 20))];
        var encoder = new RangeEncoder();
        for (var i = 0; i < 20; i++)
            for (var k = 0; k < Every.Length; k++)
            {
                var distribution = (FixedPointDistribution)Every[k];
                var (start, frequency) = distribution.IntervalOf(symbols[k][i]);
                encoder.Push(start, frequency, distribution.Precision);
            }
        var decoder = new RangeDecoder(Same("ranges.bin", encoder.ToBytes()));
        for (var i = 0; i < 20; i++)
            for (var k = 0; k < Every.Length; k++)
                Assert.Equal(symbols[k][i], ((FixedPointDistribution)Every[k]).Decode(decoder));
        decoder.CheckEnd();
    }

    /// <summary>All frequencies of the distributions above, and all grids: tables that a decoder makes for itself.</summary>
    [Fact]
    public void Tables()
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(long value)
        {
            Span<byte> bytes = stackalloc byte[8];
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            hash.AppendData(bytes);
        }
        foreach (FixedPointDistribution distribution in Every)
            for (var i = 0; i <= distribution.Size; i++)
                Add(distribution.Cumulative(i));
        for (var bits = 1; bits <= 14; bits++)
        {
            var grid = BucketGrid.EqualMass(bits);
            foreach (var edge in grid.Edges)
                Add(edge);
            foreach (var centre in grid.Centres)
                Add(centre);
        }
        // Every cell of both tables, at the ends and inside.
        for (var location = -25 << 16; location <= 25 << 16; location += 200)
        {
            Add(new DiscretisedLogistic(2, location, LocationScale.One, 31).Cumulative(1));
            Add(new QuantisedGaussian(BucketGrid.Even(0, 2, 2), location, LocationScale.One, 31).Cumulative(1));
        }
        Same("tables.sha256.bin", hash.GetHashAndReset());
    }

    [Fact]
    public void Without_vector_instructions_there_are_none()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_EnableHWIntrinsic") == "0")
            Assert.False(Avx2.IsSupported || Bmi2.X64.IsSupported || System.Runtime.Intrinsics.Vector128.IsHardwareAccelerated);
    }

    private static T[] Sample<T>(ICodec<T> codec, ulong seed, int count) => codec.PopAll(new RansCoder(new InitialBits(seed)), count);

    private static byte[] Same(string name, byte[] bytes) => GoldenFile.Same(Path.Combine("coding", name), bytes);
}

public class CodingOnOtherProcessorsTests
{
    [Theory]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableAVX512")]
    public Task Golden_bytes_are_the_same_without(string variable) => OtherProcessor.Runs(typeof(CodingGoldenTests), 8, variable);
}
