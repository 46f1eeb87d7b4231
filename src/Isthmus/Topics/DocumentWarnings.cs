using System.Globalization;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Topics;

/// <summary>
/// Warnings that topics or search results may mean nothing: codes that do not tell documents apart, random topics, topics that are all the same.
/// </summary>
public static class DocumentWarnings
{
    private const double LeastNats = 0.1,
        LeastDiversity = 0.3;
    private const int Enough = 50,
        Most = 1000;

    /// <summary>Returns the warnings, a sentence each, the last with the command that helps; empty for a sound model.</summary>
    /// <param name="trained">A model of documents; its stored evaluation is used if it has one.</param>
    /// <param name="data">Documents over its words.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    public static IReadOnlyList<string> Of(TrainedModel trained, Dataset data, Device? device = null)
    {
        double? Known(string key) => trained.Metrics.TryGetValue(key, out var value) && double.IsFinite(value) ? value : null;
        List<string> reasons = [];
        if ((Known("information_upper_nats") ?? Carried(trained, data, device)) is { } nats && nats < LeastNats)
            reasons.Add(
                string.Create(CultureInfo.InvariantCulture,
                    $"The code has collapsed: it tells documents apart by at most {InformationUnits.NatsToBits(nats):F2} bits, so shares of topics, nearest "
                        + $"documents and their order are noise."
                )
            );
        if (Known("npmi") is { } npmi && npmi < DocumentFigures.LeastCoherence)
            reasons.Add(
                FormattableString
                    .Invariant($"The first words of its topics stand in the same documents hardly more often than by chance (NPMI {npmi:F2}; 0 is chance).")
                    .Replace("NPMI -", "NPMI −")
            );
        if (Known("topic_diversity") is { } diversity && diversity < LeastDiversity)
            reasons.Add(FormattableString.Invariant($"Its topics have mostly the same words: {100 * diversity:F0} % of the first ones differ."));
        if (reasons.Count > 0 && !trained.Specification.IsClosedForm)
        {
            var longer = KeyValuePair.Create(TrainingSettings.Epochs.Key, $"{Math.Max(10, 3 * trained.Provenance.Epochs)}");
            reasons.Add($"Train longer: {ReproducingCommand.With(trained.Specification, trained.Provenance, longer)}");
        }
        return reasons;
    }

    /// <summary>Returns an upper bound on I(X;Z), nats, for the documents at hand; null if they are too few, or the model has no such bound.</summary>
    private static double? Carried(TrainedModel trained, Dataset data, Device? device)
    {
        if (data.Count < Enough || !trained.Network.Bottleneck.IsVariational)
            return null;
        var some = trained.Prepare(data.Count > Most ? data.Select([.. Enumerable.Range(0, Most)]) : data);
        return AggregatedPosterior.Of(trained.Network, some, seed: 1, device)?.InformationUpper.Estimate.AtLeastZero().Value;
    }
}
