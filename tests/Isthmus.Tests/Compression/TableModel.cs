using System.Buffers.Binary;
using Isthmus.Compression.Archive;
using Isthmus.Compression.Codecs;
using Isthmus.Information.Coding;

namespace Isthmus.Tests.Compression;

/// <summary>
/// The smallest model that an archive can have: every pixel by one table, in blocks whose records decode alone (as QLAT does) and in blocks
/// that are one chain (as BBANS does). Its bytes are height, width, channels, and the table's frequencies.
/// </summary>
internal static class TableModel
{
    private const int Precision = 12;

    /// <summary>Pictures of one channel, where pixel value i has the probability weights[i] / sum.</summary>
    public static ArchiveModel Of(int height, int width, params double[] weights)
    {
        var bytes = new byte[3 + (4 * weights.Length)];
        (bytes[0], bytes[1], bytes[2]) = ((byte)height, (byte)width, 1);
        var table = Categorical.FromWeights(weights, Precision);
        for (var i = 0; i < weights.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(3 + (4 * i)), table.Cumulative(i + 1) - table.Cumulative(i));
        return Load(bytes);
    }

    public static ArchiveModel Load(byte[] bytes)
    {
        if (bytes.Length is not (3 + 8 or 3 + 1024))
            throw new InvalidInputException($"A table model has 11 or 1027 bytes; this one has {bytes.Length}.");
        var frequencies = new uint[(bytes.Length - 3) / 4];
        for (var i = 0; i < frequencies.Length; i++)
            frequencies[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(3 + (4 * i)));
        var table = Categorical.FromFrequencies(frequencies, Precision);
        return new(bytes, new(bytes[0], bytes[1], bytes[2], frequencies.Length), [new Records(table), new Chain(table)], (records, _) =>
            (records.Sum(pixel => table.Bits(pixel)), 0)
        );
    }

    private static bool Fits(ReadOnlySpan<byte> records, Categorical table) => records.IndexOfAnyExceptInRange((byte)0, (byte)(table.Size - 1)) < 0;

    private static byte[] Push(ReadOnlySpan<byte> symbols, Categorical table)
    {
        var coder = new RansCoder();
        for (var i = symbols.Length - 1; i >= 0; i--)
            table.Push(coder, symbols[i]);
        return coder.ToMessage().ToBytes();
    }

    private static void Pop(ReadOnlySpan<byte> message, Span<byte> symbols, Categorical table)
    {
        var coder = new RansCoder(RansMessage.FromBytes(message));
        for (var i = 0; i < symbols.Length; i++)
            symbols[i] = (byte)table.Pop(coder);
        if (!coder.ToMessage().IsEmpty)
            throw new MessageException("A message is left over.");
    }

    private sealed class Chain(Categorical table) : IBlockCodec
    {
        public BlockType Type => BlockType.BitsBack;

        public byte[]? Encode(ReadOnlySpan<byte> records, int count) => Fits(records, table) ? Push(records, table) : null;

        public void Decode(ReadOnlySpan<byte> payload, int count, Span<byte> records) => Pop(payload, records, table);
    }

    private sealed class Records(Categorical table) : IRecordCodec
    {
        public BlockType Type => BlockType.QuantisedLatent;

        public byte[]? Encode(ReadOnlySpan<byte> records, int count)
        {
            if (!Fits(records, table))
                return null;
            var payload = new List<byte>();
            for (var (i, size) = (0, records.Length / count); i < count; i++)
            {
                var message = Push(records.Slice(i * size, size), table);
                payload.Add(checked((byte)message.Length));
                payload.AddRange(message);
            }
            return [.. payload];
        }

        public void Decode(ReadOnlySpan<byte> payload, int count, Span<byte> records)
        {
            for (var (i, size) = (0, records.Length / count); i < count; i++)
                DecodeRecord(payload, count, i, records.Slice(i * size, size));
        }

        public void DecodeRecord(ReadOnlySpan<byte> payload, int count, int index, Span<byte> record)
        {
            for (var i = 0; ; i++)
            {
                if (payload.IsEmpty || payload.Length <= payload[0])
                    throw new MessageException("The records end early.");
                if (i == index)
                    break;
                payload = payload[(payload[0] + 1)..];
            }
            Pop(payload.Slice(1, payload[0]), record, table);
        }
    }
}
