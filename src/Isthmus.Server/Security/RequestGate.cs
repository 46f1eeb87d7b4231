using System.Diagnostics;
using System.Text.Json;
using System.Threading.RateLimiting;
using Isthmus.Server.Models;
using Isthmus.Server.Observation;
using Isthmus.Server.Requests;
using Isthmus.Server.Runtime;
using Isthmus.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Isthmus.Server.Security;

/// <summary>
/// Gate of every request: headers, key, rate, size, turn and time. Every failure becomes <c>{"error": "..."}</c> there, without a path of the server or a stack
/// trace. The log has a line, without content, for each request that fails, and for each other one where the level <c>Debug</c> is on.
/// </summary>
/// <remarks>An endpoint is <c>gate.Guard(async context => ...)</c>; its work may throw <see cref="InvalidInputException"/> (400) and
/// <see cref="RequestException"/>, and ends when <c>context.RequestAborted</c> says so, which is also the limit of time.</remarks>
internal sealed partial class RequestGate : IDisposable
{
    // On the span of a request.
    private const string ModelTag = "isthmus.model";

    private readonly ServerOptions _options;
    private readonly ApiKeys _keys;
    private readonly ServerMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ConcurrencyLimiter _turns;
    private readonly PartitionedRateLimiter<(int Key, string Address)>? _rates;

    /// <summary>Makes the limiters.</summary>
    public RequestGate(IOptions<ServerOptions> options, ServerMetrics metrics, ILogger<RequestGate> logger)
    {
        (_options, _metrics, _logger) = (options.Value, metrics, logger);
        _keys = new(_options.ApiKeys);
        _turns = new(new() { PermitLimit = _options.MaxConcurrent, QueueLimit = _options.MaxWaiting });
        if (_options.RequestsPerSecond is { } rate)
            _rates = PartitionedRateLimiter.Create<(int Key, string Address), (int, string)>(client =>
                RateLimitPartition.GetTokenBucketLimiter(client, _ => new()
                {
                    TokenLimit = rate,
                    TokensPerPeriod = rate,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    QueueLimit = 0,
                    AutoReplenishment = true,
                })
            );
    }

