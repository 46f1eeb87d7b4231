namespace Isthmus.Information.Coding;

/// <summary>Distribution over symbols 0 .. Size - 1 with whole-number frequencies of at least 1 that sum to 2^Precision, the same on every machine.</summary>
public abstract class FixedPointDistribution : ISymbolDistribution<int>
{
    /// <summary>Creates a distribution over <paramref name="size"/> symbols.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Precision outside 1..31, no symbol, or more symbols than 2^precision.</exception>
    private protected FixedPointDistribution(int size, int precision)
    {
        RansCoder.CheckPrecision(precision);
        if (size < 1 || size > 1L << precision)
            throw new ArgumentOutOfRangeException(
                nameof(size),
                $"A distribution of precision {precision} has 1 to {1L << precision} symbols, as each needs a frequency of at least 1; this one has {size}."
            );
        (Size, Precision) = (size, precision);
    }

    /// <summary>Number of symbols.</summary>
    public int Size { get; }

    /// <summary>Bits of the fixed point: frequencies sum to 2^Precision.</summary>
    public int Precision { get; }

    /// <summary>
    /// Returns the sum of the frequencies below <paramref name="symbol"/>, for 0 .. Size: 0 at first, 2^Precision at last, strictly ascending.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 0 .. Size.</exception>
    public uint Cumulative(int symbol) =>
        (uint)symbol <= (uint)Size
            ? CumulativeCore(symbol)
            : throw new ArgumentOutOfRangeException(nameof(symbol), $"Symbols are 0 .. {Size - 1} here; this one is {symbol}.");

    /// <summary>Returns the frequency of a symbol, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 0 .. Size - 1.</exception>
    public uint Frequency(int symbol)
    {
        CheckSymbol(symbol);
        return CumulativeCore(symbol + 1) - CumulativeCore(symbol);
    }

    /// <summary>Returns the interval of a symbol in 0 .. 2^Precision.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 0 .. Size - 1.</exception>
    public Interval IntervalOf(int symbol)
    {
        CheckSymbol(symbol);
        var start = CumulativeCore(symbol);
        return new(start, CumulativeCore(symbol + 1) - start);
    }

    /// <summary>Returns the symbol whose interval holds a point.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A point of 2^Precision or above.</exception>
    public int SymbolAt(uint point) =>
        point >> Precision == 0
            ? Locate(point)
            : throw new ArgumentOutOfRangeException(nameof(point), $"Points are 0 .. {(1UL << Precision) - 1} here; this one is {point}.");

    /// <inheritdoc/>
    public void Push(RansCoder coder, int value)
    {
        var (start, frequency) = IntervalOf(value);
        coder.Push(start, frequency, Precision);
    }

    /// <inheritdoc/>
    public int Pop(RansCoder coder) => Decode(coder);

    /// <summary>Decodes a symbol from any decoder of intervals.</summary>
    /// <exception cref="MessageException">The message is damaged, or holds too few bits.</exception>
    public int Decode<TCoder>(TCoder coder)
        where TCoder : IIntervalDecoder
    {
        var symbol = Locate(coder.Peek(Precision));
        var start = CumulativeCore(symbol);
        coder.Pop(start, CumulativeCore(symbol + 1) - start, Precision);
        return symbol;
    }

    /// <inheritdoc/>
    public double Bits(int value) => Precision - Math.Log2(Frequency(value));

    private protected abstract uint CumulativeCore(int symbol);

    /// <summary>Returns the symbol whose interval holds a point, the last with Cumulative at most the point, by bisection in log2(Size) steps.</summary>
    private protected virtual int Locate(uint point)
    {
        var (low, high) = (0, Size);
        while (high - low > 1)
        {
            var middle = (int)(((uint)low + (uint)high) / 2);
            if (CumulativeCore(middle) <= point)
                low = middle;
            else
                high = middle;
        }
        return low;
    }

    private void CheckSymbol(int symbol)
    {
        if ((uint)symbol >= (uint)Size)
            throw new ArgumentOutOfRangeException(nameof(symbol), $"Symbols are 0 .. {Size - 1} here; this one is {symbol}.");
    }
}
