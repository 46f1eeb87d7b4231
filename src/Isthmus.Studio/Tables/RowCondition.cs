namespace Isthmus.Studio.Tables;

/// <summary>A category that a row must have. Immutable, and safe to use from several threads.</summary>
/// <param name="Field">Column of categories.</param>
/// <param name="Category">Place of the category.</param>
internal sealed record RowCondition(RowField Field, int Category)
{
    /// <summary>True if a cell has the category.</summary>
    public bool Holds(float cell) => Field.Category(cell) == Category;

    /// <summary>Returns the condition in words: "plan is Business".</summary>
    public override string ToString() => $"{Field.Name} is {Field.Categories[Category]}";

    /// <summary>Returns the condition as an address has it.</summary>
    public string Key => $"{Uri.EscapeDataString(Field.Name)}:{Uri.EscapeDataString(Field.Categories[Category])}";

    /// <summary>Returns the condition of an address; null if the table has no such column or category.</summary>
    public static RowCondition? Of(IReadOnlyList<RowField> fields, string key)
    {
        if (key.Split(':') is not [var name, var value])
            return null;
        var field = fields.FirstOrDefault(field => field.Name == Uri.UnescapeDataString(name));
        var category = field is null ? -1 : field.Categories.ToList().IndexOf(Uri.UnescapeDataString(value));
        return category < 0 ? null : new(field!, category);
    }
}
