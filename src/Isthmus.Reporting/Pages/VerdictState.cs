namespace Isthmus.Reporting.Pages;

/// <summary>State that a verdict puts a model in.</summary>
internal enum VerdictState
{
    /// <summary>Healthy.</summary>
    Good,

    /// <summary>Something to look at.</summary>
    Look,

    /// <summary>Not trained, or a code that carries nothing.</summary>
    Bad,
}

/// <summary>States of verdicts. Safe to use from several threads.</summary>
internal static class VerdictStates
{
    /// <summary>Returns the state that the sentences of a verdict stand for.</summary>
    public static VerdictState Of(string verdict) =>
        verdict.StartsWith("Healthy", StringComparison.Ordinal) || verdict.StartsWith("NDCG@100, paired", StringComparison.Ordinal) ? VerdictState.Good
        : verdict.StartsWith("Not trained", StringComparison.Ordinal)
        || verdict.Contains("ollapsed", StringComparison.Ordinal)
        || verdict.StartsWith("Nothing", StringComparison.Ordinal)
            ? VerdictState.Bad
        : VerdictState.Look;
}
