using Isthmus.Information;

namespace Isthmus.Measures;

/// <summary>What columns an estimator takes.</summary>
public enum EstimatorInput
{
    /// <summary>Any; it looks for itself.</summary>
    Any,

    /// <summary>Symbols, and numbers whose values come again.</summary>
    Symbols,

    /// <summary>Numbers.</summary>
    Numbers,

    /// <summary>A label of symbols on one side, numbers on the other.</summary>
    LabelWithNumbers,
}

/// <summary>
/// An estimator as commands name it. A row of <see cref="InformationEstimators.All"/> is all that a new one needs: the help, the
/// checks and the error messages know it from there.
/// </summary>
/// <param name="Name">The literature's short name: "ksg1".</param>
/// <param name="Summary">One line: what it does and when to take it.</param>
/// <param name="Takes">Which columns.</param>
public sealed record InformationEstimator(string Name, string Summary, EstimatorInput Takes)
{
    /// <summary>Other names for it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>H(X), or h(X) of numbers; null if it measures none.</summary>
    public Func<InformationQuestion, ChosenEstimate>? Entropy { get; init; }

    /// <summary>I(X;Y); null if it measures none.</summary>
    public Func<InformationQuestion, ChosenEstimate>? MutualInformation { get; init; }

    /// <summary>I(X;Y|Z); null if it measures none.</summary>
    public Func<InformationQuestion, ChosenEstimate>? ConditionalInformation { get; init; }

    /// <summary>
    /// What speaks against a figure, a sentence each, of the question, how it was measured and the figure; null where the answer brings its own warnings.
    /// </summary>
    public Func<InformationQuestion, Func<InformationQuestion, ChosenEstimate>, Estimate, IEnumerable<string>>? Doubts { get; init; }

    /// <summary>Whether one figure takes so long that a permutation test runs only when it is asked for.</summary>
    public bool IsSlow { get; init; }

    /// <summary>The answer of one of this estimator's measures, with its warnings. Looking for those can take as long as the answer.</summary>
    public ChosenEstimate Answer(Func<InformationQuestion, ChosenEstimate> measure, InformationQuestion question)
    {
        var chosen = measure(question);
        return Doubts is null ? chosen : chosen with { Warnings = [.. chosen.Warnings, .. Doubts(question, measure, chosen.Estimate)] };
    }
}
