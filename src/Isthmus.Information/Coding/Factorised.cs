namespace Isthmus.Information.Coding;

/// <summary>p(x) = prod p_i(x_i): independent parts, such as the pixels of an image given its code. The last is pushed first.</summary>
/// <param name="parts">The distribution of each part, in order.</param>
public sealed class Factorised<T>(IReadOnlyList<ISymbolDistribution<T>> parts) : ISymbolDistribution<T[]>
{
    /// <inheritdoc/>
    public void Push(RansCoder coder, T[] value)
    {
        CheckLength(value);
        var i = parts.Count - 1;
        try
        {
            for (; i >= 0; i--)
                parts[i].Push(coder, value[i]);
        }
        catch
        {
            // All or nothing: on failure, the values pushed so far are popped again.
            while (++i < parts.Count)
                parts[i].Pop(coder);
            throw;
        }
    }

    /// <inheritdoc/>
    public T[] Pop(RansCoder coder)
    {
        var value = new T[parts.Count];
        var popped = 0;
        try
        {
            for (; popped < value.Length; popped++)
                value[popped] = parts[popped].Pop(coder);
        }
        catch
        {
            // All or nothing: on failure, the values popped so far are pushed back.
            while (--popped >= 0)
                parts[popped].Push(coder, value[popped]);
            throw;
        }
        return value;
    }

    /// <inheritdoc/>
    public double Bits(T[] value)
    {
        CheckLength(value);
        var bits = 0.0;
        for (var i = 0; i < value.Length; i++)
            bits += parts[i].Bits(value[i]);
        return bits;
    }

    private void CheckLength(T[] value)
    {
        if (value.Length != parts.Count)
            throw new ArgumentOutOfRangeException(nameof(value), $"A value has {parts.Count} parts here; this one has {value.Length}.");
    }
}
