using Isthmus.Data.Cells;
using Isthmus.Data.Tables;

namespace Isthmus.Onnx.Tables;

/// <summary>
/// Texts of a column's categories and their indices, as the reader finds them: in other spellings of the same value too (1 and 1.0, true and True). A text that
/// is not among them is a rare or new category.
/// </summary>
internal static class CategoryTexts
{
    /// <summary>Returns the texts that are known, each with its index.</summary>
    public static IReadOnlyDictionary<string, int> Of(FittedCategories column)
    {
        var texts = column.Levels.Index().ToDictionary(level => level.Item, level => level.Index, StringComparer.Ordinal);
        foreach (var rare in column.Rare)
            texts.TryAdd(rare, column.Levels.Count);
        var buffer = new ColumnBuffer(column.Name, ColumnKind.Category);
        string[] spellings = [.. column.Levels.SelectMany(level => Spellings(level, column.Kind)).Distinct(StringComparer.Ordinal)];
        foreach (var spelling in spellings)
            buffer.Add(spelling);
        var indices = new float[spellings.Length];
        column.Encode(buffer, indices, 1, 0);
        foreach (var (spelling, index) in spellings.Zip(indices))
            texts.TryAdd(spelling, (int)index);
        return texts;
    }

    private static IEnumerable<string> Spellings(string level, ColumnKind kind)
    {
        var value = CellValue.Of(level);
        yield return level.Trim();
        yield return value;
        var truth = value switch
        {
            "true" or "1" when kind == ColumnKind.Boolean => true,
            "false" or "0" when kind == ColumnKind.Boolean => false,
            "true" => true,
            "false" => false,
            _ => (bool?)null,
        };
        if (truth is { } known)
            foreach (var word in known ? new[] { "true", "True", "TRUE", "1" } : ["false", "False", "FALSE", "0"])
                yield return word;
        if (value.Length > 0 && value.All(char.IsAsciiDigit))
            yield return $"{value}.0";
    }
}
