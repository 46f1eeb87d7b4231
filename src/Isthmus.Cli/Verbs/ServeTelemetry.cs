using System.Collections;
using Isthmus.Server.Observation;
using Isthmus.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
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

    private const string Prefix = "OTEL_";

    /// <summary>Variables of the environment that are OpenTelemetry's.</summary>
    public static IReadOnlyDictionary<string, string?> Variables() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value);

    /// <summary>Adds what collects and sends.</summary>
    /// <param name="builder">The server, which reads no variables of its own.</param>
    /// <param name="variables">Variables of OpenTelemetry, such as <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</param>
    public static void AddTo(WebApplicationBuilder builder, IReadOnlyDictionary<string, string?> variables)
    {
        builder.Configuration.AddInMemoryCollection(variables);
        var isSent = !string.IsNullOrEmpty(variables.GetValueOrDefault(Endpoint));
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
