using System.Collections;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Records;

/// <summary>Labels that stay in a file. Safe to read from several threads.</summary>
/// <param name="store">A number a record.</param>
/// <param name="classes">Class of each number.</param>
internal sealed class StoredLabels(RecordStore<int> store, IReadOnlyList<int> classes) : IReadOnlyList<int>
{
    private const int PartRecords = 4096;

    /// <inheritdoc/>
    public int Count => store.Count;

    /// <inheritdoc/>
    public int this[int index]
    {
        get
        {
            Span<int> code = stackalloc int[1];
            store.Read(index, code);
            return classes[code[0]];
        }
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator()
    {
        var part = new int[PartRecords];
        for (var first = 0; first < Count; first += PartRecords)
        {
            var count = Math.Min(PartRecords, Count - first);
            store.Read(first, part.AsSpan(0, count));
            for (var i = 0; i < count; i++)
                yield return classes[part[i]];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
