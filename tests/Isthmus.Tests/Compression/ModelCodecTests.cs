using Isthmus.Compression;
using Isthmus.Information.Coding;

namespace Isthmus.Tests.Compression;

public class ModelCodecTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 31)]
    [InlineData(2, 65)]
    [InlineData(2, 150)]
    [InlineData(256, 1)]
    [InlineData(256, 3)]
    [InlineData(256, 97)]
    public void Blocks_come_back(int levels, int count)
    {
        var model = SmallModel.Of(levels);
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
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    public void Runs_of_any_length_come_back(int runBits)
    {
        var records = SmallModel.Records(SmallModel.Binary, 300);
        var codec = new QuantisedLatentCodec(SmallModel.Binary.Latents, runBits);
        var back = new byte[records.Length];
        new QuantisedLatentCodec(SmallModel.Binary.Latents).Decode(codec.Encode(records, 300)!, 300, back);
        Assert.Equal(records, back);
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
        foreach (var levels in new[] { 2, 256 })
        {
            var model = SmallModel.Of(levels);
            var blocks = Enumerable.Range(0, 24).Select(i => SmallModel.Records(model, 10 + i, (ulong)i)).ToArray();
            byte[]?[] Encode(int threads) => [.. blocks.AsParallel().AsOrdered().WithDegreeOfParallelism(threads).SelectMany(block => model.Codecs.Select(codec => codec.Encode(block, block.Length / model.Schema.Dimension)))];
            Assert.Equal(Encode(1), Encode(4));
        }
    }

    /// <summary>
    /// Records of quantised latents take their ideal bits, at most 8 and the table's loss more for a run of 64 (RangeEncoder's bound), and the
    /// table of runs: two bytes, and at most two a run.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(256)]
    public void Quantised_latents_take_their_ideal_bits(int levels)
    {
        var model = SmallModel.Of(levels);
        const int Count = 320;
        var records = SmallModel.Records(model, Count);
        var ideal = model.QuantisedLatentCosts(records, Count).Sum(cost => cost.Bits);
        var most = ideal + (5 * 8) + (Count * 33 * Math.ScaleB(1, 20 - 32) / Math.Log(2)) + (8 * (2 + (5 * 2)));
        Assert.InRange(8.0 * model.Codecs[0].Encode(records, Count)!.Length, ideal, most);
    }

    /// <summary>Every bit of a payload, flipped: records, or a MessageException; nothing else.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(256)]
    public void Damaged_payloads_give_records_or_a_message_exception(int levels)
    {
        var model = SmallModel.Of(levels);
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

    /// <summary>A flip makes the chain end elsewhere than where it began, but near the message's bottom it can spell other seed records: a container's checksum tells those.</summary>
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
