namespace Isthmus.Data.Cells;

/// <summary>The order of day, month and year in dates such as 03/04/2024. Years that come first need none.</summary>
public enum DateOrder
{
    /// <summary>Day, month, year.</summary>
    DayMonthYear,

    /// <summary>Month, day, year.</summary>
    MonthDayYear,
}

/// <summary>How the cells of a table are read, the same for every verb; a model keeps it. What is null is found from the file.</summary>
public sealed record TableReading
{
    /// <summary>Texts that mean a missing cell where none are given; an empty cell always does. Blanks around a text are no part of it.</summary>
    public static IReadOnlyList<string> UsualMissing { get; } =
    ["?", "NA", "N/A", "n/a", "#N/A", "#NA", "<NA>", "NaN", "nan", "-nan", "NaT", "NULL", "Null", "null", "None"];

    /// <summary>Whether a text table's first line names the columns. Default: found out.</summary>
    public bool? Header { get; init; }

    /// <summary>Texts that mean a missing cell, besides an empty one. Default: <see cref="UsualMissing"/>.</summary>
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>The decimal mark, a point or a comma. Default: a comma too where semicolons stand between cells, and a point otherwise.</summary>
    public char? Decimal { get; init; }

    /// <summary>
    /// The order of dates that do not begin with the year. Default: what the column's cells allow; where they allow both, the column is refused.
    /// </summary>
    public DateOrder? Dates { get; init; }

    /// <summary>This, and what it leaves open from <paramref name="other"/>.</summary>
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

    /// <summary>This, or null where it says nothing, to be kept with a model.</summary>
    internal TableReading? OrNothing() => this == new TableReading() ? null : this;

    /// <inheritdoc/>
    public bool Equals(TableReading? other) =>
        other is not null
        && (Header, Decimal, Dates) == (other.Header, other.Decimal, other.Dates)
        && (Missing is null ? other.Missing is null : other.Missing is not null && Missing.SequenceEqual(other.Missing));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Header, Decimal, Dates, Missing?.Count);
}
