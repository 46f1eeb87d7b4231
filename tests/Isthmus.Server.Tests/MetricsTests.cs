using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Isthmus.Server.Observation;

namespace Isthmus.Server.Tests;

/// <summary>What a listener hears of requests: as many records as were sent, in batches.</summary>
public sealed class MetricsTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    [Fact]
    public async Task Every_record_that_enters_a_network_is_in_a_batch()
    {
        var batches = new ConcurrentQueue<int>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument is { Meter.Name: ServerMetrics.Name, Name: "isthmus.batch.size" })
                    own.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>(
            (_, records, tags, _) =>
            {
                foreach (var tag in tags)
                    if (tag is { Key: "model", Value: "points" })
                        batches.Enqueue(records);
            }
        );
        listener.Start();
        await using var server = await RunningServer.StartAsync(options => options.Models["points"] = models.Points);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.Ask("/models/points/encode", "[[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]")));

        Assert.Equal(40, batches.Sum());
        Assert.InRange(batches.Count, 1, 20);
    }
}
