using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Isthmus.Server.Hosting;
using Isthmus.Server.Settings;
using Microsoft.AspNetCore.Builder;

namespace Isthmus.Server.Tests;

/// <summary>A server on a free port of this machine, and a client of it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private RunningServer(WebApplication app) => (App, Client) = (app, new() { BaseAddress = new(StandaloneServer.Addresses(app).First()) });

    public WebApplication App { get; }

    public HttpClient Client { get; }

    public static async Task<RunningServer> StartAsync(Action<ServerOptions> configure, Action<WebApplicationBuilder>? add = null)
    {
        var app = StandaloneServer.Create(["http://127.0.0.1:0"], configure, [], jsonLog: true, grpcUrls: ["http://127.0.0.1:0"], add: add);
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Opens a connection, over which bytes are sent as they are.</summary>
    public async Task<RawConnection> ConnectAsync() => await RawConnection.OpenAsync(Client.BaseAddress!.Port);

    /// <summary>Posts a body of JSON.</summary>
    public Task<HttpResponseMessage> Post(string path, string json, string type = "application/json") =>
        Client.PostAsync(path, new StringContent(json, Encoding.UTF8, type));

    /// <summary>Posts a body of JSON, and reads the answer, which must have the status 200.</summary>
    public async Task<JsonElement> Ask(string path, string json, string type = "application/json")
    {
        using var answer = await Post(path, json, type);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Message of a failure, which must have this status.</summary>
    public static async Task<string> ErrorOf(HttpResponseMessage answer, int status)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
    }
}
