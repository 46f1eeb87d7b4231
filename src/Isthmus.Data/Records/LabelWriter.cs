using Isthmus.Data.Storage;

namespace Isthmus.Data.Records;

/// <summary>Collects labels as records are read: a number a record, beside the records, and the distinct texts in memory. For one thread.</summary>
/// <param name="name">Name of the label.</param>
/// <param name="path">Name of the data in error messages.</param>
/// <param name="place">Choice of memory or file.</param>
internal sealed class LabelWriter(string name, string path, StoragePlace place)
{
    private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);
    private readonly RecordWriter<int> _records = new(path, 1, place);

    /// <summary>Adds the label of the next record.</summary>
    public void Add(string text)
    {
        if (!_codes.TryGetValue(text, out var code))
            _codes.Add(text, code = _codes.Count);
        _records.Add([code]);
    }

    /// <summary>Returns the labels: classes in ordinal order; if all are numbers, in ascending order.</summary>
    public LabelColumn Finish()
    {
        var (known, store) = (LabelColumn.OfTexts(name, [.. _codes.Keys]), _records.Finish());
        return known with { Values = store.IsInFile ? new StoredLabels(store, known.Values) : Held(store, known.Values) };
    }

    private static int[] Held(RecordStore<int> store, IReadOnlyList<int> classes)
    {
        var codes = new int[store.Count];
        store.Read(0, codes);
        return System.Array.ConvertAll(codes, code => classes[code]);
    }
}
