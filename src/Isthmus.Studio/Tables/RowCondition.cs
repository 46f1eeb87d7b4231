using System.Globalization;

namespace Isthmus.Studio.Tables;

/// <summary>A condition that a row must meet in one column. Immutable, and safe to use from several threads.</summary>
/// <param name="Field">The column.</param>
internal abstract record RowCondition(RowField Field)
{
    private const string Between = "..";

    /// <summary>True if a cell meets the condition.</summary>
    public abstract bool Holds(float cell);

    /// <summary>Returns the condition as an address has it.</summary>
    public string Key => $"{Uri.EscapeDataString(Field.Name)}:{Uri.EscapeDataString(Value)}";

    private protected abstract string Value { get; }

    /// <summary>Returns the condition of an address; null if the table has no such column or category, or a range has no end.</summary>
    public static RowCondition? Of(IReadOnlyList<RowField> fields, string key)
    {
        if (key.Split(':') is not [var name, var escaped] || fields.FirstOrDefault(field => field.Name == Uri.UnescapeDataString(name)) is not { } field)
            return null;
        var value = Uri.UnescapeDataString(escaped);
        if (field.IsNumber)
            return value.Split(Between) is [var least, var most] ? RangeCondition.Of(field, Number(least), Number(most)) : null;
        var category = field.Categories.ToList().IndexOf(value);
        return category < 0 ? null : new CategoryCondition(field, category);
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private protected static string Range(double? least, double? most) => string.Create(CultureInfo.InvariantCulture, $"{least:R}{Between}{most:R}");
}

/// <summary>A category that a row must have.</summary>
/// <param name="Field">Column of categories.</param>
/// <param name="Category">Place of the category.</param>
internal sealed record CategoryCondition(RowField Field, int Category) : RowCondition(Field)
{
    /// <inheritdoc/>
    public override bool Holds(float cell) => Field.Category(cell) == Category;

    /// <summary>Returns the condition in words: "plan is Business".</summary>
    public override string ToString() => $"{Field.Name} is {Value}";

    /// <inheritdoc/>
    private protected override string Value => Field.Categories[Category];
}

/// <summary>A range that a row's number or date must lie in, its ends included; a missing value lies in none.</summary>
/// <param name="Field">Column of numbers or dates.</param>
/// <param name="Least">Lower end in the column's own unit, of dates seconds since 1970; null for none.</param>
/// <param name="Most">Upper end; null for none.</param>
internal sealed record RangeCondition(RowField Field, double? Least, double? Most) : RowCondition(Field)
{
    /// <summary>Returns the range; null without an end.</summary>
    /// <exception cref="InvalidInputException">The lower end is above the upper one.</exception>
    public static RangeCondition? Of(RowField field, double? least, double? most) =>
        least is null && most is null ? null
        : least > most
            ? throw new InvalidInputException(
                field.Name,
                $"cannot be at least {field.Words(least.Value)} and at most {field.Words(most.Value)}",
                "give the smaller number first"
            )
        : new(field, least, most);

    /// <inheritdoc/>
    public override bool Holds(float cell) => Field.Number(cell) is var number && !double.IsNaN(number) && !(number < Least) && !(number > Most);

    /// <summary>Returns the condition in words: "age from 20 to 40".</summary>
    public override string ToString() =>
        (Least, Most) switch
        {
            ({ } least, { } most) => $"{Field.Name} from {Field.Words(least)} to {Field.Words(most)}",
            ({ } least, _) => $"{Field.Name} at least {Field.Words(least)}",
            (_, { } most) => $"{Field.Name} at most {Field.Words(most)}",
            _ => Field.Name,
        };

    /// <inheritdoc/>
    private protected override string Value => Range(Least, Most);
}
