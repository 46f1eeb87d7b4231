namespace Isthmus.Data.Records;

/// <summary>
/// Records of many numbers of which few are not 0, in compressed sparse rows (CSR): record i has the numbers
/// Values[k] at Columns[k], k from Offsets[i] to Offsets[i + 1]. 20 million of them take 160 MB.
/// </summary>
/// <param name="Offsets">Where each record begins, and the end: N + 1 numbers, from 0 unless it is a slice of others.</param>
/// <param name="Columns">The place of each number in its record, no place twice in a record.</param>
/// <param name="Values">The numbers, above 0.</param>
public sealed record SparseCounts(int[] Offsets, int[] Columns, float[] Values)
{
    /// <summary>Records, N.</summary>
    public int Count => Offsets.Length - 1;

    /// <summary>The places and numbers of a record.</summary>
    public SparseRecord this[int record]
    {
        get
        {
            var range = Offsets[record]..Offsets[record + 1];
            return new(Columns.AsSpan(range), Values.AsSpan(range));
        }
    }

    /// <summary>The records from <paramref name="first"/> to <paramref name="last"/>, of the same numbers.</summary>
    internal SparseCounts Slice(int first, int last) => this with { Offsets = Offsets[first..(last + 1)] };

    /// <summary>A copy that holds no other numbers than those of its records.</summary>
    internal SparseCounts Alone()
    {
        var (first, range) = (Offsets[0], Offsets[0]..Offsets[^1]);
        return new(Array.ConvertAll(Offsets, offset => offset - first), Columns[range], Values[range]);
    }

    /// <summary>Records given one after another.</summary>
    internal static SparseCounts Of(IEnumerable<(int[] Columns, float[] Values)> records)
    {
        var (offsets, columns, values) = (new List<int> { 0 }, new List<int>(), new List<float>());
        foreach (var record in records)
        {
            columns.AddRange(record.Columns);
            values.AddRange(record.Values);
            offsets.Add(columns.Count);
        }
        return new([.. offsets], [.. columns], [.. values]);
    }
}

/// <summary>What is not 0 in one record.</summary>
/// <param name="columns">The places.</param>
/// <param name="values">The numbers there.</param>
public readonly ref struct SparseRecord(ReadOnlySpan<int> columns, ReadOnlySpan<float> values)
{
    /// <summary>The places, 0 .. D - 1.</summary>
    public ReadOnlySpan<int> Columns { get; } = columns;

    /// <summary>The numbers there.</summary>
    public ReadOnlySpan<float> Values { get; } = values;
}
