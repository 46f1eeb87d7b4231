using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Tables;

namespace Isthmus.Studio.Tables;

/// <summary>A column of a table of rows as pages show it. Immutable, and safe to use from several threads.</summary>
/// <param name="Name">Name.</param>
/// <param name="Place">Place among the model's columns.</param>
/// <param name="Categories">Names of the categories, the last two for those that are rare or new and for missing values; empty of numbers.</param>
internal sealed record RowField(string Name, int Place, IReadOnlyList<string> Categories)
{
    private readonly FittedNumbers? _numbers;

    private RowField(FittedColumn field, int place)
        : this(field.Name, place, field is FittedCategories categories ? [.. categories.Levels, "rare or new", "missing"] : []) =>
        _numbers = field as FittedNumbers;

    /// <summary>True of numbers and dates.</summary>
    public bool IsNumber => _numbers is not null;

    /// <summary>True of dates, whose numbers are seconds since 1970.</summary>
    public bool IsDate => _numbers is { Kind: ColumnKind.Date };

    /// <summary>Least and greatest training value; not a number for categories.</summary>
    public (double Least, double Most) Range => _numbers is null ? (double.NaN, double.NaN) : (_numbers.Minimum, _numbers.Maximum);

    /// <summary>Returns the columns of rows; null for other records.</summary>
    public static IReadOnlyList<RowField>? Of(DataSchema schema) =>
        schema is TableSchema { IsOfRows: true } table ? [.. table.Fields.Select((field, place) => new RowField(field, place))] : null;

    /// <summary>Returns true for windows of a series, which have no single cells to show.</summary>
    public static bool AreWindows(DataSchema schema) => schema is TableSchema { IsOfRows: false };

    /// <summary>A cell on the model's scale as a number in the column's own unit; not a number for a missing value.</summary>
    public double Number(float cell) => _numbers is null || float.IsNaN(cell) ? double.NaN : UsualCells.Rounded(_numbers, _numbers.Unscaled(cell));

    /// <summary>Place of a cell's category.</summary>
    public int Category(float cell) => float.IsNaN(cell) ? Categories.Count - 1 : Math.Min((int)cell, Categories.Count - 2);

    /// <summary>A cell in the user's own values.</summary>
    public string Words(float cell, UsualCells usual) =>
        float.IsNaN(cell) ? "missing"
        : IsNumber ? usual.Value(Place, Number(cell), null)
        : Categories[Category(cell)];

    /// <summary>A number in the column's own unit, in words.</summary>
    public string Words(double number) => UsualCells.Words(_numbers!, number);

    /// <summary>True if no training row has such a cell.</summary>
    public bool IsOutside(float cell) =>
        !float.IsNaN(cell) && (_numbers is { } numbers ? Number(cell) < numbers.Minimum || Number(cell) > numbers.Maximum : (int)cell >= Categories.Count - 2);
}
