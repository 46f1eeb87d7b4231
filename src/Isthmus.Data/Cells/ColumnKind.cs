namespace Isthmus.Data.Cells;

/// <summary>Kind of a table's column, which decides how it is modelled.</summary>
public enum ColumnKind
{
    /// <summary>Real numbers.</summary>
    Numeric,

    /// <summary>Whole numbers.</summary>
    Integer,

    /// <summary>Whole numbers from 0 that count something; never inferred, as many whole numbers count nothing.</summary>
    Count,

    /// <summary>Two values, whatever their names.</summary>
    Boolean,

    /// <summary>One of several categories, without order.</summary>
    Category,

    /// <summary>A date, or a date and time.</summary>
    Date,

    /// <summary>A different value in (almost) every row; left out unless another kind is given.</summary>
    Identifier,

    /// <summary>Left out.</summary>
    Skip,
}
