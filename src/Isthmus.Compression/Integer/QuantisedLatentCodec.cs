using System.Runtime.CompilerServices;
using Isthmus.Compression.Codecs;
using Isthmus.Compression.Integer.Latents;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer;

/// <summary>
/// Codec that stores each record as the nearest codes to its posterior mean, and then its pixels given those codes. Reading needs only the decoder network.
/// Runs of neighbouring records share one message, as a message of its own costs each record a dozen bits: reading one record decodes its run. In runs of one,
/// each record is independent.
/// </summary>
/// <remarks>
/// Payload: log2 of the records in a run; bytes that a run's length takes (0 where there is one run); every run's length but the last's,
/// little-endian; the runs, each a <see cref="RangeEncoder"/>'s message of codes, unit after unit, and pixels, in each record after record.
/// </remarks>
internal sealed class QuantisedLatentCodec(QuantisedLatents latents, int runBits = QuantisedLatentCodec.DefaultRunBits) : IRecordCodec
{
    /// <summary>log2 of the records in a run: the default, and the largest.</summary>
    public const int DefaultRunBits = 6,
        MostRunBits = 10;

    /// <summary>Number of runs of one record that are worked on together.</summary>
    private const int SinglesTogether = 64;

    /// <inheritdoc/>
    public BlockType Type => BlockType.QuantisedLatent;

    /// <inheritdoc/>
    public byte[]? Encode(ReadOnlySpan<byte> records, int count)
    {
        if (!latents.CanEncode || !latents.Accepts(records))
            return null;
        var runs = new List<byte[]>();
        for (var first = 0; first < count; first += Together(runBits))
        {
            var size = Math.Min(Together(runBits), count - first);
            var some = records.Slice(first * latents.Dimension, size * latents.Dimension);
            var encoders = new RangeEncoder[runBits == 0 ? size : 1];
            for (var i = 0; i < encoders.Length; i++)
                encoders[i] = new();
            latents.Push(encoders, some, latents.Choose(some, size), size);
            runs.AddRange(encoders.Select(encoder => encoder.ToBytes()));
        }
        var stored = runs.SkipLast(1).Select(run => run.Length).ToArray();
        var width = stored.Length == 0 ? 0 : (System.Numerics.BitOperations.Log2((uint)stored.Max() | 1) / 8) + 1;
        using var payload = new MemoryStream();
        using var writer = new BinaryWriter(payload);
        writer.Write((byte)runBits);
        writer.Write((byte)width);
        foreach (var length in stored)
            for (var i = 0; i < width; i++)
                writer.Write((byte)(length >> (8 * i)));
        foreach (var run in runs)
            writer.Write(run);
        return payload.ToArray();
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> payload, int count, Span<byte> records)
    {
        var layout = new Layout(payload, count);
        for (var first = 0; first < count; first += Together(layout.RunBits))
        {
            var size = Math.Min(Together(layout.RunBits), count - first);
            Decode(layout.Messages(payload, first, size), size, records.Slice(first * latents.Dimension, size * latents.Dimension));
        }
    }

    /// <summary>Returns the ideal cost of the payload's codes and of the pixels given them, bits, without the encoder network.</summary>
    /// <exception cref="MessageException">The payload is damaged, or of another count or model.</exception>
    public RecordCost[] Costs(ReadOnlySpan<byte> payload, int count)
    {
        var layout = new Layout(payload, count);
        var costs = new List<RecordCost>(count);
        for (var first = 0; first < count; first += Together(layout.RunBits))
        {
            var size = Math.Min(Together(layout.RunBits), count - first);
            var records = new byte[size * latents.Dimension];
            costs.AddRange(latents.Costs(records, Decode(layout.Messages(payload, first, size), size, records), size));
        }
        return [.. costs];
    }

    /// <summary>Returns the ideal cost of every number of the payload's records given its codes, bits, count x D.</summary>
    /// <exception cref="MessageException">The payload is damaged, or of another count or model.</exception>
    public float[] PixelBits(ReadOnlySpan<byte> payload, int count)
    {
        var layout = new Layout(payload, count);
        var bits = new List<float>(count * latents.Dimension);
        for (var first = 0; first < count; first += Together(layout.RunBits))
        {
            var size = Math.Min(Together(layout.RunBits), count - first);
            var records = new byte[size * latents.Dimension];
            var codes = Decode(layout.Messages(payload, first, size), size, records);
            bits.AddRange(latents.PixelBits(records, codes, size));
        }
        return [.. bits];
    }

