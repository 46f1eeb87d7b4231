using Isthmus.Evaluation;

namespace Isthmus.Cli.Output;

/// <summary>A verdict for people: its sentences, and the command to type next on a line of its own.</summary>
internal static class VerdictLines
{
    private const string Before = " Next: ";

    public static IEnumerable<string> Of(EvaluationReport evaluation)
    {
        if (evaluation.Next is not { } next || !evaluation.Verdict.EndsWith(Before + next, StringComparison.Ordinal))
            return [evaluation.Verdict];
        return [evaluation.Verdict[..^(Before.Length + next.Length)], $"next    {next}"];
    }
}
