using Isthmus.Compression.Codecs;
using Isthmus.Compression.Integer;
using Isthmus.Compression.Integer.Latents;
using Isthmus.Information.Coding;

namespace Isthmus.Tests.Compression.Codecs;

public class ModelCodecTests
{
    [Theory]
    [InlineData("2", 1)]
    [InlineData("2", 2)]
    [InlineData("2", 31)]
    [InlineData("2", 65)]
    [InlineData("2", 150)]
    [InlineData("256", 1)]
    [InlineData("256", 3)]
    [InlineData("256", 97)]
    [InlineData("mixture", 9)]
    [InlineData("context-2", 1)]
    [InlineData("context-2", 150)]
    [InlineData("context-256", 33)]
    [InlineData("context-rgb", 40)]
    [InlineData("codebook", 1)]
    [InlineData("codebook", 65)]
    public void Blocks_come_back(string name, int count)
    {
        var model = SmallModel.Of(name);
        var records = SmallModel.Records(model, count);
        foreach (var codec in model.Codecs)
        {
            if (codec.Encode(records, count) is not { } payload)
            {
                Assert.Equal((BlockType.BitsBack, 1), (codec.Type, count));
                continue;
            }
            var back = new byte[records.Length];
            codec.Decode(payload, count, back);
            Assert.Equal(records, back);
            if (codec is not IRecordCodec single)
                continue;
            var record = new byte[model.Schema.Dimension];
            for (var i = 0; i < count; i++)
            {
                single.DecodeRecord(payload, count, i, record);
                Assert.Equal(records[(i * record.Length)..((i + 1) * record.Length)], record);
            }
        }
    }

