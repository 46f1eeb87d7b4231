using System.Runtime.InteropServices;

namespace Isthmus.Information.Entropy;

/// <summary>
/// A column of symbols as numbers 0 .. K - 1 in order of first appearance. Columns join to columns of tuples, and as only
/// tuples that occur are numbered, a joint alphabet never overflows, however many columns there are.
/// </summary>
public sealed class DiscreteColumn
{
    private readonly int[] _codes;

    private DiscreteColumn(int[] codes, int symbols) => (_codes, Symbols) = (codes, symbols);

    /// <summary>Code of each row's symbol, 0 .. K - 1.</summary>
    public ReadOnlySpan<int> Codes => _codes;

    /// <summary>Number of rows, N.</summary>
    public int Rows => _codes.Length;

    /// <summary>Distinct symbols in the rows, K.</summary>
    public int Symbols { get; }

    /// <summary>Creates a column from any equatable symbols. One dictionary look-up a row.</summary>
    public static DiscreteColumn Of<T>(ReadOnlySpan<T> symbols)
        where T : notnull
    {
        var numbers = new Dictionary<T, int>();
        var codes = new int[symbols.Length];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = Number(numbers, symbols[i]);
        return new(codes, numbers.Count);
    }

    /// <summary>Creates a column from any equatable symbols.</summary>
    public static DiscreteColumn Of<T>(IEnumerable<T> symbols)
        where T : notnull => Of<T>(symbols.ToArray());

    /// <summary>Joins columns to one column of tuples. Cost: columns times rows.</summary>
    /// <exception cref="ArgumentException">No column, or columns of different lengths.</exception>
    public static DiscreteColumn Join(params ReadOnlySpan<DiscreteColumn> columns)
    {
        if (columns.IsEmpty)
            throw new ArgumentException("Joining columns needs at least one; there is none.");
        var joint = columns[0];
        for (var c = 1; c < columns.Length; c++)
        {
            var next = columns[c];
            if (next.Rows != joint.Rows)
                throw new ArgumentException($"Joint columns need equal lengths; column 0 has {joint.Rows} rows and column {c} has {next.Rows}.");
            joint = Pair(joint, next);
        }
        return joint;
    }

    /// <summary>Returns consecutive rows.</summary>
    public DiscreteColumn Slice(int start, int length) => start == 0 && length == Rows ? this : Of<int>(_codes.AsSpan(start, length));

    /// <summary>Returns the given rows, in that order; a row may repeat.</summary>
    public DiscreteColumn Take(ReadOnlySpan<int> rows)
    {
        var codes = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            codes[i] = _codes[rows[i]];
        return Of<int>(codes);
    }

    /// <summary>Returns the count of each symbol, by its code.</summary>
    public long[] Counts()
    {
        var counts = new long[Symbols];
        foreach (var code in _codes)
            counts[code]++;
        return counts;
    }

    // Products of two numbers of symbols, each at most the rows, fit 62 bits.
    private static DiscreteColumn Pair(DiscreteColumn x, DiscreteColumn y)
    {
        var codes = new int[x.Rows];
        var product = (long)x.Symbols * y.Symbols;
        if (product <= Math.Max(1 << 16, 4L * x.Rows))
        {
            var table = new int[product];
            var symbols = 0;
            for (var i = 0; i < codes.Length; i++)
            {
                ref var number = ref table[(long)x._codes[i] * y.Symbols + y._codes[i]];
                if (number == 0)
                    number = ++symbols;
                codes[i] = number - 1;
            }
            return new(codes, symbols);
        }
        var numbers = new Dictionary<long, int>();
        for (var i = 0; i < codes.Length; i++)
            codes[i] = Number(numbers, (long)x._codes[i] * y.Symbols + y._codes[i]);
        return new(codes, numbers.Count);
    }

    private static int Number<T>(Dictionary<T, int> numbers, T symbol)
        where T : notnull
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, symbol, out var known);
        if (!known)
            number = numbers.Count - 1;
        return number;
    }
}
