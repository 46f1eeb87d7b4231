using Isthmus.Server.Observation;
using Isthmus.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Isthmus.Cli.Verbs;

/// <summary>
/// Measurements of <c>isthmus serve</c> for Prometheus under <c>/metrics</c>, and by OTLP, traces too, to where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says; to
/// nobody if it is not set.
/// </summary>
internal static class ServeTelemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Adds what collects and sends.</summary>
    public static void AddTo(WebApplicationBuilder builder)
    {
        var isSent = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Endpoint));
        builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("isthmus"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(ServerMetrics.Name, "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime").AddPrometheusExporter();
                if (isSent)
                    metrics.AddOtlpExporter();
            });
        if (isSent)
            builder.Services.AddOpenTelemetry().WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddOtlpExporter());
    }

    /// <summary>Adds <c>/metrics</c>, which needs a key where there are keys: it tells what is asked.</summary>
    public static void Map(WebApplication app)
    {
        var gate = app.Services.GetRequiredService<RequestGate>();
        app.MapPrometheusScrapingEndpoint("/metrics").Add(endpoint => endpoint.RequestDelegate = gate.GuardCall(endpoint));
    }
}
