using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>What a model does on records it was not fitted on.</summary>
/// <param name="Model">The preset.</param>
/// <param name="Data">The data's name.</param>
/// <param name="Records">How many.</param>
/// <param name="Seed">Of every random draw.</param>
/// <param name="ImportanceSamples">K; 0 where the likelihood was not estimated.</param>
/// <param name="Figures">The numbers, in the order to show them.</param>
/// <param name="Verdict">In words: is the model trained, does its code carry anything, and the command to type next.</param>
/// <param name="Activity">Unit by unit.</param>
/// <param name="UnitRatesNats">Mean charge of each unit, nats; null where the charge is no sum over units.</param>
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
)
{
    /// <summary>Of a recommender: what it and the baselines do for the same users, itself first; otherwise empty.</summary>
    public IReadOnlyList<ComparedFigures> Rankings { get; init; } = [];

    /// <summary>The command that the verdict ends with.</summary>
    public string? Next { get; init; }

    /// <summary>What was left out and why, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The figure of that key, or null.</summary>
    public Figure? this[string key] => Figures.FirstOrDefault(figure => figure.Key == key);

    /// <summary>Every figure by its key, standard errors as <c>key_standard_error</c>; of baselines, as <c>item_knn_key</c>.</summary>
    public IReadOnlyDictionary<string, double> Values =>
        Figures
            .Concat(
                Rankings
                    .Skip(1)
                    .SelectMany(baseline => baseline.Figures.Select(figure => figure with { Key = $"{baseline.Name.Replace('-', '_')}_{figure.Key}" }))
            )
            .SelectMany(figure =>
                figure.StandardError is { } error
                    ? new[] { KeyValuePair.Create(figure.Key, figure.Value), KeyValuePair.Create($"{figure.Key}_standard_error", error) }
                    : [KeyValuePair.Create(figure.Key, figure.Value)]
            )
            .ToDictionary();
}
