using System.Net;
using Isthmus.Server.Requests;
using Isthmus.Server.Security;
using Isthmus.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isthmus.Server.Hosting;

/// <summary>A server of its own, as <c>isthmus serve</c> runs it: Kestrel with narrow limits, and nothing but the endpoints of models.</summary>
internal static class StandaloneServer
{
    /// <summary>Makes the application, which is not started.</summary>
    /// <param name="urls">Addresses to listen on.</param>
    /// <param name="configure">Names the models, and sets limits.</param>
    /// <param name="settings">Kestrel's own settings by key, such as <c>Kestrel:Certificates:Default:Path</c>.</param>
    /// <param name="jsonLog">True for a log of one JSON object a line.</param>
    /// <param name="logRequests">True to log requests that are answered as well as those that fail.</param>
    /// <param name="grpcUrls">Addresses for gRPC without TLS (HTTP/2 from the first byte); https addresses take it beside HTTP/1.1. Default: none.</param>
    /// <param name="add">Adds services. Default: none.</param>
    /// <param name="map">Adds endpoints. Default: none.</param>
    public static WebApplication Create(
        IReadOnlyList<string> urls,
        Action<ServerOptions> configure,
        IEnumerable<KeyValuePair<string, string?>> settings,
        bool jsonLog,
        bool logRequests = false,
        IReadOnlyList<string>? grpcUrls = null,
        Action<WebApplicationBuilder>? add = null,
        Action<WebApplication>? map = null
    )
    {
        // Neither files of the present folder nor those beside the program are served or read.
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Production }
        );
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection([
            .. settings,
            .. urls.Select((url, place) => KeyValuePair.Create($"Kestrel:Endpoints:Http{place}:Url", (string?)url)),
            .. (grpcUrls ?? []).SelectMany(
                (url, place) =>
                    new[]
                    {
                        KeyValuePair.Create($"Kestrel:Endpoints:Rpc{place}:Url", (string?)url),
                        KeyValuePair.Create($"Kestrel:Endpoints:Rpc{place}:Protocols", (string?)"Http2"),
                    }
            ),
        ]);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddIsthmus(configure);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Narrow(kestrel.Limits);
        });
        builder.Logging.ClearProviders();
        if (jsonLog)
            builder.Logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        else
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff ";
            });
        // Standard output is for results.
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        if (logRequests)
            builder.Logging.AddFilter(typeof(RequestGate).FullName, LogLevel.Debug);
        // A start that fails is the caller's to tell, in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // It logs the message of a failure, which names what was sent.
        builder.Logging.AddFilter("Grpc", LogLevel.Warning);
        add?.Invoke(builder);
        var app = builder.Build();
        app.UseStatusCodePages(page =>
        {
            SecurityHeaders.AddTo(page.HttpContext.Response.Headers);
            return Answers.FailAsync(page.HttpContext, page.HttpContext.Response.StatusCode, Words(page.HttpContext.Response.StatusCode));
        });
        app.UseRouting();
        app.MapIsthmus();
        map?.Invoke(app);
        return app;
    }

    /// <summary>Addresses that a started server listens on.</summary>
    public static IReadOnlyCollection<string> Addresses(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.ToArray() ?? [];

    /// <summary>True if Kestrel can listen on an address: http or https, a host, a port, and no path.</summary>
    public static bool IsAddress(string url)
    {
        try
        {
            return BindingAddress.Parse(url) is { Scheme: "http" or "https", PathBase: "", Port: >= 0 and <= IPEndPoint.MaxPort };
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>True if an address can be reached from this machine only.</summary>
    public static bool IsLoopback(string url) =>
        BindingAddress.Parse(url) is var address
        && (
            address.IsUnixPipe
            || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)
        );

    private static void Narrow(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = 1000;
        limits.MaxRequestHeadersTotalSize = 16 << 10;
        limits.MaxRequestHeaderCount = 50;
        limits.MaxRequestLineSize = 4 << 10;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        // A client that sends or reads a byte now and then is cut off.
        limits.MinRequestBodyDataRate = new(240, TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new(240, TimeSpan.FromSeconds(5));
    }

    private static string Words(int status) =>
        status switch
        {
            StatusCodes.Status404NotFound => "There is nothing under this address; GET /models lists the models, and /docs has all addresses.",
            StatusCodes.Status405MethodNotAllowed => "The address does not take this method.",
            StatusCodes.Status415UnsupportedMediaType => "The address does not take bodies of this media type.",
            _ => $"The request was refused with status {status}.",
        };

    /// <summary>A lifetime that the caller begins and ends: signals are the program's.</summary>
    private sealed class CallerLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
