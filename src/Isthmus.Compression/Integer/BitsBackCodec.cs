using Isthmus.Compression.Codecs;
using Isthmus.Compression.Integer.Latents;
using Isthmus.Compression.Integer.Likelihoods;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer;

/// <summary>
/// Bits-back chain: the first records are coded as <see cref="QuantisedLatents"/>, and the first latents are popped from their message. So no bits are
/// invented, and a decoder must end with an empty message: a check of the whole chain.
/// </summary>
/// <remarks>
/// Payload: log2 of the seed records' number, then the message. Records are coded in groups that grow with the message, as a group pops the
/// latents of all its records first: one record while fewer than 6 stand below, then 2, 4 and at last 8 of them, or 16 if the likelihood is a
/// local context (<see cref="IntegerLikelihood.Together"/>).
/// </remarks>
internal sealed class BitsBackCodec(QuantisedLatents seeds, LatentChain chain) : IBlockCodec
{
    private const int MostSeedBits = 16;

    /// <inheritdoc/>
    public BlockType Type => BlockType.BitsBack;

    /// <inheritdoc/>
    public byte[]? Encode(ReadOnlySpan<byte> records, int count)
    {
        if (!seeds.Accepts(records))
            return null;
        // Too few seed records leave too few bits to pop; all of them would be no chain.
        for (var seedBits = 0; seedBits <= MostSeedBits && 1 << seedBits < count; seedBits++)
            try
            {
                return [(byte)seedBits, .. Message(records, count, 1 << seedBits).ToBytes()];
            }
            catch (MessageUnderflowException) { }
        return null;
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> payload, int count, Span<byte> records)
    {
        if (payload.Length == 0 || payload[0] > MostSeedBits || 1 << payload[0] >= count)
            throw new MessageException("The block's number of seed records does not fit its records: it is damaged, or of another number of records.");
        var (seed, dimension) = (1 << payload[0], seeds.Dimension);
        var coder = new RansCoder(RansMessage.FromBytes(payload[1..]));
        foreach (var (first, size) in Groups(seed, count, seeds.Together).Reverse())
            chain.Together(size).Pop(coder).CopyTo(records[(first * dimension)..]);
        seeds.Decode(coder, seed, records[..(seed * dimension)]);
        if (!coder.ToMessage().IsEmpty)
            throw new MessageException("The chain does not end where it began: the block is damaged, or of another model.");
    }

    /// <summary>
    /// Returns the cost of each record in such a chain, bits: its pixels, and its latent net of the bits recovered. The first bits come from
    /// <paramref name="seed"/>.
    /// </summary>
    public RecordCost[] Costs(ReadOnlySpan<byte> records, int count, ulong seed)
    {
        var coder = new RansCoder(new InitialBits(seed));
        var costs = new RecordCost[count];
        for (var record = 0; record < count; record++)
        {
            var cost = chain.Together(1).PushWithCost(coder, records.Slice(record * seeds.Dimension, seeds.Dimension).ToArray());
            costs[record] = new(cost.Likelihood, cost.Prior - cost.Posterior);
        }
        return costs;
    }

    private RansMessage Message(ReadOnlySpan<byte> records, int count, int seed)
    {
        var coder = new RansCoder();
        var first = records[..(seed * seeds.Dimension)];
        seeds.Push(coder, first, seeds.Choose(first, seed), seed);
        foreach (var (start, size) in Groups(seed, count, seeds.Together))
            chain.Together(size).Push(coder, records.Slice(start * seeds.Dimension, size * seeds.Dimension).ToArray());
        return coder.ToMessage();
    }

    private static IEnumerable<(int First, int Size)> Groups(int seed, int count, int largest)
    {
        for (var first = seed; first < count;)
        {
            var size = 1;
            while (size < largest && 2 * size * 3 <= first)
                size *= 2;
            size = Math.Min(size, count - first);
            yield return (first, size);
            first += size;
        }
    }
}
