using Isthmus.Compression.Codecs;
using Isthmus.Compression.Integer.Layers;
using Isthmus.Compression.Integer.Likelihoods;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Latents;

/// <summary>p(code) and p(x|code) of several records at once: the codes symbol after symbol, then the pixels, each of them record after record.</summary>
/// <param name="latents">p(code).</param>
/// <param name="decoder">Network from the codes' values to the likelihood's parameters.</param>
/// <param name="likelihood">p(x|z).</param>
/// <param name="encoder">Encoder network; null if records are only decoded.</param>
internal sealed class QuantisedLatents(LatentCodes latents, IntegerNetwork decoder, IntegerLikelihood likelihood, IntegerEncoder? encoder)
{
    /// <summary>True if codes can be chosen here.</summary>
    public bool CanEncode => encoder is not null;

    /// <summary>Bytes of a record.</summary>
    public int Dimension => likelihood.Dimension;

    /// <summary>Best number of records to work on together.</summary>
    public int Together => likelihood.Together;

    /// <summary>Returns true if every pixel is within the likelihood's levels.</summary>
    public bool Accepts(ReadOnlySpan<byte> records) =>
        likelihood.Levels > byte.MaxValue || records.IndexOfAnyExceptInRange((byte)0, (byte)(likelihood.Levels - 1)) < 0;

    /// <summary>Returns the nearest codes to the encoder's outputs, count x symbols.</summary>
    public int[] Choose(ReadOnlySpan<byte> records, int count)
    {
        return Choose(
            (encoder ?? throw new InvalidOperationException("Codes are chosen by an encoder network, and this model has none.")).Heads(records, count),
            count
        );
    }

    /// <summary>Returns the nearest codes to given outputs of the encoder, count x heads.</summary>
    public int[] Choose(int[] heads, int count)
    {
        var codes = new int[count * latents.Symbols];
        for (var record = 0; record < count; record++)
            latents.Choose(heads.AsSpan(record * latents.Heads, latents.Heads), codes.AsSpan(record * latents.Symbols, latents.Symbols));
        return codes;
    }

    /// <summary>Writes codes and records in the order of reading, record r with coder r modulo their number: one coder for all, or one for each.</summary>
    public void Push(ReadOnlySpan<RangeEncoder> coders, ReadOnlySpan<byte> records, ReadOnlySpan<int> codes, int count)
    {
        using var symbols = Symbols(codes, count);
        Push(coders, symbols.Span, latents.Precision);
        using var pixels = Pixels(records, codes, count);
        Push(coders, pixels.Span, likelihood.Precision);
    }

    /// <summary>Pushes codes and records onto a stack, the last to be read first.</summary>
    public void Push(RansCoder coder, ReadOnlySpan<byte> records, ReadOnlySpan<int> codes, int count)
    {
        using var pixels = Pixels(records, codes, count);
        Push(coder, pixels.Span, likelihood.Precision);
        using var symbols = Symbols(codes, count);
        Push(coder, symbols.Span, latents.Precision);
    }

    /// <summary>Reads <paramref name="count"/> records.</summary>
    /// <returns>Their codes, count x symbols.</returns>
    /// <exception cref="MessageException">The message is damaged.</exception>
    public int[] Decode<TCoder>(TCoder coder, int count, Span<byte> records)
        where TCoder : IIntervalDecoder
    {
        var codes = new int[count * latents.Symbols];
        latents.Decode(coder, count, codes);
        using var parameters = Parameters(codes, count);
        likelihood.Decode(coder, parameters.Span, count, records);
        return codes;
    }

    /// <summary>Returns the ideal cost in bits of every record: its codes, and its pixels given them.</summary>
    public RecordCost[] Costs(ReadOnlySpan<byte> records, ReadOnlySpan<int> codes, int count)
    {
        using var pixels = Pixels(records, codes, count);
        using var symbols = Symbols(codes, count);
        return
        [
            .. pixels
                .Span.Bits(likelihood.Precision, count)
                .Zip(symbols.Span.Bits(latents.Precision, count), (distortion, rate) => new RecordCost(distortion, rate)),
        ];
    }

    /// <summary>Returns the ideal cost in bits of every number of the records given the codes, count x D.</summary>
    public float[] PixelBits(ReadOnlySpan<byte> records, ReadOnlySpan<int> codes, int count)
    {
        using var pixels = Pixels(records, codes, count);
        var bits = new float[count * Dimension];
        // Intervals of records alternate.
        for (var i = 0; i < bits.Length; i++)
            bits[i % count * Dimension + i / count] = (float)pixels.Span[i].Bits(likelihood.Precision);
        return bits;
    }

    private Rented<int> Parameters(ReadOnlySpan<int> codes, int count)
    {
        using Rented<short> inputs = new(count * latents.Inputs);
        for (var record = 0; record < count; record++)
            latents.Values(codes.Slice(record * latents.Symbols, latents.Symbols), inputs.Span.Slice(record * latents.Inputs, latents.Inputs));
        var parameters = new Rented<int>(count * decoder.Outputs);
        decoder.Apply(inputs.Span, count, parameters.Span);
        return parameters;
    }

    private Rented<Interval> Symbols(ReadOnlySpan<int> codes, int count)
    {
        var intervals = new Rented<Interval>(count * latents.Symbols);
        latents.Intervals(codes, count, intervals.Span);
        return intervals;
    }

    private static void Push(ReadOnlySpan<RangeEncoder> coders, ReadOnlySpan<Interval> intervals, int precision)
    {
        for (var first = 0; first < intervals.Length; first += coders.Length)
            for (var coder = 0; coder < coders.Length; coder++)
                coders[coder].Push(intervals[first + coder].Start, intervals[first + coder].Frequency, precision);
    }

    private static void Push(RansCoder coder, ReadOnlySpan<Interval> intervals, int precision)
    {
        for (var i = intervals.Length - 1; i >= 0; i--)
            coder.Push(intervals[i].Start, intervals[i].Frequency, precision);
    }

    private Rented<Interval> Pixels(ReadOnlySpan<byte> records, ReadOnlySpan<int> codes, int count)
    {
        using var parameters = Parameters(codes, count);
        var intervals = new Rented<Interval>(count * Dimension);
        likelihood.Intervals(parameters.Span, records, count, intervals.Span);
        return intervals;
    }
}
