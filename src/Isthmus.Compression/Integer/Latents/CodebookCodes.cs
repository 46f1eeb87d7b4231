using Isthmus.Compression.Integer.Layers;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Latents;

/// <summary>
/// Codes of slots that each hold one of K vectors of W numbers, predicted slot after slot by a network that sees the vectors of the slots before: for each slot
/// K base-2 logarithms of probabilities in 64ths. A vector has at least 1 of 2^20; the others divide the rest as {FixedPointLog2.Shares} says.
/// </summary>
/// <remarks>
/// The network is asked once a slot, for that slot's outputs alone, with 0 in the places not known yet: whatever its weights, both sides ask the same.
/// </remarks>
internal sealed class CodebookCodes : LatentCodes
{
    /// <summary>Largest K.</summary>
    public const int MostVectors = 1 << 12;

    private const int Fixed = 20;
    private readonly short[] _vectors;
    private readonly int _width,
        _count;

    /// <summary>Creates slots over these vectors, K x W.</summary>
    /// <exception cref="InvalidDataException">Parts that do not fit each other.</exception>
    public CodebookCodes(short[] vectors, int width, IntegerNetwork prior)
        : base(SlotsOf(vectors, width, prior), prior.Inputs, prior.Inputs) =>
        (_vectors, _width, _count, Prior) = (vectors, width, vectors.Length / width, prior);

    /// <summary>Length of a vector, W.</summary>
    public int Width => _width;

    /// <summary>The codebook, K x W.</summary>
    public ReadOnlySpan<short> Vectors => _vectors;

    /// <summary>Network from S W numbers to S K logarithms, those of a slot from the numbers of the slots before.</summary>
    public IntegerNetwork Prior { get; }

    /// <inheritdoc/>
    public override int Precision => Fixed;

    /// <inheritdoc/>
    public override byte ArithmeticProfile => 3;

    /// <inheritdoc/>
    public override void Choose(ReadOnlySpan<int> head, Span<int> codes)
    {
        for (var slot = 0; slot < Symbols; slot++)
        {
            var (best, least) = (0, long.MaxValue);
            for (var vector = 0; vector < _count; vector++)
            {
                var distance = 0L;
                for (var i = 0; i < _width; i++)
                {
                    // Beyond four times the codebook's range the nearest vector is nearly that at its edge; cut there, squares stay within 64 bits.
                    var off = Math.Clamp(head[(slot * _width) + i], -1 << 17, 1 << 17) - _vectors[(vector * _width) + i];
                    distance += (long)off * off;
                }
                if (distance < least)
                    (best, least) = (vector, distance);
            }
            codes[slot] = best;
        }
    }

    /// <inheritdoc/>
    public override void Values(ReadOnlySpan<int> codes, Span<short> inputs)
    {
        for (var slot = 0; slot < Symbols; slot++)
            _vectors.AsSpan(codes[slot] * _width, _width).CopyTo(inputs[(slot * _width)..]);
    }

    /// <inheritdoc/>
    public override void Intervals(ReadOnlySpan<int> codes, int count, Span<Interval> intervals)
    {
        using Rented<short> inputs = new(count * Inputs);
        using Rented<uint> frequencies = new(count * _count);
        inputs.Span.Clear();
        for (var slot = 0; slot < Symbols; slot++)
        {
            Frequencies(inputs.Span, count, slot, frequencies.Span);
            for (var record = 0; record < count; record++)
            {
                var shares = frequencies.Span.Slice(record * _count, _count);
                var (start, code) = (0U, codes[(record * Symbols) + slot]);
                foreach (var below in shares[..code])
                    start += below;
                intervals[(slot * count) + record] = new(start, shares[code]);
                Place(inputs.Span, record, slot, code);
            }
        }
    }

    /// <inheritdoc/>
    public override void Decode<TCoder>(TCoder coder, int count, Span<int> codes)
    {
        using Rented<short> inputs = new(count * Inputs);
        using Rented<uint> frequencies = new(count * _count);
        inputs.Span.Clear();
        for (var slot = 0; slot < Symbols; slot++)
        {
            Frequencies(inputs.Span, count, slot, frequencies.Span);
            for (var record = 0; record < count; record++)
            {
                var shares = frequencies.Span.Slice(record * _count, _count);
                var (start, code, point) = (0U, 0, coder.Peek(Fixed));
                while (point - start >= shares[code])
                    start += shares[code++];
                coder.Pop(start, shares[code], Fixed);
                codes[(record * Symbols) + slot] = code;
                Place(inputs.Span, record, slot, code);
            }
        }
    }

    private void Place(Span<short> inputs, int record, int slot, int code) =>
        _vectors.AsSpan(code * _width, _width).CopyTo(inputs[((record * Inputs) + (slot * _width))..]);

    /// <summary>Computes K frequencies of 2^20 of a slot in each record; the remainder of rounding goes to the first of the largest.</summary>
    private void Frequencies(ReadOnlySpan<short> inputs, int count, int slot, Span<uint> frequencies)
    {
        using Rented<int> logits = new(count * _count);
        Prior.Apply(inputs, count, logits.Span, slot * _count, (slot + 1) * _count);
        for (var record = 0; record < count; record++)
        {
            var given = logits.Span.Slice(record * _count, _count);
            var shares = frequencies.Slice(record * _count, _count);
            FixedPointLog2.Shares(given, shares);
            var (left, most) = (1U << Fixed, 0);
            for (var vector = 0; vector < _count; vector++)
            {
                if (given[vector] > given[most])
                    most = vector;
                left -= shares[vector] = 1 + (uint)((shares[vector] * ((1UL << Fixed) - (ulong)_count)) >> 16);
            }
            shares[most] += left;
        }
    }

    private static int SlotsOf(short[] vectors, int width, IntegerNetwork prior)
    {
        var count = vectors.Length / width;
        if (count is < 2 or > MostVectors || vectors.Length % width != 0 || vectors.AsSpan().Contains(short.MinValue))
            throw new InvalidDataException($"a codebook has 2 to {MostVectors} vectors of numbers from -32767 to 32767, this one {count} of {width}");
        return prior.Inputs % width == 0 && (long)prior.Inputs / width * count == prior.Outputs
            ? prior.Inputs / width
            : throw new InvalidDataException(
                $"its prior takes {prior.Inputs} numbers and gives {prior.Outputs} for slots of {width} numbers and {count} vectors"
            );
    }
}
