using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Isthmus.Tests.Tracking;

/// <summary>A server on this machine that keeps runs as MLflow does, with its limits and its errors.</summary>
internal sealed partial class MlflowStub : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _work;
    private readonly Lock _lock = new();

    public MlflowStub()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = new($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _work = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    /// <summary>Number of requests, from the first, that are answered with 500.</summary>
    public int Failing { get; set; }

    /// <summary>Token that requests must have.</summary>
    public string? Token { get; init; }

    public int Requests { get; private set; }

    public Dictionary<string, string> Experiments { get; } = [];

    public List<Run> Runs { get; } = [];

    public void Dispose()
    {
        _listener.Close();
        _work.Wait();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var reader = new StreamReader(context.Request.InputStream);
            var body = await reader.ReadToEndAsync();
            JsonNode answer;
            lock (_lock)
            {
                Requests++;
                (context.Response.StatusCode, answer) =
                    // Bodies in chunks are beyond some servers.
                    body.Length > 0
                    && context.Request.ContentLength64 < 0
                        ? (411, Error("BAD_REQUEST", "Content-Length is missing"))
                    : Requests <= Failing ? (500, Error("INTERNAL_ERROR", "the store is away"))
                    : Token is not null && context.Request.Headers["Authorization"] != $"Bearer {Token}" ? (401, Error("UNAUTHENTICATED", "no token"))
                    : Answer(context.Request, body.Length > 0 ? JsonNode.Parse(body)! : new JsonObject());
            }
            await using var writer = new StreamWriter(context.Response.OutputStream);
            await writer.WriteAsync(answer.ToJsonString());
        }
    }

    private (int, JsonNode) Answer(HttpListenerRequest request, JsonNode body)
    {
        switch (request.HttpMethod, request.Url!.AbsolutePath)
        {
            case ("GET", "/api/2.0/mlflow/experiments/get-by-name"):
                return Experiments.TryGetValue(request.QueryString["experiment_name"]!, out var id)
                    ? (200, new JsonObject { ["experiment"] = new JsonObject { ["experiment_id"] = id } })
                    : (404, Error("RESOURCE_DOES_NOT_EXIST", "no such experiment"));
            case ("POST", "/api/2.0/mlflow/experiments/create"):
                var made = $"{100 + Experiments.Count}";
                return Experiments.TryAdd((string)body["name"]!, made)
                    ? (200, new JsonObject { ["experiment_id"] = made })
                    : (400, Error("RESOURCE_ALREADY_EXISTS", "there"));
            case ("POST", "/api/2.0/mlflow/runs/create"):
                if (!Experiments.ContainsValue((string)body["experiment_id"]!))
                    return (404, Error("RESOURCE_DOES_NOT_EXIST", "no such experiment"));
                var run = new Run($"run{Runs.Count}", (string)body["run_name"]!, (long)body["start_time"]!) { Statuses = { "RUNNING" } };
                foreach (var tag in body["tags"]!.AsArray())
                    run.Tags[(string)tag!["key"]!] = (string)tag["value"]!;
                Runs.Add(run);
                return (200, new JsonObject { ["run"] = new JsonObject { ["info"] = new JsonObject { ["run_id"] = run.Id } } });
        }
        if (Runs.FirstOrDefault(run => run.Id == (string?)body["run_id"]) is not { } known)
            return (404, Error("RESOURCE_DOES_NOT_EXIST", $"Run '{body["run_id"]}' not found"));
        if (request.Url.AbsolutePath == "/api/2.0/mlflow/runs/update")
        {
            known.Statuses.Add((string)body["status"]!);
            known.EndTime = (long?)body["end_time"];
            return (200, new JsonObject());
        }
        if (request.Url.AbsolutePath != "/api/2.0/mlflow/runs/log-batch")
            return (404, Error("ENDPOINT_NOT_FOUND", request.Url.AbsolutePath));
        var (metrics, parameters) = (body["metrics"]!.AsArray(), body["params"]!.AsArray());
        if (metrics.Count > 1000 || parameters.Count > 100)
            return (400, Error("INVALID_PARAMETER_VALUE", "A batch logging request can contain at most 1000 metrics and 100 params"));
        foreach (var parameter in parameters)
            if (!known.Parameters.TryAdd((string)parameter!["key"]!, (string)parameter["value"]!))
                return (400, Error("INVALID_PARAMETER_VALUE", "Changing param values is not allowed"));
        foreach (var metric in metrics)
            if (!AllowedKey().IsMatch((string)metric!["key"]!))
                return (400, Error("INVALID_PARAMETER_VALUE", $"Invalid metric name: {metric["key"]}"));
            else
                known.Metrics.Add(
                    new((string)metric["key"]!, metric["value"]!.GetValue<JsonElement>().GetDouble(), (long)metric["timestamp"]!, (int)metric["step"]!)
                );
        return (200, new JsonObject());
    }

    private static JsonObject Error(string code, string message) => new() { ["error_code"] = code, ["message"] = message };

    [GeneratedRegex("^[/\\w.\\- :]+$", RegexOptions.ECMAScript)]
    private static partial Regex AllowedKey();

    internal sealed record Run(string Id, string Name, long StartTime)
    {
        public Dictionary<string, string> Tags { get; } = [];
        public Dictionary<string, string> Parameters { get; } = [];
        public List<Metric> Metrics { get; } = [];
        public List<string> Statuses { get; } = [];
        public long? EndTime { get; set; }
    }

    internal sealed record Metric(string Key, double Value, long Timestamp, int Step);
}
