using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;

namespace Isthmus.Tracking;

/// <summary>The part of MLflow's REST interface (2.0) that a training needs: experiments by name, runs, and batches of metrics and parameters.</summary>
internal sealed class MlflowClient : IDisposable
{
    // Limits of the interface: items of one batch.
    public const int MostMetrics = 1000,
        MostParameters = 100;

    private const long LongestAnswer = 1 << 20;
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;

    public MlflowClient(Uri server, string? token)
    {
        _http = new()
        {
            BaseAddress = new(server.AbsoluteUri.TrimEnd('/') + "/api/2.0/mlflow/"),
            Timeout = LongestRequest,
            MaxResponseContentBufferSize = LongestAnswer,
        };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("isthmus", null));
    }

    /// <summary>Returns the id of the experiment of that name, which is created if there is none.</summary>
    public async Task<string> ExperimentAsync(string name, CancellationToken cancellationToken)
    {
        var query = $"experiments/get-by-name?experiment_name={Uri.EscapeDataString(name)}";
        var found = await AskAsync(HttpMethod.Get, query, null, cancellationToken, HttpStatusCode.NotFound).ConfigureAwait(false);
        if (found is { } known)
            return Text(known, "experiment", "experiment_id");
        var made = await AskAsync(HttpMethod.Post, "experiments/create", new { name }, cancellationToken, HttpStatusCode.BadRequest).ConfigureAwait(false);
        if (made is { } created)
            return Text(created, "experiment_id");
        // Another training has created it since; the answer is final.
        return Text((await AskAsync(HttpMethod.Get, query, null, cancellationToken).ConfigureAwait(false))!.Value, "experiment", "experiment_id");
    }

    /// <summary>Creates a run, and returns its id.</summary>
    public async Task<string> CreateRunAsync(string experiment, string name, long startTime, IEnumerable<object> tags, CancellationToken cancellationToken)
    {
        var request = new
        {
            experiment_id = experiment,
            run_name = name,
            start_time = startTime,
            tags,
        };
        var answer = await AskAsync(HttpMethod.Post, "runs/create", request, cancellationToken).ConfigureAwait(false);
        return Text(answer!.Value, "run", "info", "run_id");
    }

    /// <summary>Adds metrics and parameters to a run, no more than a batch may hold.</summary>
    public Task LogBatchAsync(string run, IReadOnlyList<MlflowMetric> metrics, IReadOnlyList<object> parameters, CancellationToken cancellationToken) =>
        AskAsync(
            HttpMethod.Post,
            "runs/log-batch",
            new
            {
                run_id = run,
                metrics,
                @params = parameters,
            },
            cancellationToken
        );

    /// <summary>Sets the status of a run: RUNNING, FINISHED, FAILED or KILLED, the last three with the time of the end in milliseconds since 1970.</summary>
    public Task UpdateRunAsync(string run, string status, long? endTime, CancellationToken cancellationToken) =>
        AskAsync(
            HttpMethod.Post,
            "runs/update",
            endTime is { } time
                ? new
                {
                    run_id = run,
                    status,
                    end_time = time,
                }
                : new { run_id = run, status },
            cancellationToken
        );

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Returns the answer as JSON; null where the status is <paramref name="none"/>.</summary>
    private async Task<JsonElement?> AskAsync(HttpMethod method, string path, object? content, CancellationToken cancellationToken, HttpStatusCode? none = null)
    {
        var what = path.Split('?')[0];
        try
        {
            using var request = new HttpRequestMessage(method, path);
            // As text of a known length: JsonContent is sent in chunks, which some servers and proxies do not take.
            if (content is not null)
                request.Content = new StringContent(JsonSerializer.Serialize(content, JsonFormat.Compact), Encoding.UTF8, MediaTypeNames.Application.Json);
            using var answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode == none)
                return null;
            var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
                return JsonElement.Parse(text);
            // A server that is overloaded, starting or down may take the same request later; what it refuses, it refuses again.
            var isFinal = (int)answer.StatusCode < 500 && answer.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);
            throw new MlflowException($"{what} was answered with {(int)answer.StatusCode}{Reason(text)}", isFinal);
        }
        catch (HttpRequestException e)
        {
            throw new MlflowException(e.Message.ReplaceLineEndings(" "), isFinal: false);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MlflowException($"{what} was not answered within {LongestRequest.TotalSeconds:0} s", isFinal: false);
        }
        catch (JsonException)
        {
            throw new MlflowException($"{what} was answered with something other than JSON", isFinal: true);
        }
    }

    /// <summary>The server's own words, if they are MLflow's.</summary>
    private static string Reason(string text)
    {
        try
        {
            return JsonElement.Parse(text).TryGetProperty("message", out var message) ? $": {message.ToString().ReplaceLineEndings(" ")}" : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "";
        }
    }

    private static string Text(JsonElement answer, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            answer =
                answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var inner)
                    ? inner
                    : throw new MlflowException($"an answer has no {name}", isFinal: true);
        return answer.ToString();
    }
}

/// <summary>A value of a metric.</summary>
/// <param name="Key">Name.</param>
/// <param name="Value">Value, finite.</param>
/// <param name="Timestamp">Milliseconds since 1970.</param>
/// <param name="Step">Epoch.</param>
internal sealed record MlflowMetric(string Key, double Value, long Timestamp, int Step);

/// <summary>A request that was not answered as it should be.</summary>
/// <param name="message">What happened, to stand in brackets.</param>
/// <param name="isFinal">True if the same request would be refused again.</param>
internal sealed class MlflowException(string message, bool isFinal) : Exception(message)
{
    public bool IsFinal => isFinal;
}
