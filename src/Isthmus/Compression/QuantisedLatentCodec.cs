using Isthmus.Compression.Integer;
using Isthmus.Information.Coding;

namespace Isthmus.Compression;

/// <summary>
/// Each record as the nearest codes to its posterior mean and then its pixels given those codes. Only the decoder network is needed to read it.
/// Runs of neighbouring records share one message, as a message of its own would cost each record some bits: reading one decodes its run.
/// </summary>
/// <remarks>
/// Payload: log2 of the records in a run; bytes that a run's length takes (0 where there is one run); every run's length but the last's,
/// little-endian; the runs, each a <see cref="RangeEncoder"/>'s message of codes, unit after unit, and pixels, in each record after record.
/// </remarks>
internal sealed class QuantisedLatentCodec(QuantisedLatents latents, int runBits = 6) : IRecordCodec
{
    private const int MostRunBits = 10;

    /// <inheritdoc/>
    public BlockType Type => BlockType.QuantisedLatent;

    /// <inheritdoc/>
    public byte[]? Encode(ReadOnlySpan<byte> records, int count)
    {
        if (!latents.CanEncode || !latents.Accepts(records))
            return null;
        var runs = new List<byte[]>();
        for (var first = 0; first < count; first += 1 << runBits)
        {
            var size = Math.Min(1 << runBits, count - first);
            var run = records.Slice(first * latents.Dimension, size * latents.Dimension);
            var encoder = new RangeEncoder();
            latents.Push(encoder, run, latents.Choose(run, size), size);
            runs.Add(encoder.ToBytes());
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
        for (var run = 0; run < layout.Runs; run++)
        {
            var (first, size) = layout.Records(run);
            Decode(layout.Bytes(payload, run), size, records.Slice(first * latents.Dimension, size * latents.Dimension));
        }
    }

    /// <inheritdoc/>
    public void DecodeRecord(ReadOnlySpan<byte> payload, int count, int index, Span<byte> record)
    {
        var layout = new Layout(payload, count);
        var run = index >> layout.RunBits;
        var (first, size) = layout.Records(run);
        var decoded = new byte[size * latents.Dimension];
        Decode(layout.Bytes(payload, run), size, decoded);
        decoded.AsSpan((index - first) * latents.Dimension, latents.Dimension).CopyTo(record);
    }

    private void Decode(byte[] message, int count, Span<byte> records)
    {
        var decoder = new RangeDecoder(message);
        latents.Decode(decoder, count, records);
        decoder.CheckEnd();
    }

    /// <summary>Where the runs lie in a payload.</summary>
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

        private static MessageException Damaged() => new("The block's table of runs does not fit its length: it is damaged, or of another number of records.");
    }
}
