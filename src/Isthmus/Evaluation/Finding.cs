namespace Isthmus.Evaluation;

/// <summary>One statement of a verdict.</summary>
/// <param name="Words">Text of the statement, in sentences.</param>
/// <param name="Next">The command that helps; null where none does.</param>
internal sealed record Finding(string Words, string? Next = null);
