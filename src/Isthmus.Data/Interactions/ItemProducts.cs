using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>
/// Rows of X'X for sparse records X; for records of 0 and 1, the number of users who met both of two items. A row costs the length of the histories that hold
/// its item.
/// </summary>
public sealed class ItemProducts
{
    private readonly Dataset _data;
    private readonly List<(int Record, float Value)>[] _records;

    /// <summary>Prepares the products of the columns of <paramref name="data"/>.</summary>
    public ItemProducts(Dataset data)
    {
        _data = data;
        _records = [.. Enumerable.Range(0, data.Schema.Dimension).Select(_ => new List<(int, float)>())];
        for (var record = 0; record < data.Count; record++)
        {
            var sparse = data.Sparse(record);
            for (var k = 0; k < sparse.Columns.Length; k++)
                _records[sparse.Columns[k]].Add((record, sparse.Values[k]));
        }
    }

    /// <summary>Returns the number of records that hold an item.</summary>
    public int RecordsWith(int item) => _records[item].Count;

    /// <summary>Computes the products of one item with all, D numbers.</summary>
    public void CopyRow(int item, Span<float> products)
    {
        products.Clear();
        foreach (var (record, value) in _records[item])
        {
            var sparse = _data.Sparse(record);
            for (var k = 0; k < sparse.Columns.Length; k++)
                products[sparse.Columns[k]] += value * sparse.Values[k];
        }
    }
}
