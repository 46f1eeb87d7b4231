namespace Isthmus.Tables;

/// <summary>A column's contribution to a row's score, with its value in the user's own terms.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Value">The row's cell, "missing" for a missing value.</param>
/// <param name="Usual">Usual values of the column: "usual 5 to 261"; empty if nothing is known.</param>
/// <param name="Bits">Contribution to the score, bits.</param>
public sealed record ScoreReason(string Column, string Value, string Usual, float Bits)
{
    /// <summary>Returns the reason in words: "monthly_spend 9,250 (usual 5 to 261)".</summary>
    public override string ToString() => $"{Column} {Value}{(Usual.Length > 0 ? $" ({Usual})" : "")}";
}

/// <summary>Reasons for a row's score, whose bits add up to it.</summary>
/// <param name="Reasons">The columns that contribute most, and every cell unlike any in the training rows.</param>
/// <param name="OtherColumns">Bits of all other columns together.</param>
/// <param name="NoColumn">Bits that belong to no column: the width of the nearest row's kernel, or the code's rate.</param>
public sealed record ScoreReasons(IReadOnlyList<ScoreReason> Reasons, float OtherColumns, float NoColumn)
{
    /// <summary>Reasons in words with their bits, one a line; those that add nothing at the precision shown are left out.</summary>
    public IReadOnlyList<string> Lines =>
        [
            .. Reasons.Select(reason => $"{reason} {NumberText.Of(reason.Bits, 3)} bits"),
            .. IsShown(OtherColumns) ? [$"other columns {NumberText.Of(OtherColumns, 3)} bits"] : Array.Empty<string>(),
            .. IsShown(NoColumn) ? [$"no single column {NumberText.Of(NoColumn, 3)} bits"] : Array.Empty<string>(),
        ];

    /// <summary>Returns the lines joined to one.</summary>
    public override string ToString() => string.Join("; ", Lines);

    private static bool IsShown(float bits) => Math.Abs(bits) >= 0.005;
}
