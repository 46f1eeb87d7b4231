using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>
/// Rows of X'X for sparse records X; for records of 0 and 1, the number of users who met both of two items. A row costs the length of the histories that hold
/// its item. Of records in a file some rows are computed at once, in one pass over the file; rows are best asked for in order. For one thread.
/// </summary>
public sealed class ItemProducts
{
    // Numbers of the rows that are computed at once.
    private const int StripNumbers = 1 << 24;

    private readonly Dataset _data;
    private readonly int[] _counts;
    private readonly List<(int Record, float Value)>[]? _records;
    private float[] _strip = [];
    private int _first;

    /// <summary>Prepares the products of the columns of <paramref name="data"/>.</summary>
    public ItemProducts(Dataset data)
    {
        _data = data;
        _counts = new int[data.Schema.Dimension];
        _records = data.IsInFile ? null : [.. _counts.Select(_ => new List<(int, float)>())];
        for (var record = 0; record < data.Count; record++)
        {
            var sparse = data.Sparse(record);
            for (var k = 0; k < sparse.Columns.Length; k++)
            {
                _counts[sparse.Columns[k]]++;
                _records?[sparse.Columns[k]].Add((record, sparse.Values[k]));
            }
        }
    }

    /// <summary>Returns the number of records that hold an item.</summary>
    public int RecordsWith(int item) => _counts[item];

    /// <summary>Computes the products of one item with all, D numbers.</summary>
    public void CopyRow(int item, Span<float> products)
    {
        if (_records is null)
        {
            if (item < _first || item >= _first + _strip.Length / _counts.Length)
                ReadStrip(item);
            _strip.AsSpan((item - _first) * _counts.Length, _counts.Length).CopyTo(products);
            return;
        }
        products.Clear();
        foreach (var (record, value) in _records[item])
            Add(_data.Sparse(record), value, products);
    }

    // Each number is summed over the records in order, as it is in memory.
    private void ReadStrip(int first)
    {
        var width = _counts.Length;
        _first = first;
        _strip = new float[Math.Min(Math.Clamp(StripNumbers / width, 1, width), width - first) * width];
        for (var record = 0; record < _data.Count; record++)
        {
            var sparse = _data.Sparse(record);
            for (var k = 0; k < sparse.Columns.Length; k++)
                if (sparse.Columns[k] - first is >= 0 and var row && row < _strip.Length / width)
                    Add(sparse, sparse.Values[k], _strip.AsSpan(row * width, width));
        }
    }

    private static void Add(SparseRecord record, float value, Span<float> products)
    {
        for (var k = 0; k < record.Columns.Length; k++)
            products[record.Columns[k]] += value * record.Values[k];
    }
}
