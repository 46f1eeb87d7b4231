namespace Isthmus.Information.Coding;

/// <summary>
/// What a distribution decodes from, whichever way the intervals were written: look at the point of 2^precision that comes next, find the
/// interval that holds it, take that interval.
/// </summary>
public interface IIntervalDecoder
{
    /// <summary>The point of 2^precision that comes next. Changes nothing.</summary>
    uint Peek(int precision);

    /// <summary>Takes the interval [start, start + frequency) in which <see cref="Peek"/> lies.</summary>
    void Pop(uint start, uint frequency, int precision);

    /// <summary>Takes one of two intervals: false for [0, <paramref name="falseFrequency"/>), true for the rest of 2^precision.</summary>
    bool PopCoin(uint falseFrequency, int precision)
    {
        var value = Peek(precision) >= falseFrequency;
        Pop(value ? falseFrequency : 0, value ? (1U << precision) - falseFrequency : falseFrequency, precision);
        return value;
    }
}
