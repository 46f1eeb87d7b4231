namespace Isthmus.Evaluation;

/// <summary>A thing that a verdict says.</summary>
/// <param name="Words">In sentences.</param>
/// <param name="Next">The command that helps; null where none does.</param>
internal sealed record Finding(string Words, string? Next = null);
