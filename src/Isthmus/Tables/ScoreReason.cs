namespace Isthmus.Tables;

/// <summary>A column's share of a row's score, in the user's own values.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Value">The row's cell, "missing" of a missing one.</param>
/// <param name="Usual">What is usual there: "usual 5 to 261"; empty where nothing is known.</param>
/// <param name="Bits">The share of the score.</param>
public sealed record ScoreReason(string Column, string Value, string Usual, float Bits)
{
    /// <summary>The reason in words: "monthly_spend 9,250 (usual 5 to 261)".</summary>
    public override string ToString() => $"{Column} {Value}{(Usual.Length > 0 ? $" ({Usual})" : "")}";
}

/// <summary>Why a row scores what it does. The shares add up to the score.</summary>
/// <param name="Reasons">The columns that have most in it, and every cell that no training row has the like of.</param>
/// <param name="OtherColumns">Bits of all other columns together.</param>
/// <param name="NoColumn">Bits that belong to no column: how wide the nearest row's kernel is, or the code's rate.</param>
public sealed record ScoreReasons(IReadOnlyList<ScoreReason> Reasons, float OtherColumns, float NoColumn)
{
    /// <summary>The reasons in words with their bits, one a line; what adds nothing to the sum as it is shown is left out.</summary>
    public IReadOnlyList<string> Lines =>
        [
            .. Reasons.Select(reason => $"{reason} {NumberText.Of(reason.Bits, 3)} bits"),
            .. IsShown(OtherColumns) ? [$"other columns {NumberText.Of(OtherColumns, 3)} bits"] : Array.Empty<string>(),
            .. IsShown(NoColumn) ? [$"no column {NumberText.Of(NoColumn, 3)} bits"] : Array.Empty<string>(),
        ];

    /// <summary>The lines in one.</summary>
    public override string ToString() => string.Join("; ", Lines);

    private static bool IsShown(float bits) => Math.Abs(bits) >= 0.005;
}
