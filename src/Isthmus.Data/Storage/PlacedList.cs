using System.Collections;

namespace Isthmus.Data.Storage;

/// <summary>Values of the records of some blocks, looked up among those of all records: labels and names beside a store. Safe to read from several
/// threads.</summary>
/// <param name="all">Values of all records.</param>
/// <param name="blocks">The blocks.</param>
internal sealed class PlacedList<T>(IReadOnlyList<T> all, RecordBlocks blocks) : IReadOnlyList<T>
{
    /// <summary>Values of all records of the store.</summary>
    public IReadOnlyList<T> All => all;

    /// <inheritdoc/>
    public int Count => blocks.Count;

    /// <inheritdoc/>
    public T this[int index] => all[blocks.PlaceOf(index)];

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
            yield return this[index];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Returns the values of some blocks, of a list of all records or of other blocks.</summary>
    public static PlacedList<T> Of(IReadOnlyList<T> values, RecordBlocks blocks) => new(values is PlacedList<T> placed ? placed.All : values, blocks);
}
