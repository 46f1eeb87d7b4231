using System.Diagnostics.CodeAnalysis;

namespace Isthmus.Information.Coding;

/// <summary>
/// Range asymmetric numeral systems (Duda 2013), the last symbol pushed is the first popped. A symbol is an interval
/// [start, start + frequency) of 2^precision, and pushing it maps the state x to (x / frequency) 2^precision + x mod frequency + start.
/// </summary>
/// <remarks>
/// <para>State in [2^32, 2^64), words of 32 bits, integers only. As 2^precision divides 2^32, push and pop are exact inverses in both
/// orders: bits-back coding pops from a message what was never pushed. While there are no words the state may be as low as 2^16, the
/// empty message; the inverses stay exact, as a state below 2^32 never moves a word out. A pop from the empty message throws at
/// precisions up to 16 (but for a certain symbol, which has no bits); above, it throws unless it gives a symbol whose push would leave
/// the message empty.</para>
/// <para>A push adds at most precision - log2(frequency) + 2^(precision - 32) / ln 2 bits. Proof: the new state is at most
/// (x + f (1 - f / 2^p)) 2^p / f, which exceeds the ideal by a factor of at most 1 + f / x, and x is at least f 2^(32 - p) whether or not a
/// word was moved out before. On average the excess is some forty times smaller. The pushes that begin at the empty message and end before
/// the first word add at most log2(1 + 2^(p - 16)) bits over their ideal, all together: with H_i the ideal bits after i of them, the terms
/// f_i (1 - f_i / 2^p) 2^-H_{i-1} are at most 2^p (2^-H_{i-1} - 2^-H_i), and these sum to at most 2^p.</para>
/// <para>Cost: a division a push, a multiplication a pop. Not safe for use by several threads at once.</para>
/// </remarks>
public sealed class RansCoder : IIntervalDecoder
{
    /// <summary>Largest precision: 2^31 is the largest total.</summary>
    public const int MaximumPrecision = 31;

    private readonly InitialBits? _initialBits;
    private uint[] _words;
    private int _count;
    private ulong _state;

    /// <summary>Creates a coder with the empty message. A pop from it throws.</summary>
    public RansCoder()
        : this(RansMessage.Empty) { }

    /// <summary>Creates a coder with a message, to pop from it or to push more. A pop beyond its bottom throws.</summary>
    public RansCoder(RansMessage message)
    {
        _words = message.Words.ToArray();
        _count = _words.Length;
        _state = message.State;
    }

    /// <summary>
    /// Creates a coder with the empty message that borrows words from <paramref name="initialBits"/> whenever a pop needs more than there is.
    /// </summary>
    public RansCoder(InitialBits initialBits)
        : this(initialBits.Borrowed(1)) => (_initialBits, BorrowedWords) = (initialBits, 1);

    /// <summary>Words borrowed from the initial bits so far: the first at once, others as pops need them.</summary>
    public int BorrowedWords { get; private set; }

    /// <summary>Content in bits, as in <see cref="RansMessage.Bits"/>; borrowed words count once they are borrowed.</summary>
    public double Bits => (32.0 * _count) + Math.Log2(_state) - 16;

    /// <summary>Returns the present message.</summary>
    public RansMessage ToMessage() => RansMessage.Of(_state, _words.AsSpan(0, _count));

    /// <summary>Pushes the interval [start, start + frequency) of 2^precision.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Precision outside 1..31, frequency 0, or an interval that leaves 2^precision; nothing is
    /// pushed.</exception>
    public void Push(uint start, uint frequency, int precision)
    {
        CheckInterval(start, frequency, precision);
        if (_state >> (64 - precision) >= frequency)
        {
            if (_count == _words.Length)
                Array.Resize(ref _words, Math.Max(16, checked(_count * 2)));
            _words[_count++] = (uint)_state;
            _state >>= 32;
        }
        var (quotient, remainder) = Math.DivRem(_state, frequency);
        _state = (quotient << precision) + remainder + start;
    }

    /// <summary>Returns the point of 2^precision on top of the message, which shows the interval to <see cref="Pop"/>. Changes nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Precision outside 1..31.</exception>
    public uint Peek(int precision)
    {
        CheckPrecision(precision);
        return (uint)_state & ((1U << precision) - 1);
    }

    /// <summary>Pops the interval that holds the point of <see cref="Peek"/>; the exact inverse of <see cref="Push"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such interval, or the point on top lies outside it; nothing is popped.</exception>
    /// <exception cref="MessageUnderflowException">The message has no more words, and no initial bits were given; nothing is popped.</exception>
    public void Pop(uint start, uint frequency, int precision)
    {
        CheckInterval(start, frequency, precision);
        var point = (uint)_state & ((1U << precision) - 1);
        if (point - start >= frequency)
            throw new ArgumentOutOfRangeException(nameof(start), $"Popping needs the interval that holds {point}; [{start}, {start + frequency}) does not.");
        var state = (frequency * (_state >> precision)) + (point - start);
        // Without words, a low state is the bottom of the message, or else where initial bits come in.
        if (state < RansMessage.LeastState && (_count > 0 || _initialBits is not null || state < RansMessage.EmptyState))
            state = (state << 32) | NextWord();
        _state = state;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Precision outside 1..31, or a frequency outside 1 .. 2^precision - 1; nothing is popped.</exception>
    /// <exception cref="MessageUnderflowException">The message has no more words, and no initial bits were given; nothing is popped.</exception>
    public bool PopCoin(uint falseFrequency, int precision)
    {
        var value = Peek(precision) >= falseFrequency;
        if (value)
            Pop(falseFrequency, (1U << precision) - falseFrequency, precision);
        else
            Pop(0, falseFrequency, precision);
        return value;
    }

    internal static void CheckPrecision(int precision)
    {
        if (precision is < 1 or > MaximumPrecision)
            ThrowPrecision(precision);
    }

    internal static void CheckInterval(uint start, uint frequency, int precision)
    {
        CheckPrecision(precision);
        if (frequency == 0 || (ulong)start + frequency > 1UL << precision)
            ThrowInterval(start, frequency, precision);
    }

    // Apart, so that the checks are small enough to stand in the loops that code.
    [DoesNotReturn]
    private static void ThrowPrecision(int precision) =>
        throw new ArgumentOutOfRangeException(nameof(precision), $"Precision is 1 to {MaximumPrecision} bits; this one is {precision}.");

    [DoesNotReturn]
    private static void ThrowInterval(uint start, uint frequency, int precision) =>
        throw (
            frequency == 0
                ? new ArgumentOutOfRangeException(nameof(frequency), "A symbol that can be coded has a frequency of at least 1; this one has 0.")
                : new ArgumentOutOfRangeException(nameof(start), $"An interval lies in 0 .. 2^{precision}; [{start}, {(ulong)start + frequency}) does not.")
        );

    private uint NextWord()
    {
        if (_count > 0)
            return _words[--_count];
        if (_initialBits is null)
            throw new MessageUnderflowException(
                "The message holds fewer bits than are popped: it was cut short, or made with other distributions, or bits-back coding started without initial "
                    + "bits."
            );
        return _initialBits.Word(BorrowedWords++);
    }
}
