using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer;

/// <summary>p(code) and p(x|code) of several records at once: the codes unit after unit, then the pixels, in each record after record.</summary>
/// <param name="units">One a latent unit.</param>
/// <param name="decoder">Codes' values to the likelihood's parameters.</param>
/// <param name="likelihood">p(x|z).</param>
/// <param name="encoder">Where records are to be encoded: q(z|x), whose means are rounded.</param>
internal sealed class QuantisedLatents(IReadOnlyList<LatentSteps> units, IntegerNetwork decoder, IntegerLikelihood likelihood, Posterior? encoder)
{
    /// <summary>Whether codes can be chosen here.</summary>
    public bool CanEncode => encoder is not null;

    /// <summary>Bytes of a record.</summary>
    public int Dimension => likelihood.Dimension;

    /// <summary>Records that are best worked on together.</summary>
    public int Together => likelihood.Together;

    /// <summary>Whether every pixel is one that the likelihood knows.</summary>
    public bool Accepts(ReadOnlySpan<byte> records) => likelihood.Levels > byte.MaxValue || records.IndexOfAnyExceptInRange((byte)0, (byte)(likelihood.Levels - 1)) < 0;

    /// <summary>The nearest codes to the posterior's means, count x units.</summary>
    public int[] Choose(ReadOnlySpan<byte> records, int count)
    {
        var heads = (encoder ?? throw new InvalidOperationException("Codes are chosen by an encoder network, and this model has none.")).Heads(records, count);
        var codes = new int[count * units.Count];
        for (var record = 0; record < count; record++)
            for (var unit = 0; unit < units.Count; unit++)
                codes[(record * units.Count) + unit] = units[unit].Nearest(heads[(2 * record * units.Count) + unit]);
        return codes;
    }

    /// <summary>Writes codes and records to be read in this order, record r with coder r modulo their number: one for all, or one for each.</summary>
    public void Push(ReadOnlySpan<RangeEncoder> coders, ReadOnlySpan<byte> records, ReadOnlySpan<int> codes, int count)
    {
        for (var unit = 0; unit < units.Count; unit++)
            for (var record = 0; record < count; record++)
            {
                var (start, frequency) = units[unit].Codes.IntervalOf(codes[(record * units.Count) + unit]);
                coders[record % coders.Length].Push(start, frequency, LatentSteps.Precision);
            }
        using var rented = Pixels(records, codes, count);
        var pixels = rented.Span;
        for (var first = 0; first < pixels.Length; first += coders.Length)
            for (var coder = 0; coder < coders.Length; coder++)
                coders[coder].Push(pixels[first + coder].Start, pixels[first + coder].Frequency, likelihood.Precision);
    }

    /// <summary>The same onto a stack, from which what goes on last comes off first.</summary>
    public void Push(RansCoder coder, ReadOnlySpan<byte> records, ReadOnlySpan<int> codes, int count)
    {
        using var rented = Pixels(records, codes, count);
        var pixels = rented.Span;
        for (var i = pixels.Length - 1; i >= 0; i--)
            coder.Push(pixels[i].Start, pixels[i].Frequency, likelihood.Precision);
        for (var unit = units.Count - 1; unit >= 0; unit--)
            for (var record = count - 1; record >= 0; record--)
                units[unit].Codes.Push(coder, codes[(record * units.Count) + unit]);
    }

    /// <summary>Reads <paramref name="count"/> records.</summary>
    /// <returns>Their codes, count x units.</returns>
    /// <exception cref="MessageException">The message is damaged.</exception>
    public int[] Decode<TCoder>(TCoder coder, int count, Span<byte> records) where TCoder : IIntervalDecoder
    {
        var codes = new int[count * units.Count];
        for (var unit = 0; unit < units.Count; unit++)
            for (var record = 0; record < count; record++)
                codes[(record * units.Count) + unit] = units[unit].Codes.Decode(coder);
        using var parameters = Parameters(codes, count);
        likelihood.Decode(coder, parameters.Span, count, records);
        return codes;
    }

    /// <summary>Ideal cost in bits of every record: its codes, and its pixels given them.</summary>
    public RecordCost[] Costs(ReadOnlySpan<byte> records, ReadOnlySpan<int> codes, int count)
    {
        using var pixels = Pixels(records, codes, count);
        var distortions = likelihood.Bits(pixels.Span, count);
        var costs = new RecordCost[count];
        for (var record = 0; record < count; record++)
        {
            var rate = 0.0;
            for (var unit = 0; unit < units.Count; unit++)
                rate += units[unit].Codes.Bits(codes[(record * units.Count) + unit]);
            costs[record] = new(distortions[record], rate);
        }
        return costs;
    }

    private Rented<int> Parameters(ReadOnlySpan<int> codes, int count)
    {
        var inputs = new short[codes.Length];
        for (var i = 0; i < codes.Length; i++)
            inputs[i] = units[i % units.Count].Input(codes[i]);
        var parameters = new Rented<int>(count * decoder.Outputs);
        decoder.Apply(inputs, count, parameters.Span);
        return parameters;
    }

    private Rented<Interval> Pixels(ReadOnlySpan<byte> records, ReadOnlySpan<int> codes, int count)
    {
        using var parameters = Parameters(codes, count);
        var intervals = new Rented<Interval>(count * Dimension);
        likelihood.Intervals(parameters.Span, records, count, intervals.Span);
        return intervals;
    }
}
