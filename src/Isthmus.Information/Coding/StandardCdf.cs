namespace Isthmus.Information.Coding;

/// <summary>
/// A symmetric standard distribution function as an integer table: G(t) in units of 2^-32 for t in units of 2^-16, linear between
/// points 1/128 apart, computed by integer recurrences alone so that every machine has the same table. Absolute error below 2e-6.
/// </summary>
internal sealed class StandardCdf
{
    public const int Unit = 1 << 16;
    public const ulong One = 1UL << 32;

    private const int CellBits = 9;

    /// <summary>
    /// Cells of the table. Upper 32 bits: the upper tail Q(t) = 1 - G(t) at the cell's beginning t = index / 128, falling from 2^31. Lower 32 bits: the fall of
    /// Q within the cell, so that one look-up serves. The last cell lies beyond the table and is 0.
    /// </summary>
    private readonly ulong[] _cells;

    private StandardCdf(uint[] tail) => _cells = [.. tail.Select((from, cell) => cell + 1 < tail.Length ? ((ulong)from << 32) | (from - tail[cell + 1]) : 0)];

    /// <summary>Phi(t), exact to 2^-32 at the points; 0 and 1 beyond 8.</summary>
    public static StandardCdf Gaussian { get; } = new(GaussianTail());

    /// <summary>1 / (1 + e^-t), exact to 2^-32 at the points; 0 and 1 beyond 24.</summary>
    public static StandardCdf Logistic { get; } = new(LogisticTail());

    /// <summary>Returns G(t) in units of 2^-32, 0 to 2^32, never falling.</summary>
    public ulong At(long t)
    {
        var below = (ulong)(t >> 63);
        var magnitude = ((ulong)t ^ below) - below;
        var cell = _cells[(int)Math.Min(magnitude >> CellBits, (ulong)_cells.Length - 1)];
        var tail = (cell >> 32) - (((cell & uint.MaxValue) * (magnitude & ((1 << CellBits) - 1))) >> CellBits);
        // Q(-t) below 0, 1 - Q(t) above.
        return tail + ((One - (2 * tail)) & ~below);
    }

    /// <summary>Returns the smallest t with G(t) at least <paramref name="probability"/>, which lies between 0 and 2^32 exclusive.</summary>
    public int Quantile(ulong probability)
    {
        var limit = _cells.Length << CellBits;
        var (low, high) = (-limit, limit);
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            if (At(middle) >= probability)
                high = middle;
            else
                low = middle;
        }
        return high;
    }

    private static uint[] GaussianTail()
    {
        // Density at steps of g = 1/256 in units of 2^-64: phi(t + g) = phi(t) exp(-t g - g^2 / 2), and that factor falls by exp(-g^2) a step.
        const int Cells = 8 * 128;
        var density = new ulong[(2 * Cells) + 1];
        var (value, factor) = (0x662114cf50d94234UL, 0xffff80001ffffaabUL); // 1 / sqrt(2 pi), exp(-2^-17)
        for (var i = 0; i < density.Length; i++)
        {
            density[i] = value;
            value = Math.BigMul(value, factor, out _);
            factor = Math.BigMul(factor, 0xffff00007fffd555UL, out _); // exp(-2^-16)
        }
        // Simpson's rule over each cell, summed from the far end; its error is h^5 max|phi''''| / 2880 < 2e-14 a cell.
        var tail = new uint[Cells + 1];
        UInt128 sum = 0;
        for (var cell = Cells - 1; cell >= 0; cell--)
        {
            sum += (UInt128)density[2 * cell] + (4 * (UInt128)density[(2 * cell) + 1]) + density[(2 * cell) + 2];
            tail[cell] = (uint)(((sum / (6 * 128)) + (1UL << 31)) >> 32);
        }
        return tail;
    }

    private static uint[] LogisticTail()
    {
        const int Cells = 24 * 128;
        var tail = new uint[Cells + 1];
        tail[0] = 1U << 31;
        var value = 0xfe01feab551127ccUL; // e^-t in units of 2^-64, from t = 1/128
        for (var cell = 1; cell < Cells; cell++)
        {
            tail[cell] = (uint)(((UInt128)value << 32) / ((UInt128.One << 64) + value));
            value = Math.BigMul(value, 0xfe01feab551127ccUL, out _);
        }
        return tail;
    }
}
