namespace Isthmus.Data.Records;

/// <summary>How a table of mixed columns is read. <see cref="DataOptions.Columns"/> says which, and of what kind: <c>age:numeric</c>.</summary>
public sealed record TableOptions
{
    /// <summary>Of a series: the column of times, which orders the rows and is not modelled. Default: rows are no series.</summary>
    public string? Time { get; init; }

    /// <summary>Of a series: consecutive rows in a record. Default 64.</summary>
    public int Window { get; init; } = 64;

    /// <summary>Of a series: rows from one record's first to the next one's. Default 1.</summary>
    public int Stride { get; init; } = 1;
}
