namespace Isthmus.Data.Cells;

/// <summary>Order of day, month and year in dates such as 03/04/2024. Dates that begin with the year need none.</summary>
public enum DateOrder
{
    /// <summary>Day, month, year.</summary>
    DayMonthYear,

    /// <summary>Month, day, year.</summary>
    MonthDayYear,
}

/// <summary>
/// Options for reading the cells of a table, the same for every command; a model keeps them. Options that are null are inferred from the file.
/// </summary>
public sealed record TableReading
{
    /// <summary>Texts that mean a missing value if none are given; an empty cell always does. Spaces around a text are ignored.</summary>
    public static IReadOnlyList<string> UsualMissing { get; } =
    ["?", "NA", "N/A", "n/a", "#N/A", "#NA", "<NA>", "NaN", "nan", "-nan", "NaT", "NULL", "Null", "null", "None"];

    /// <summary>True if a text table's first line names the columns. Default null: inferred.</summary>
    public bool? Header { get; init; }

    /// <summary>Texts that mean a missing value, besides an empty cell. Default null: <see cref="UsualMissing"/>.</summary>
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>Decimal mark, a point or a comma. Default null: a point, or also a comma if semicolons separate cells.</summary>
    public char? Decimal { get; init; }

    /// <summary>
    /// Order of dates that do not begin with the year. Default null: inferred from the column's cells; a column that fits both orders is refused.
    /// </summary>
    public DateOrder? Dates { get; init; }

    /// <summary>Returns these options, with those that are null taken from <paramref name="other"/>.</summary>
    internal TableReading Over(TableReading? other) =>
        other is null
            ? this
            : new()
            {
                Header = Header ?? other.Header,
                Missing = Missing ?? other.Missing,
                Decimal = Decimal ?? other.Decimal,
                Dates = Dates ?? other.Dates,
            };

    /// <summary>Returns these options, or null if all are null, to be kept with a model.</summary>
    internal TableReading? OrNothing() => this == new TableReading() ? null : this;

    /// <inheritdoc/>
    public bool Equals(TableReading? other) =>
        other is not null
        && (Header, Decimal, Dates) == (other.Header, other.Decimal, other.Dates)
        && (Missing is null ? other.Missing is null : other.Missing is not null && Missing.SequenceEqual(other.Missing));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Header, Decimal, Dates, Missing?.Count);
}
