namespace Isthmus.Information.Coding;

/// <summary>
/// Source of intervals for decoding, however they were written: look at the next point of 2^precision, find the interval that holds it, take that interval.
/// </summary>
public interface IIntervalDecoder
{
    /// <summary>Returns the next point of 2^precision. Changes nothing.</summary>
    uint Peek(int precision);

    /// <summary>Takes the interval [start, start + frequency), which must hold the point of <see cref="Peek"/>.</summary>
    void Pop(uint start, uint frequency, int precision);

    /// <summary>Takes one of two intervals: false for [0, <paramref name="falseFrequency"/>), true for the rest of 2^precision.</summary>
    bool PopCoin(uint falseFrequency, int precision)
    {
        var value = Peek(precision) >= falseFrequency;
        Pop(value ? falseFrequency : 0, value ? (1U << precision) - falseFrequency : falseFrequency, precision);
        return value;
    }
}