    /// <summary>Returns the same for records not stored in this way, at the codes that they would have; null without an encoder network.</summary>
    public float[]? PixelBitsOf(ReadOnlySpan<byte> records, int count) =>
        latents.CanEncode ? latents.PixelBits(records, latents.Choose(records, count), count) : null;

    /// <inheritdoc/>
    public void DecodeRecord(ReadOnlySpan<byte> payload, int count, int index, Span<byte> record)
    {
        var layout = new Layout(payload, count);
        var run = index >> layout.RunBits;
        var (first, size) = layout.Records(run);
        var decoded = new byte[size * latents.Dimension];
        Decode([layout.Bytes(payload, run)], size, decoded);
        decoded.AsSpan((index - first) * latents.Dimension, latents.Dimension).CopyTo(record);
    }

    private static int Together(int runBits) => runBits == 0 ? SinglesTogether : 1 << runBits;

    private int[] Decode(byte[][] messages, int count, Span<byte> records)
    {
        var decoders = Array.ConvertAll(messages, message => new RangeDecoder(message));
        var codes = latents.Decode(new InTurn(decoders, new()), count, records);
        foreach (var decoder in decoders)
            decoder.CheckEnd();
        return codes;
    }

    /// <summary>
    /// Decoder that takes one symbol of each message in turn: for records that are decoded together, each from its own message or all from one. A value type,
    /// for which the loops that decode are compiled by themselves, without calls through an interface.
    /// </summary>
    private readonly struct InTurn(RangeDecoder[] decoders, StrongBox<int> next) : IIntervalDecoder
    {
        public uint Peek(int precision) => decoders[next.Value].Peek(precision);

        public void Pop(uint start, uint frequency, int precision)
        {
            decoders[next.Value].Pop(start, frequency, precision);
            Advance();
        }

        public bool PopCoin(uint falseFrequency, int precision)
        {
            var value = decoders[next.Value].PopCoin(falseFrequency, precision);
            Advance();
            return value;
        }

        private void Advance() => next.Value = next.Value + 1 < decoders.Length ? next.Value + 1 : 0;
    }

    /// <summary>Places of the runs in a payload.</summary>
    private readonly struct Layout
    {
        private readonly int[] _ends;
        private readonly int _count;

        public Layout(ReadOnlySpan<byte> payload, int count)
        {
            if (payload.Length < 2 || payload[0] > MostRunBits || payload[1] > 4)
                throw Damaged();
            (_count, RunBits) = (count, payload[0]);
            var runs = (int)(((long)count + (1 << RunBits) - 1) >> RunBits);
            var width = (int)payload[1];
            var at = 2 + ((runs - 1L) * width);
            if (width > 0 != runs > 1 || at > payload.Length)
                throw Damaged();
            _ends = new int[runs + 1];
            _ends[0] = (int)at;
            for (var run = 0; run < runs; run++)
            {
                var length = 0L;
                for (var i = 0; i < width && run < runs - 1; i++)
                    length += (long)payload[2 + (run * width) + i] << (8 * i);
                at = run == runs - 1 ? payload.Length : at + length;
                if (at < _ends[run] || at > payload.Length)
                    throw Damaged();
                _ends[run + 1] = (int)at;
            }
        }

        public int RunBits { get; }

        public int Runs => _ends.Length - 1;

        public (int First, int Size) Records(int run) => (run << RunBits, Math.Min(1 << RunBits, _count - (run << RunBits)));

        public byte[] Bytes(ReadOnlySpan<byte> payload, int run) => payload[_ends[run].._ends[run + 1]].ToArray();

        /// <summary>Returns the messages of records that are decoded together: one for a run, or one for each of single records.</summary>
        public byte[][] Messages(ReadOnlySpan<byte> payload, int first, int size)
        {
            var messages = new byte[RunBits == 0 ? size : 1][];
            for (var i = 0; i < messages.Length; i++)
                messages[i] = Bytes(payload, (first >> RunBits) + i);
            return messages;
        }

        private static MessageException Damaged() => new("The block's table of runs does not fit its length: it is damaged, or of another number of records.");
    }
}
