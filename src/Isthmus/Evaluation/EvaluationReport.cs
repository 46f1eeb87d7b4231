using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>
/// Evaluation of a model on records that it was not fitted on: every figure as a member (<see cref="EvaluationFigures"/>), the verdict, and what each unit of
/// the code does. Immutable, and safe to read from several threads.
/// </summary>
/// <param name="Model">The preset.</param>
/// <param name="Data">Name of the data.</param>
/// <param name="Records">Number of test records.</param>
/// <param name="Seed">Seed of every random draw.</param>
/// <param name="ImportanceSamples">Importance samples of the likelihood's estimate; 0 where it was not estimated.</param>
/// <param name="Figures">All figures, in the order to show them.</param>
/// <param name="Verdict">The verdict in sentences: whether the model is trained, whether its code carries anything, and the command to run next.</param>
/// <param name="Activity">Activity of the code's units.</param>
/// <param name="UnitRatesNats">Mean rate of each unit, nats; null where the rate is no sum over units.</param>
public sealed record EvaluationReport(
    string Model,
    string Data,
    int Records,
    int Seed,
    int ImportanceSamples,
    IReadOnlyList<Figure> Figures,
    string Verdict,
    UnitActivity Activity,
    IReadOnlyList<double>? UnitRatesNats
) : EvaluationFigures(Figures)
{
    /// <summary>The command that the verdict ends with; null where none helps.</summary>
    public string? Next { get; init; }

    /// <summary>Figures that were left out and why, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
