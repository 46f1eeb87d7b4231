namespace Isthmus.Data.Records;

/// <summary>Options for reading a table of mixed columns. <see cref="DataOptions.Columns"/> gives the columns and their kinds: <c>age:numeric</c>.</summary>
public sealed record TableOptions
{
    /// <summary>Series: column of times, which orders the rows and is not modelled. Default null: rows are no series.</summary>
    public string? Time { get; init; }

    /// <summary>Series: number of consecutive rows in a record. Default 64.</summary>
    public int Window { get; init; } = 64;

    /// <summary>Series: number of rows from the start of one record to the start of the next. Default 1.</summary>
    public int Stride { get; init; } = 1;
}
