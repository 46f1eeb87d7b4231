using Isthmus.Compression.Integer.Layers;

namespace Isthmus.Compression.Lines;

/// <summary>Probabilities of tokens in whole numbers: a softmax of powers of 2, of which no token has none.</summary>
internal static class TokenShares
{
    /// <summary>Bits of the total.</summary>
    public const int Precision = 24;

    // p below 2^31 times 2^62 over the sum of the p, at most 2^62.
    private const int ScaleBits = 62 - Precision;

    /// <summary>Computes shares of 2^24, at least 1 each: 2^(logit / 64) over their sum, rounded down; what is left goes to the first of the largest.</summary>
    /// <param name="logits">V logarithms in 1/64 of an octave, any.</param>
    /// <param name="shares">Room for V, fewer than 2^24.</param>
    public static void Of(ReadOnlySpan<int> logits, Span<uint> shares)
    {
        shares = shares[..logits.Length];
        var most = 0;
        for (var token = 1; token < logits.Length; token++)
            if (logits[token] > logits[most])
                most = token;
        long largest = logits[most];
        var powers = FixedPointLog2.Powers;
        var total = 0UL;
        for (var token = 0; token < logits.Length; token++)
        {
            var below = largest - logits[token];
            var (whole, part) = (-(-below >> 6), (int)(-below & (FixedPointLog2.Steps - 1)));
            // 2^30 for the largest, less for the others.
            total += shares[token] = whole > 31 ? 0 : powers[part] >> (int)whole;
        }
        var scale = (((1UL << Precision) - (ulong)logits.Length) << ScaleBits) / total;
        var left = 1U << Precision;
        for (var token = 0; token < shares.Length; token++)
            left -= shares[token] = 1 + (uint)((shares[token] * scale) >> ScaleBits);
        shares[most] += left;
    }
}
