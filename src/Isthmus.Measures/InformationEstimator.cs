using Isthmus.Information;

namespace Isthmus.Measures;

/// <summary>Kind of columns that an estimator takes.</summary>
public enum EstimatorInput
{
    /// <summary>Any columns; the estimator inspects them.</summary>
    Any,

    /// <summary>Symbols, and numbers whose values recur.</summary>
    Symbols,

    /// <summary>Numbers.</summary>
    Numbers,

    /// <summary>A label of symbols on one side, numbers on the other.</summary>
    LabelWithNumbers,
}

/// <summary>
/// An estimator by its command-line name. A row of <see cref="InformationEstimators.All"/> is all that a new one needs: help, checks and error messages follow
/// from it.
/// </summary>
/// <param name="Name">Short name from the literature, such as "ksg1".</param>
/// <param name="Summary">One line: its method and when to use it.</param>
/// <param name="Takes">Kind of columns that it takes.</param>
public sealed record InformationEstimator(string Name, string Summary, EstimatorInput Takes)
{
    /// <summary>Other names of the estimator.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Function for H(X), or h(X) of numbers; null if it measures none.</summary>
    public Func<InformationQuestion, ChosenEstimate>? Entropy { get; init; }

    /// <summary>Function for I(X;Y); null if it measures none.</summary>
    public Func<InformationQuestion, ChosenEstimate>? MutualInformation { get; init; }

    /// <summary>Function for I(X;Y|Z); null if it measures none.</summary>
    public Func<InformationQuestion, ChosenEstimate>? ConditionalInformation { get; init; }

    /// <summary>
    /// Function that returns warnings, one sentence each, from the question, the measure and its estimate; null if the estimate brings its own warnings.
    /// </summary>
    public Func<InformationQuestion, Func<InformationQuestion, ChosenEstimate>, Estimate, IEnumerable<string>>? Warnings { get; init; }

    /// <summary>True if one estimate takes so long that a permutation test runs only on request.</summary>
    public bool IsSlow { get; init; }

    /// <summary>Returns the estimate by one of this estimator's measures, with its warnings. The warnings can take as long as the estimate.</summary>
    public ChosenEstimate Answer(Func<InformationQuestion, ChosenEstimate> measure, InformationQuestion question)
    {
        var chosen = measure(question);
        return Warnings is null ? chosen : chosen with { Warnings = [.. chosen.Warnings, .. Warnings(question, measure, chosen.Estimate)] };
    }
}
