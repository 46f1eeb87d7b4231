using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Isthmus.Server.Observation;
using Isthmus.Tests;

namespace Isthmus.Server.Tests;

/// <summary>What the reference says of metrics and traces is what a listener gets.</summary>
public sealed class ObservationDocsTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    [Fact]
    public async Task Every_instrument_is_documented_and_every_request_has_a_span_with_its_model()
    {
        var (instruments, spans) = (new ConcurrentDictionary<string, string>(), new ConcurrentQueue<Activity>());
        using var metrics = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == ServerMetrics.Name)
                    instruments[instrument.Name] = instrument.Description!;
            },
        };
        metrics.Start();
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(traces);
        await using (var server = await RunningServer.StartAsync(options => options.Models["span"] = models.Points))
        {
            await server.Ask("/models/span/encode", "[0.1, 0.2, 0.3]");
            (await server.Client.GetAsync("/models/of-nobody-at-all/drift")).Dispose();
        }
        Assert.Contains(spans, span => (string?)span.GetTagItem("isthmus.model") == "span");

        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "serve-protocol.md"));
        Assert.InRange(instruments.Count, 9, 100);
        Assert.All(instruments, instrument => Assert.True(page.Contains($"`{instrument.Key}`"), $"{instrument.Key} is not documented"));
        Assert.All(instruments, instrument => Assert.False(string.IsNullOrEmpty(instrument.Value)));
    }
}
