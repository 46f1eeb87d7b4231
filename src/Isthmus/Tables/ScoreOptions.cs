using Isthmus.Data.Cells;

namespace Isthmus.Tables;

/// <summary>Options for scoring rows.</summary>
public record ScoreOptions
{
    /// <summary>Kind of score. Default combined.</summary>
    public RowScoreKind Kind { get; init; } = RowScore.Default;

    /// <summary>Number of draws of the code, for elbo and nll. Default 50.</summary>
    public int Samples { get; init; } = 50;

    /// <summary>Random seed. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Fraction of usual rows that may be called anomalies, from 0 to 1. Default 0.01.</summary>
    public double FalseAlarms { get; init; } = 0.01;
}

/// <summary>Options for scoring a table in a file.</summary>
public sealed record TableScoreOptions : ScoreOptions
{
    /// <summary>File (.csv or .parquet) for every row's score. Default null: none.</summary>
    public string? Output { get; init; }

    /// <summary>True to write the bits of every column to it. Default false.</summary>
    public bool Explain { get; init; }

    /// <summary>Number of most surprising rows in the result. Default 10.</summary>
    public int Shown { get; init; } = 10;

    /// <summary>Options for reading the file's cells, which take precedence over the model's. Default: as the model was trained.</summary>
    public TableReading Reading { get; init; } = new();
}
