using Isthmus.Data;
using Isthmus.Models;
using Isthmus.Models.Objectives;

namespace Isthmus.Evaluation;

/// <summary>What the figures say that a reader of them might miss, a sentence each.</summary>
internal static class Findings
{
    // A gap below a twentieth of the loss is usual; samples three times as far off as reconstructions are seen at a glance.
    private const double MostGap = 0.05, MostHole = 3;

    /// <summary>Overfitting, a hole between the prior and the codes, and a rate on another scale than the distortion.</summary>
    /// <param name="model">The model.</param>
    /// <param name="schema">What a record is.</param>
    /// <param name="figures">Its figures.</param>
    public static IEnumerable<string> Of(Autoencoder model, DataSchema schema, IReadOnlyList<Figure> figures)
    {
        Figure? Named(string key) => figures.FirstOrDefault(figure => figure.Key == key);
        if (Named("train_gap_nats") is { StandardError: { } error } gap && Loss() is var loss && gap.Value > 3 * error && gap.Value > MostGap * Math.Abs(loss))
            yield return FormattableString.Invariant($"Overfitting: a test record costs {gap.Value:F1} nats more than a training one, {100 * gap.Value / Math.Abs(loss):F0} % of its {loss:F1}. Try more data, fewer or narrower layers, more weight-decay or dropout, or less patience.");
        if (Named("sample_frechet") is { } samples && Named("reconstruction_frechet") is { } restored && samples.Value - restored.Value > 3 * (samples.StandardError ?? 0) && samples.Value > MostHole * restored.Value)
            yield return FormattableString.Invariant($"Prior hole: samples are {samples.Value / restored.Value:F1} times as far from real pictures as reconstructions are: the prior draws codes where no record lies.{(Named("aggregated_kl_nats") is { Value: > 1 } kl ? $" All codes together are {kl.Value:F1} nats or more from it." : "")} Try prior=vamp or prior=mixture, or a larger beta.");
        if (!model.Bottleneck.IsVariational || model.Objective is not ElboObjective { Capacity: 0, Beta: > 0 } objective)
            yield break;
        // Where a framework averages the distortion over D numbers and sums the rate, the rate counts D times too much; or the other way round.
        if (objective.Beta >= schema.Dimension / 2.0 && schema.Dimension >= 8)
            yield return FormattableString.Invariant($"KL scale: beta={objective.Beta} is about the {schema.Dimension} numbers of a record. The distortion here is their sum, not their mean: a weight for means is beta / {schema.Dimension}.");
        else if (objective.Beta <= 2.0 / schema.Dimension && schema.Dimension >= 8)
            yield return FormattableString.Invariant($"KL scale: beta={objective.Beta} is about 1 over the {schema.Dimension} numbers of a record. The distortion here is their sum already, and the rate hardly counts: the ELBO is at beta=1.");

        double Loss() => Named("elbo_nats") is { } elbo ? -elbo.Value : Named("distortion_nats")!.Value;
    }
}
