using Isthmus.Compression.Integer;

namespace Isthmus.Tests.Compression.Integer;

public class IntegerModelTests
{
    [Theory]
    [MemberData(nameof(SmallModel.Names), MemberType = typeof(SmallModel))]
    public void Bytes_give_the_model_back(string name)
    {
        var model = SmallModel.Of(name);
        var read = IntegerModel.FromBytes(model.ToBytes());
        Assert.Equal(model.ToBytes(), read.ToBytes());
        Assert.Equal(model.Hash, read.Hash);
        Assert.Equal(model.Schema, read.Schema);
        var records = SmallModel.Records(model, 20);
        for (var i = 0; i < model.Codecs.Count; i++)
            Assert.Equal(model.Codecs[i].Encode(records, 20), read.Codecs[i].Encode(records, 20));
    }

    [Theory]
    [MemberData(nameof(SmallModel.Names), MemberType = typeof(SmallModel))]
    public void Every_truncation_is_noticed(string name)
    {
        var bytes = SmallModel.Of(name).ToBytes();
        // Where the decoder network ends, a model without an encoder does.
        var without = SmallModel.Of(name).WithoutEncoder().ToBytes().Length;
        for (var length = 0; length < bytes.Length; length++)
            if (length != without)
                Assert.Contains(
                    "The integer model cannot be used",
                    Assert.Throws<InvalidInputException>(() => IntegerModel.FromBytes(bytes.AsSpan(0, length))).Message
                );
        Assert.Contains("1 bytes are left", Assert.Throws<InvalidInputException>(() => IntegerModel.FromBytes([.. bytes, 0])).Message);
    }

    /// <summary>Any one byte set to any of four values: refused in one line of ours, or a model that codes without overflow and reads back.</summary>
    [Theory]
    [MemberData(nameof(SmallModel.Names), MemberType = typeof(SmallModel))]
    public void A_changed_byte_is_refused_or_harmless(string name)
    {
        var model = SmallModel.Of(name);
        var (bytes, records, read) = (model.ToBytes(), SmallModel.Records(model, 3), 0);
        for (var at = 0; at < bytes.Length; at++)
        {
            var kept = bytes[at];
            bytes[at] = (byte)(
                at
                % 4 switch
                {
                    0 => 0xFF,
                    1 => 0,
                    2 => kept ^ 0x80,
                    _ => kept + 1,
                }
            );
            try
            {
                var changed = IntegerModel.FromBytes(bytes);
                if (changed.Schema.Equals(model.Schema) && at % 16 == 0)
                    Assert.All(changed.Codecs, codec =>
                    {
                        var back = new byte[records.Length];
                        if (codec.Encode(records, 3) is { } payload)
                        {
                            codec.Decode(payload, 3, back);
                            Assert.Equal(records, back);
                        }
                    });
                read++;
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
            bytes[at] = kept;
        }
        Assert.InRange(read, 1, bytes.Length - 1);
    }

    /// <summary>Sizes that the bytes cannot fill are refused before memory is taken for them.</summary>
    [Fact]
    public void Declared_sizes_take_no_memory()
    {
        var bytes = SmallModel.Binary.ToBytes();
        var layer = SmallModel.Binary.WithoutEncoder().ToBytes().Length;
        // The encoder network follows: number of layers, kind, inputs, outputs.
        foreach (var (at, value) in new[] { (layer + 2, int.MaxValue), (layer + 6, int.MaxValue), (layer + 6, -1), (layer + 2, 1 << 20) })
        {
            byte[] damaged = [.. bytes];
            BitConverter.TryWriteBytes(damaged.AsSpan(at), value);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<InvalidInputException>(() => IntegerModel.FromBytes(damaged));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void Another_version_is_named()
    {
        var bytes = SmallModel.Binary.ToBytes();
        bytes[0] = 9;
        Assert.Contains(
            "version 9, and this program reads versions 1 and 2",
            Assert.Throws<InvalidInputException>(() => IntegerModel.FromBytes(bytes)).Message
        );
    }
}
