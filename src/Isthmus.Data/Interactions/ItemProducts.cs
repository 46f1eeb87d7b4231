using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>
/// X'X of sparse records X, row by row: of 0 and 1, how many users met both of two items. A row costs the length of the histories that its item is in.
/// </summary>
public sealed class ItemProducts
{
    private readonly Dataset _data;
    private readonly List<(int Record, float Value)>[] _records;

    /// <summary>The products of <paramref name="data"/>'s columns.</summary>
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

    /// <summary>How many records an item is in.</summary>
    public int RecordsWith(int item) => _records[item].Count;

    /// <summary>The products of one item with all, D numbers.</summary>
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
