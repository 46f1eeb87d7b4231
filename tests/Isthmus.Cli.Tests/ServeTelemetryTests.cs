using System.Collections.Concurrent;
using Isthmus.Cli.Verbs;
using Isthmus.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Isthmus.Tests.Verbs;

/// <summary>What <c>isthmus serve</c> sends by OTLP, and to whom.</summary>
public class ServeTelemetryTests
{
    [Fact]
    public async Task Traces_and_metrics_go_to_the_endpoint_of_the_variables_and_nowhere_without_one()
    {
        var stop = TestContext.Current.CancellationToken;
        var received = new ConcurrentQueue<(string Path, string Body)>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var collector = builder.Build();
        collector.MapPost("/v1/{kind}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, stop);
            received.Enqueue((request.Path, System.Text.Encoding.Latin1.GetString(body.ToArray())));
        });
        await collector.StartAsync(stop);
        await Ask(new() { ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" }, stop);
        Assert.Empty(received);
        await Ask(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.First(), ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" }, stop);
        Assert.Contains(received, sent => sent.Path == "/v1/traces" && sent.Body.Contains("GET /models", StringComparison.Ordinal));
        Assert.Contains(received, sent => sent.Path == "/v1/metrics" && sent.Body.Contains("isthmus.request.duration", StringComparison.Ordinal));
        await collector.StopAsync(stop);
    }

    // What waits is sent at the end.
    private static async Task Ask(Dictionary<string, string?> variables, CancellationToken stop)
    {
        await using var app = StandaloneServer.Create(
            ["http://127.0.0.1:0"],
            _ => { },
            [],
            jsonLog: true,
            add: server => ServeTelemetry.AddTo(server, variables),
            map: ServeTelemetry.Map
        );
        await app.StartAsync(stop);
        using var client = new HttpClient { BaseAddress = new(StandaloneServer.Addresses(app).First()) };
        Assert.Equal("[]", await client.GetStringAsync("/models", stop));
        Assert.Contains("isthmus_request_duration_seconds_count", await client.GetStringAsync("/metrics", stop));
        await app.StopAsync(stop);
    }
}
