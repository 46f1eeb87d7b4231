namespace Isthmus.Data.Records;

/// <summary>
/// Records of many numbers, mostly 0, in compressed sparse rows (CSR): record i has the numbers Values[k] at Columns[k], k from Offsets[i] to Offsets[i + 1].
/// 20 million numbers take 160 MB.
/// </summary>
/// <param name="Offsets">Beginning of each record, and the end: N + 1 numbers, from 0 unless it is a slice of others.</param>
/// <param name="Columns">Index of each number in its record, no index twice in a record.</param>
/// <param name="Values">The numbers, above 0.</param>
public sealed record SparseCounts(int[] Offsets, int[] Columns, float[] Values)
{
    /// <summary>Number of records, N.</summary>
    public int Count => Offsets.Length - 1;

    /// <summary>Indices and numbers of a record.</summary>
    public SparseRecord this[int record]
    {
        get
        {
            var range = Offsets[record]..Offsets[record + 1];
            return new(Columns.AsSpan(range), Values.AsSpan(range));
        }
    }

    /// <summary>Returns the records from <paramref name="first"/> to before <paramref name="last"/>, which share the same numbers.</summary>
    internal SparseCounts Slice(int first, int last) => this with { Offsets = Offsets[first..(last + 1)] };

    /// <summary>Returns a copy that holds only the numbers of its own records.</summary>
    internal SparseCounts Alone()
    {
        var (first, range) = (Offsets[0], Offsets[0]..Offsets[^1]);
        return new(Array.ConvertAll(Offsets, offset => offset - first), Columns[range], Values[range]);
    }

    /// <summary>Creates counts from records given one after another.</summary>
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

/// <summary>Nonzero numbers of one record.</summary>
/// <param name="columns">Indices.</param>
/// <param name="values">Numbers at these indices.</param>
public readonly ref struct SparseRecord(ReadOnlySpan<int> columns, ReadOnlySpan<float> values)
{
    /// <summary>Indices of the numbers, 0 .. D - 1.</summary>
    public ReadOnlySpan<int> Columns { get; } = columns;

    /// <summary>Numbers at these indices.</summary>
    public ReadOnlySpan<float> Values { get; } = values;
}
