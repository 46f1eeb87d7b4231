using System.Diagnostics.Metrics;
using Isthmus.Server.Drift;
using Isthmus.Server.Models;

namespace Isthmus.Server.Observation;

/// <summary>
/// Measurements of the server under the name <see cref="Name"/>, for OpenTelemetry or any other listener: of requests, batches, scores, drift and reloads. No
/// value of a row is in them.
/// </summary>
internal sealed class ServerMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Isthmus.Server";

    private const string Model = "model";
    private static readonly double[] Quantiles = [0.5, 0.9, 0.99];
    private static readonly double[] Seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
    private static readonly int[] Sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16384];

    private readonly Meter _meter;
    private readonly ModelRegistry _registry;
    private readonly Histogram<double> _requests;
    private readonly Histogram<int> _batches;
    private readonly Counter<long> _reloads;

    /// <summary>Makes the instruments.</summary>
    public ServerMetrics(IMeterFactory meters, ModelRegistry registry)
    {
        (_meter, _registry) = (meters.Create(Name), registry);
        _requests = _meter.CreateHistogram<double>(
            "isthmus.request.duration",
            "s",
            "Time of a request.",
            advice: new() { HistogramBucketBoundaries = Seconds }
        );
        _batches = _meter.CreateHistogram<int>(
            "isthmus.batch.size",
            "{record}",
            "Records that entered a network together.",
            advice: new() { HistogramBucketBoundaries = Sizes }
        );
        _reloads = _meter.CreateCounter<long>("isthmus.model.reloads", "{reload}", "Files that were read again, by whether they are in use.");
        _meter.CreateObservableGauge("isthmus.score.quantile", ScoreQuantiles, "bit", "Quantiles of the scores of the last 1,024 rows.");
        _meter.CreateObservableGauge("isthmus.score.over_threshold", OverThreshold, "1", "Share of the last 1,024 rows over the threshold.");
        _meter.CreateObservableGauge("isthmus.drift.psi", () => Drift(drift => drift.PsiNats), "nat", "Population stability index against training.");
        _meter.CreateObservableGauge("isthmus.drift.p_value", () => Drift(drift => drift.PValue), "1", "Probability of as much given that nothing changed.");
        _meter.CreateObservableGauge("isthmus.queue.length", () => registry.Waiting, "{request}", "Requests that wait for the tensor library.");
        _meter.CreateObservableGauge("isthmus.model.ready", Ready, "1", "1 if the model answers.");
        registry.Loaded += Loaded;
        registry.Reloaded += Reloaded;
    }

    /// <summary>Counts a request.</summary>
    public void Requested(string? route, string? model, int status, TimeSpan time) =>
        _requests.Record(time.TotalSeconds, new("route", route), new(Model, model), new("status", status));

    /// <summary>A model's name; null if no model has it: callers must not make as many series as they like, or write what they like into the log.</summary>
    public string? Known(string? model) => model is not null && _registry.Names.Contains(model) ? model : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registry.Loaded -= Loaded;
        _registry.Reloaded -= Reloaded;
    }

    private void Loaded(ServedModel model) => model.OnBatch(records => _batches.Record(records, new KeyValuePair<string, object?>(Model, model.Name)));

    private void Reloaded(string model, bool isInUse) => _reloads.Add(1, new(Model, model), new("outcome", isInUse ? "used" : "refused"));

    private IEnumerable<Measurement<int>> Ready() =>
        [.. _registry.Names.Select(name => new Measurement<int>(_registry.IsReady ? 1 : 0, new KeyValuePair<string, object?>(Model, name)))];

    private IEnumerable<Measurement<double>> ScoreQuantiles() =>
        Each(
            (name, observed) =>
                observed.Scores?.Ascending() is { Length: > 0 } scores
                    ? Quantiles.Select(fraction => new Measurement<double>(
                        RecentScores.Quantile(scores, fraction),
                        new(Model, name),
                        new("quantile", fraction)
                    ))
                    : []
        );

    private IEnumerable<Measurement<double>> OverThreshold() =>
        Each(
            (name, observed) =>
                observed.Scores?.Ascending() is { Length: > 0 } scores
                    ? [new(scores.Count(bits => bits > observed.ThresholdBits) / (double)scores.Length, new KeyValuePair<string, object?>(Model, name))]
                    : []
        );

    private IEnumerable<Measurement<double>> Drift(Func<ColumnDrift, double?> figure) =>
        Each(
            (name, observed) =>
                observed.Drift is { } drift && drift.Recent() is var report
                    ? report
                        .Columns.Select(column => (column.Key, column.Value))
                        .Concat(report.Score is { } score ? [("score", score)] : [])
                        .Select(column => (column.Item1, Figure: figure(column.Item2)))
                        .Where(column => column.Figure is not null)
                        .Select(column => new Measurement<double>(column.Figure!.Value, new(Model, name), new("column", column.Item1)))
                    : []
        );

    private IEnumerable<Measurement<double>> Each(Func<string, ModelObservation, IEnumerable<Measurement<double>>> of)
    {
        // Before the first model has been read there is nothing to say, and a lease would read it.
        if (!_registry.IsReady)
            return [];
        return
        [
            .. _registry.Names.SelectMany(name =>
            {
                using var lease = _registry.Lease(name);
                return of(name, lease.Model.Observation).ToArray();
            }),
        ];
    }
}