    [Theory]
    [InlineData("2", 1)]
    [InlineData("2", 2)]
    [InlineData("2", 1024)]
    [InlineData("context-256", 1)]
    [InlineData("codebook", 1)]
    public void Runs_of_any_length_come_back(string name, int run)
    {
        var model = SmallModel.Of(name);
        var records = SmallModel.Records(model, 150);
        var back = new byte[records.Length];
        model.Codecs[0].Decode(model.CodecsOf(run)[0].Encode(records, 150)!, 150, back);
        Assert.Equal(records, back);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.CodecsOf(3));
    }

    /// <summary>
    /// With runs of one, a record's message is the same whatever stands beside it, its length stands in the payload, and what is lost of the
    /// others does not matter: after the table of lengths, all but its own bytes are overwritten.
    /// </summary>
    [Theory]
    [InlineData("2")]
    [InlineData("context-2")]
    [InlineData("codebook")]
    public void Single_records_are_read_without_any_other(string name)
    {
        const int Count = 70;
        var model = SmallModel.Of(name);
        var codec = (IRecordCodec)model.CodecsOf(1)[0];
        var (records, dimension) = (SmallModel.Records(model, Count), model.Schema.Dimension);
        var payload = codec.Encode(records, Count)!;
        Assert.Equal((0, 1), (payload[0], payload[1]));
        var at = 2 + Count - 1;
        for (var i = 0; i < Count - 1; i++)
        {
            var (length, record) = (payload[2 + i], records[(i * dimension)..((i + 1) * dimension)]);
            Assert.Equal(codec.Encode(record, 1)![2..], payload[at..(at + length)]);
            byte[] others = [.. payload];
            others.AsSpan((2 + Count - 1)..at).Fill(0xA5);
            others.AsSpan((at + length)..).Fill(0xA5);
            var back = new byte[dimension];
            codec.DecodeRecord(others, Count, i, back);
            Assert.Equal(record, back);
            at += length;
        }
    }

    /// <summary>
    /// A chain above a message of random bits, by prior, likelihood and posterior in turn: what was pushed comes off, what came off goes back.
    /// </summary>
    [Theory]
    [MemberData(nameof(SmallModel.NamesOfBitsBack), MemberType = typeof(SmallModel))]
    public void Chains_restore_records_and_leftover_message_in_both_orders(string name)
    {
        var parts = SmallModel.Of(name).Parts;
        var chain = new LatentChain(
            parts.Priors!.Units,
            BucketGrid.EqualMass(BucketPrior.GroupBits + parts.Priors.BucketBits),
            parts.Decoder,
            parts.Likelihood,
            new(parts.Encoder!)
        );
        var below = new InitialBits(7).Borrowed(2000);
        foreach (var count in new[] { 1, 5, 17 })
        {
            var (coder, records) = (new RansCoder(below), SmallModel.Records(SmallModel.Of(name), count));
            var codec = chain.Together(count);
            codec.Push(coder, records);
            Assert.Equal(records, codec.Pop(coder));
            Assert.Equal(below, coder.ToMessage());
            codec.Push(coder, codec.Pop(coder));
            Assert.Equal(below, coder.ToMessage());
        }
    }

    [Fact]
    public void A_model_without_its_encoder_reads_quantised_latents()
    {
        var model = SmallModel.Binary;
        var records = SmallModel.Records(model, 40);
        var payload = model.Codecs[0].Encode(records, 40)!;
        var reader = IntegerModel.FromBytes(model.WithoutEncoder().ToBytes());
        var back = new byte[records.Length];
        var codec = Assert.Single(reader.Codecs);
        codec.Decode(payload, 40, back);
        Assert.Equal(records, back);
        Assert.Null(codec.Encode(records, 40));
    }

    [Fact]
    public void Pixels_that_a_model_does_not_know_are_left_to_others()
    {
        var records = SmallModel.Records(SmallModel.Binary, 10);
        records[77] = 2;
        Assert.All(SmallModel.Binary.Codecs, codec => Assert.Null(codec.Encode(records, 10)));
    }

    [Fact]
    public void Threads_do_not_change_bytes()
    {
        foreach (var name in SmallModel.Names.Select(row => row.Data))
        {
            var model = SmallModel.Of(name);
            var blocks = Enumerable.Range(0, 24).Select(i => SmallModel.Records(model, 10 + i, (ulong)i)).ToArray();
            byte[]?[] Encode(int threads) =>
                [
                    .. blocks
                        .AsParallel()
                        .AsOrdered()
                        .WithDegreeOfParallelism(threads)
                        .SelectMany(block => model.Codecs.Select(codec => codec.Encode(block, block.Length / model.Schema.Dimension))),
                ];
            Assert.Equal(Encode(1), Encode(4));
        }
    }

    /// <summary>
    /// Records of quantised latents take their ideal bits, at most 8 and the table's loss more for a run of 64 (RangeEncoder's bound), and the
    /// table of runs: two bytes, and at most two a run.
    /// </summary>
    [Theory]
    [MemberData(nameof(SmallModel.Names), MemberType = typeof(SmallModel))]
    public void Quantised_latents_take_their_ideal_bits(string name)
    {
        var model = SmallModel.Of(name);
        const int Count = 320;
        var records = SmallModel.Records(model, Count);
        var ideal = model.QuantisedLatentCosts(records, Count).Sum(cost => cost.Bits);
        var most = ideal + (5 * 8) + (Count * (model.Schema.Dimension + 3) * Math.ScaleB(1, 20 - 32) / Math.Log(2)) + (8 * (2 + (5 * 2)));
        Assert.InRange(8.0 * model.Codecs[0].Encode(records, Count)!.Length, ideal, most);
    }

    /// <summary>Every bit of a payload, flipped: records, or a MessageException; nothing else.</summary>
    [Theory]
    [MemberData(nameof(SmallModel.Names), MemberType = typeof(SmallModel))]
    public void Damaged_payloads_give_records_or_a_message_exception(string name)
    {
        var model = SmallModel.Of(name);
        var records = SmallModel.Records(model, 12);
        foreach (var codec in model.Codecs)
        {
            var payload = codec.Encode(records, 12)!;
            for (var bit = 0; bit < 8 * payload.Length; bit++)
            {
                byte[] damaged = [.. payload];
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                Survives(codec, damaged, 12, records.Length);
            }
            for (var length = 0; length < payload.Length; length++)
                Survives(codec, payload[..length], 12, records.Length);
            Survives(codec, [.. payload, 0], 12, records.Length);
            Survives(codec, payload, 13, 13 * model.Schema.Dimension);
        }
    }

    /// <summary>
    /// A flip makes the chain end elsewhere than where it began, but near the message's bottom it can spell other seed records: a container's checksum tells
    /// those.
    /// </summary>
    [Fact]
    public void A_chain_notices_nearly_every_flip()
    {
        var codec = SmallModel.Binary.Codecs[1];
        var records = SmallModel.Records(SmallModel.Binary, 60);
        var payload = codec.Encode(records, 60)!;
        var missed = 0;
        for (var bit = 8; bit < 8 * payload.Length; bit++)
        {
            payload[bit / 8] ^= (byte)(1 << (bit % 8));
            missed += Survives(codec, payload, 60, records.Length) ? 1 : 0;
            payload[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        Assert.InRange(missed, 0, payload.Length * 8 / 100);
    }

    /// <summary>Whether a payload decodes; what it throws if not is a MessageException.</summary>
    private static bool Survives(IBlockCodec codec, byte[] payload, int count, int length)
    {
        try
        {
            codec.Decode(payload, count, new byte[length]);
            return true;
        }
        catch (MessageException)
        {
            return false;
        }
    }
}
