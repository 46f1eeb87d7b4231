namespace Isthmus.Tables;

/// <summary>Summary of the scores of some rows, as a file holds it.</summary>
/// <param name="Count">Number of rows.</param>
/// <param name="Over">Number of rows over the threshold.</param>
/// <param name="ColumnBits">Bits of each column in rows over the threshold, in steps of 2^-20, as decimal texts.</param>
/// <param name="Sample">Scores of the rows sampled.</param>
/// <param name="Most">Most surprising rows.</param>
internal sealed record ScoreTallyState(
    long Count,
    long Over,
    IReadOnlyList<string> ColumnBits,
    IReadOnlyList<SampledScore> Sample,
    IReadOnlyList<SurprisingRowState> Most
)
{
    /// <summary>Number of values unlike any in the training rows, by column.</summary>
    public long[] Strange { get; init; } = [];
}

/// <summary>Score of a row in a sample of all.</summary>
/// <param name="Row">Number of the row, 1 for the first.</param>
/// <param name="Bits">Its score in bits.</param>
/// <param name="Norm">Its distance from the mean row.</param>
internal readonly record struct SampledScore(long Row, float Bits, float Norm);

/// <summary>A surprising row, as a file holds it.</summary>
internal sealed record SurprisingRowState(long Row, IReadOnlyList<string[]> Identifiers, float Bits, ScoreReasons Why)
{
    /// <summary>Every cell with its contribution.</summary>
    public IReadOnlyList<ScoreReason> Cells { get; init; } = [];

    public static SurprisingRowState Of(SurprisingRow row) =>
        new(row.Row, [.. row.Identifiers.Select(own => new[] { own.Name, own.Value })], row.Bits, row.Why) { Cells = row.Cells };

    /// <summary>Returns the row.</summary>
    /// <param name="usual">Scores of usual rows, which give its p-value.</param>
    public SurprisingRow Under(ReferenceScores usual) =>
        new(Row, [.. Identifiers.Select(own => (own[0], own[1]))], null, Bits, usual.PValue(Bits), Why) { Cells = Cells };
}
