using Isthmus.Compression.Integer.Layers;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Lines;

/// <summary>
/// Coder of the texts that masks stand for (times, addresses, numbers), byte by byte and bit by bit. Six adaptive predictions, given what stood at the same
/// place of the last line of the same form, what the last text of the same mask was, and what stands before, are mixed by their log odds with weights that
/// learn. In whole numbers: every machine has the same predictions. For one block and one thread.
/// </summary>
internal sealed class MaskedTexts
{
    private const int Precision = 16,
        TableBits = 17,
        Inputs = 6,
        MostOdds = 12 * FixedPointLog2.Steps,
        MostCount = 60,
        WeightOne = 1 << 16,
        Least = 16;

    private const uint Half = 1u << 31,
        CountMask = 0xFF;

    // Log odds in 1/64 of an octave of probabilities in 1/4096.
    private static readonly short[] Odds = OddsTable();

    // Probability of a one in the upper 24 bits, the number of ones and zeros seen in the lower 8.
    private readonly uint[] _predictions = new uint[Inputs << TableBits];
    private readonly Dictionary<int, int[]> _weights = [];
    private readonly Dictionary<ulong, byte[]> _ofPlace = [];
    private readonly Dictionary<int, byte[]> _ofMask = [];
    private readonly List<byte> _text = [];

    /// <summary>Creates a coder that has seen nothing.</summary>
    public MaskedTexts() => Array.Fill(_predictions, Half);

    /// <summary>Writes or reads one text, which ends with a byte of 0.</summary>
    /// <param name="bits">What writes or reads its bits.</param>
    /// <param name="mask">The mask.</param>
    /// <param name="place">Hash of the tokens of the line up to the mask.</param>
    /// <param name="wanted">The text to write; empty to read.</param>
    /// <param name="most">Most bytes to read.</param>
    /// <exception cref="MessageException">The text is longer: the message is damaged.</exception>
    public ReadOnlySpan<byte> Code<TBits>(TBits bits, int mask, ulong place, ReadOnlySpan<byte> wanted, int most)
        where TBits : IBitCoder
    {
        var before = _ofPlace.GetValueOrDefault(place, []);
        var last = _ofMask.GetValueOrDefault(mask, []);
        var prefix = (ulong)mask + 1;
        var (isAsBefore, isAsLast) = (true, true);
        Span<int> at = stackalloc int[Inputs];
        Span<ulong> contexts = stackalloc ulong[Inputs];
        _text.Clear();
        while (true)
        {
            var i = _text.Count;
            ulong one = i > 0 ? _text[i - 1] : 0u,
                two = i > 1 ? _text[i - 2] : 0u;
            contexts[0] = Mixed(Mixed(place, (ulong)i), ((ulong)At(before, i) << 1) | (isAsBefore ? 1u : 0));
            contexts[1] = Mixed(Mixed((ulong)mask, (ulong)i), ((ulong)At(last, i) << 9) | ((ulong)At(last, i + 1) << 1) | (isAsLast ? 1u : 0));
            contexts[2] = Mixed(Mixed((ulong)mask, one), two);
            contexts[3] = prefix;
            contexts[4] = Mixed(place, Mixed(one, (ulong)i));
            contexts[5] = Mixed(place, prefix);
            var value = Byte(bits, contexts, at, WeightsOf((mask << 2) | (isAsBefore ? 2 : 0) | (isAsLast ? 1 : 0)), i < wanted.Length ? wanted[i] : (byte)0);
            if (value == 0)
                break;
            if (i == most)
                throw new MessageException("A masked text is longer than its block: the message is damaged.");
            isAsBefore &= value == At(before, i);
            isAsLast &= value == At(last, i);
            prefix = Mixed(prefix, value);
            _text.Add(value);
        }
        byte[] text = [.. _text];
        _ofPlace[place] = _ofMask[mask] = text;
        return text;
    }

    /// <summary>Returns a hash of two numbers.</summary>
    public static ulong Mixed(ulong a, ulong b)
    {
        var product = (a ^ (b + 0x9E3779B97F4A7C15 + (a << 6))) * 0xD6E8FEB86659FD93;
        return product ^ (product >> 32);
    }

    private byte Byte<TBits>(TBits bits, ReadOnlySpan<ulong> contexts, Span<int> at, int[] weights, byte wanted)
        where TBits : IBitCoder
    {
        Span<int> odds = stackalloc int[Inputs];
        var node = 1;
        for (var bit = 7; bit >= 0; bit--)
        {
            var sum = 0L;
            for (var input = 0; input < Inputs; input++)
            {
                at[input] = (input << TableBits) + (int)(Mixed(contexts[input], (ulong)node) >> (64 - TableBits));
                odds[input] = Odds[_predictions[at[input]] >> 20];
                sum += (long)odds[input] * weights[input];
            }
            var probability = Math.Clamp(ProbabilityOf((int)Math.Clamp(sum >> 16, -MostOdds, MostOdds)), Least, (1 << Precision) - Least);
            var isOne = bits.Code((uint)((1 << Precision) - probability), Precision, ((wanted >> bit) & 1) != 0);
            var error = (isOne ? 1 << Precision : 0) - probability;
            for (var input = 0; input < Inputs; input++)
            {
                weights[input] += (int)(((long)odds[input] * error) >> 12);
                Learn(ref _predictions[at[input]], isOne);
            }
            node = (node << 1) | (isOne ? 1 : 0);
        }
        return (byte)node;
    }

    private static void Learn(ref uint prediction, bool isOne)
    {
        var (probability, count) = ((long)(prediction >> 8), (int)(prediction & CountMask));
        probability += ((isOne ? (1L << 24) - 1 : 0) - probability) * 2 / ((2 * count) + 3);
        prediction = ((uint)probability << 8) | (uint)Math.Min(count + 1, MostCount);
    }

    private int[] WeightsOf(int set)
    {
        if (_weights.TryGetValue(set, out var known))
            return known;
        var weights = new int[Inputs];
        Array.Fill(weights, WeightOne * 3 / 10);
        return _weights[set] = weights;
    }

    private static byte At(byte[] text, int i) => i < text.Length ? text[i] : (byte)0;

    /// <summary>Returns 2^16 / (1 + 2^(-odds / 64)).</summary>
    private static int ProbabilityOf(int odds)
    {
        var below = Math.Abs(odds);
        var (whole, part) = (-(-below >> 6), -below & (FixedPointLog2.Steps - 1));
        ulong less = FixedPointLog2.Powers[part] >> whole;
        var share = (int)((1UL << (30 + Precision)) / ((1UL << 30) + less));
        return odds >= 0 ? share : (1 << Precision) - share;
    }

    private static short[] OddsTable()
    {
        var table = new short[1 << 12];
        var odds = -MostOdds;
        for (var i = 0; i < table.Length; i++)
        {
            while (odds < MostOdds && ProbabilityOf(odds) < (i << 4) + 8)
                odds++;
            table[i] = (short)odds;
        }
        return table;
    }
}

/// <summary>Writes or reads bits of given probabilities.</summary>
internal interface IBitCoder
{
    /// <summary>Codes a bit.</summary>
    /// <param name="falseFrequency">Share of 0.</param>
    /// <param name="precision">Bits of the total.</param>
    /// <param name="wanted">The bit to write.</param>
    bool Code(uint falseFrequency, int precision, bool wanted);
}
