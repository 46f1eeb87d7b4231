using Isthmus.Data.Cells;

namespace Isthmus.Tables;

/// <summary>How a table is scored.</summary>
public sealed record ScoreOptions
{
    /// <summary>Which score. Default: neighbour.</summary>
    public RowScoreKind Kind { get; init; } = RowScore.Default;

    /// <summary>Draws of the code, for elbo and nll. Default 50.</summary>
    public int Samples { get; init; } = 50;

    /// <summary>Of every draw. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The share of usual rows that may be called anomalies. Default 0.01.</summary>
    public double FalseAlarms { get; init; } = 0.01;

    /// <summary>A .csv or .parquet file for every row's score. Default: none.</summary>
    public string? Output { get; init; }

    /// <summary>Whether it has the bits of every column.</summary>
    public bool Explain { get; init; }

    /// <summary>How many of the most surprising rows are told of. Default 10.</summary>
    public int Shown { get; init; } = 10;

    /// <summary>How the file's cells are read, before what the model says. Default: as the model was trained.</summary>
    public TableReading Reading { get; init; } = new();
}
