namespace Isthmus.Data.Cells;

/// <summary>What the cells of a table's column are, and so how they are modelled.</summary>
public enum ColumnKind
{
    /// <summary>Real numbers.</summary>
    Numeric,

    /// <summary>Whole numbers.</summary>
    Integer,

    /// <summary>Whole numbers from 0 on that count something; never inferred, since many whole numbers count nothing.</summary>
    Count,

    /// <summary>Two values, whatever they are called.</summary>
    Boolean,

    /// <summary>One of some levels, without order.</summary>
    Category,

    /// <summary>A date, or a date and time.</summary>
    Date,

    /// <summary>Another value in (almost) every row; left out unless another kind is given.</summary>
    Identifier,

    /// <summary>Left out.</summary>
    Skip,
}
