namespace Isthmus.Data;

/// <summary>A named column of a table to be written: of numbers or of texts.</summary>
public sealed record TableColumn
{
    private readonly float[] _numbers = [];
    private readonly IReadOnlyList<string> _texts = [];

    /// <summary>A column of numbers.</summary>
    public TableColumn(string name, float[] numbers) => (Name, _numbers, IsText) = (name, numbers, false);

    /// <summary>A column of texts.</summary>
    public TableColumn(string name, IReadOnlyList<string> texts) => (Name, _texts, IsText) = (name, texts, true);

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>Whether its cells are texts.</summary>
    public bool IsText { get; }

    /// <summary>Rows.</summary>
    public int Count => IsText ? _texts.Count : _numbers.Length;

    /// <summary>The number in a row; only of a column of numbers.</summary>
    public float Number(int row) => _numbers[row];

    /// <summary>The text in a row; only of a column of texts.</summary>
    public string Text(int row) => _texts[row];

    /// <summary>The data's labels in words, one column each, and the records' names where they have any.</summary>
    public static IEnumerable<TableColumn> LabelsOf(Dataset data)
    {
        if (data.RecordNames is { } names)
            yield return new("record", names);
        foreach (var label in data.Labels)
            yield return new(label.Name, [.. label.Values.Select(value => label.Classes[value])]);
    }
}