    /// <summary>Wraps the work of an endpoint.</summary>
    /// <param name="work">Answers the request.</param>
    /// <param name="isOpen">True for health checks: no key, no turn, no log.</param>
    public RequestDelegate Guard(Func<HttpContext, Task> work, bool isOpen = false) =>
        async context =>
        {
            SecurityHeaders.AddTo(context.Response.Headers);
            if (isOpen)
            {
                await TryAsync(context, work);
                return;
            }
            var start = Stopwatch.GetTimestamp();
            await EnterAsync(context, work);
            var (route, time) = ((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText, Stopwatch.GetElapsedTime(start));
            var model = _metrics.Known(context.Request.RouteValues.TryGetValue("name", out var name) ? name as string : null);
            context.Features.Get<IHttpActivityFeature>()?.Activity.SetTag(ModelTag, model);
            _metrics.Requested(route, model, context.Response.StatusCode, time);
            var level = context.Response.StatusCode < StatusCodes.Status400BadRequest ? LogLevel.Debug : LogLevel.Information;
            LogRequest(level, context.Request.Method, route, model, context.Response.StatusCode, time.TotalMilliseconds, context.TraceIdentifier);
        };

    /// <summary>Wraps a call of gRPC; health needs no key.</summary>
    public RequestDelegate GuardCall(EndpointBuilder endpoint)
    {
        var call = endpoint.RequestDelegate!;
        return Guard(
            context => call(context),
            isOpen: endpoint is RouteEndpointBuilder { RoutePattern.RawText: var path } && (path!.EndsWith("/ServerLive") || path.EndsWith("/ServerReady"))
        );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _turns.Dispose();
        _rates?.Dispose();
    }

    private async Task EnterAsync(HttpContext context, Func<HttpContext, Task> work)
    {
        var key = _keys.AreDemanded ? _keys.Find(context.Request) : 0;
        if (key < 0)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Answers.FailAsync(
                context,
                StatusCodes.Status401Unauthorized,
                "The request carries no key that is known; send one as 'Authorization: Bearer KEY'."
            );
            return;
        }
        if (_rates is not null)
        {
            using var pass = _rates.AttemptAcquire((key, _keys.AreDemanded ? "" : context.Connection.RemoteIpAddress?.ToString() ?? ""));
            if (!pass.IsAcquired)
            {
                await BusyAsync(context, $"More than {_options.RequestsPerSecond} requests a second; send the request again later.");
                return;
            }
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = RequestBody.IsStream(context.Request) ? null : _options.MaxBodyBytes;
        using var limit = new RequestTime(context, RequestBody.IsStream(context.Request) ? Timeout.InfiniteTimeSpan : _options.Timeout);
        using var turn = await TurnAsync(context);
        if (turn is { IsAcquired: false })
            await BusyAsync(context, "The server has as many requests as it takes; send the request again later.");
        else if (turn is not null)
            await TryAsync(context, work, limit);
    }

    private async Task<RateLimitLease?> TurnAsync(HttpContext context)
    {
        try
        {
            return await _turns.AcquireAsync(1, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task TryAsync(HttpContext context, Func<HttpContext, Task> work, RequestTime? limit = null)
    {
        try
        {
            await work(context);
        }
        catch (OperationCanceledException) when (limit is { IsOver: true })
        {
            // The answer is written with the client's own token, which is not cancelled.
            limit.Dispose();
            await FailAsync(context, StatusCodes.Status408RequestTimeout, $"The request took longer than {_options.Timeout.TotalSeconds:0.###} seconds.");
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // Nobody waits for the answer. 499 stands in the log only.
            if (!context.Response.HasStarted)
                context.Response.StatusCode = 499;
        }
        catch (QueueFullException e)
        {
            await BusyAsync(context, e.Message);
        }
        catch (UnknownModelException e)
        {
            await FailAsync(context, StatusCodes.Status404NotFound, e.Message);
        }
        catch (RequestException e)
        {
            await FailAsync(context, e.Status, e.Message);
        }
        catch (InvalidInputException e)
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await FailAsync(
                context,
                e.StatusCode,
                e.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? $"The body has more than {_options.MaxBodyBytes:N0} bytes; send less at a time, or a stream of lines (application/x-ndjson)."
                    : e.Message
            );
        }
        // Chunks whose lengths are none, which the server's own reader says so.
        catch (IOException e) when (e.Source?.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) == true)
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, "The body cannot be read to its end: it is not sent as its headers say.");
        }
        catch (JsonException e)
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, RequestBody.Describe(e));
        }
        catch (Exception e)
        {
            // Messages of other exceptions may have paths and rows in them; the place is enough to find the fault.
            LogFault(context.TraceIdentifier, e.GetType().Name, new StackTrace(e).ToString());
            await FailAsync(
                context,
                StatusCodes.Status500InternalServerError,
                $"This is a fault of the server, not of the request; its log has it under {context.TraceIdentifier}."
            );
        }
    }

    private static Task BusyAsync(HttpContext context, string message)
    {
        context.Response.Headers.RetryAfter = "1";
        return Answers.FailAsync(context, StatusCodes.Status429TooManyRequests, message);
    }

    private static async Task FailAsync(HttpContext context, int status, string message)
    {
        // A stream that has begun can only be cut off, so that nobody takes a part for the whole.
        if (context.Response.HasStarted)
            context.Abort();
        else
        {
            context.Response.Clear();
            SecurityHeaders.AddTo(context.Response.Headers);
            await Answers.FailAsync(context, status, message);
        }
    }

    [LoggerMessage(Message = "{Method} {Route} of {Model}: {Status} in {Milliseconds:0.0} ms ({Request})")]
    private partial void LogRequest(LogLevel level, string method, string? route, string? model, int status, double milliseconds, string request);

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Request} failed by {Exception}: {Trace}")]
    private partial void LogFault(string request, string exception, string trace);
}
