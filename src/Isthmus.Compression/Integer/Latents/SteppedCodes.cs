using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Latents;

/// <summary>Independent latent units quantised by steps: for a Gaussian code the posterior's means are rounded.</summary>
/// <param name="units">One a latent unit.</param>
/// <exception cref="InvalidDataException">A step below 1.</exception>
internal sealed class SteppedCodes(IReadOnlyList<LatentSteps> units) : LatentCodes(units.Count, units.Count, 2 * units.Count)
{
    /// <summary>The units.</summary>
    public IReadOnlyList<LatentSteps> Units { get; } =
        units.FirstOrDefault(unit => unit.Step < 1) is { } none
            ? throw new InvalidDataException($"a unit's step is at least 1, this one is {none.Step}")
            : units;

    /// <inheritdoc/>
    public override int Precision => LatentSteps.Precision;

    /// <inheritdoc/>
    public override byte ArithmeticProfile => 1;

    /// <inheritdoc/>
    public override void Choose(ReadOnlySpan<int> head, Span<int> codes)
    {
        for (var unit = 0; unit < Symbols; unit++)
            codes[unit] = Units[unit].Nearest(head[unit]);
    }

    /// <inheritdoc/>
    public override void Values(ReadOnlySpan<int> codes, Span<short> inputs)
    {
        for (var unit = 0; unit < Symbols; unit++)
            inputs[unit] = Units[unit].Input(codes[unit]);
    }

    /// <inheritdoc/>
    public override void Intervals(ReadOnlySpan<int> codes, int count, Span<Interval> intervals)
    {
        for (var unit = 0; unit < Symbols; unit++)
            for (var record = 0; record < count; record++)
                intervals[(unit * count) + record] = Units[unit].Codes.IntervalOf(codes[(record * Symbols) + unit]);
    }

    /// <inheritdoc/>
    public override void Decode<TCoder>(TCoder coder, int count, Span<int> codes)
    {
        for (var unit = 0; unit < Symbols; unit++)
            for (var record = 0; record < count; record++)
                codes[(record * Symbols) + unit] = Units[unit].Codes.Decode(coder);
    }
}
