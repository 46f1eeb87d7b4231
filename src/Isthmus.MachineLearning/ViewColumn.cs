using Isthmus.Data.Cells;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Isthmus.MachineLearning;

/// <summary>A column of a view as one of a table: a scalar column, or one number of a vector.</summary>
/// <param name="Name">Its name in the table: the view's own, or <c>Features.0</c> of a vector, by the names of its slots where it has them.</param>
/// <param name="Column">The view's column.</param>
/// <param name="Slot">Place in the vector; null of a scalar.</param>
internal sealed record ViewColumn(string Name, DataViewSchema.Column Column, int? Slot)
{
    /// <summary>Kinds of columns that are taken, for error messages.</summary>
    public const string Taken = "a number, a truth value, a text, a key with texts, a date, or a vector of Single or Double of known length";

    /// <summary>Type of one of its cells.</summary>
    public DataViewType Type => Column.Type is VectorDataViewType vector ? vector.ItemType : Column.Type;

    /// <summary>Kind of the table's column.</summary>
    public ColumnKind Kind =>
        Type is KeyDataViewType or TextDataViewType ? ColumnKind.Category
        : Type is BooleanDataViewType ? ColumnKind.Boolean
        : Type is DateTimeDataViewType ? ColumnKind.Date
        : Type == NumberDataViewType.Single || Type == NumberDataViewType.Double ? ColumnKind.Numeric
        : ColumnKind.Integer;

    /// <summary>The columns of a table that a column of a view makes; none if it is of a type that is not taken.</summary>
    public static IReadOnlyList<ViewColumn> Of(DataViewSchema.Column column) =>
        column.Type switch
        {
            NumberDataViewType or BooleanDataViewType or TextDataViewType or DateTimeDataViewType => [new(column.Name, column, null)],
            KeyDataViewType when HasTexts(column) => [new(column.Name, column, null)],
            VectorDataViewType { IsKnownSize: true } vector when IsReal(vector.ItemType) =>
            [
                .. (SlotNames(column) ?? [.. Enumerable.Range(0, vector.Size).Select(place => NumberText.Of(place))])
                    .Index()
                    .Select(slot => new ViewColumn($"{column.Name}.{slot.Item}", column, slot.Index)),
            ],
            _ => [],
        };

    /// <summary>The view's column of a name, in other upper and lower case if there is one of it only.</summary>
    /// <param name="schema">The view's columns.</param>
    /// <param name="name">The name.</param>
    /// <param name="why">What it is wanted for, to follow its name.</param>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static DataViewSchema.Column Demand(DataViewSchema schema, string name, string why = "") =>
        schema.GetColumnOrNull(name)
        ?? (
            schema.Where(column => !column.IsHidden && column.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray() is [var only]
                ? only
                : throw new InvalidInputException(
                    "The view",
                    $"has no column '{name}'{why}",
                    NearestName.Remedy(name, Visible(schema).Select(column => column.Name))
                )
        );

    /// <summary>The columns that are not hidden by a later one of their name.</summary>
    public static IEnumerable<DataViewSchema.Column> Visible(DataViewSchema schema) => schema.Where(column => !column.IsHidden);

    /// <summary>True if a type is of 32- or 64-bit floating-point numbers.</summary>
    public static bool IsReal(DataViewType type) => type == NumberDataViewType.Single || type == NumberDataViewType.Double;

    /// <summary>Names of the slots of a vector; null where one has none, or two have the same.</summary>
    public static IReadOnlyList<string>? SlotNames(DataViewSchema.Column column)
    {
        if (!column.HasSlotNames())
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        string[] known = [.. names.DenseValues().Select(name => name.ToString())];
        return known.All(name => name.Length > 0) && known.Distinct(StringComparer.Ordinal).Count() == known.Length ? known : null;
    }

    private static bool HasTexts(DataViewSchema.Column column) =>
        column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is VectorDataViewType { ItemType: TextDataViewType };
}
