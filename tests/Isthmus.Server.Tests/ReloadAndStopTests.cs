using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Isthmus.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Isthmus.Server.Tests;

/// <summary>A file that changes, a signal to stop, and what requests under way get meanwhile.</summary>
public sealed class ReloadAndStopTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    private const string Score = "/models/customers/score";
    private static readonly string Rows =
        $"[{string.Join(',', Enumerable.Range(0, 20).Select(i => $$"""{"age": {{20 + i}}, "plan": "basic", "spent": {{30 * i}}}"""))}]";

    [Fact]
    public async Task No_request_is_lost_while_the_file_is_replaced_and_a_damaged_one_is_refused()
    {
        float[][] expected = [Bits(models.Customers), Bits(models.OtherCustomers)];
        Assert.NotEqual(expected[0], expected[1]);
        var (file, log) = (models.File("live.isthmus"), new LogLines());
        File.Copy(models.Customers, file);
        await using var server = await RunningServer.StartAsync(
            options =>
            {
                options.Models["customers"] = file;
                options.ReloadEvery = TimeSpan.FromMilliseconds(20);
            },
            builder => builder.Logging.AddProvider(log)
        );
        var (isOver, answers) = (false, new ConcurrentBag<int>());
        var clients = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Task.Run(async () =>
                {
                    while (!Volatile.Read(ref isOver))
                    {
                        var answer = await server.Ask(Score, Rows);
                        float[] bits = [.. answer.EnumerateArray().Select(row => row.GetProperty("bits").GetSingle())];
                        // Wholly by the one or the other.
                        answers.Add(Array.FindIndex(expected, own => own.SequenceEqual(bits)));
                    }
                })
            )
            .ToArray();
        async Task Replace(byte[] bytes, string logged)
        {
            var before = log.Lines.Count(line => line.Contains(logged, StringComparison.Ordinal));
            File.WriteAllBytes($"{file}.new", bytes);
            File.Move($"{file}.new", file, overwrite: true);
            for (var tries = 0; log.Lines.Count(line => line.Contains(logged, StringComparison.Ordinal)) == before; tries++)
            {
                Assert.True(tries < 1000, $"not logged: {logged}");
                await Task.Delay(10);
            }
        }
        var (first, second) = (File.ReadAllBytes(models.Customers), File.ReadAllBytes(models.OtherCustomers));
        await Replace(second, "has been read again");
        await Replace([.. second[..^100].Select((value, place) => place % 997 == 500 ? (byte)~value : value), .. second[^100..]], "stays as it was");
        await Replace(second[..(second.Length / 2)], "stays as it was");
        await Replace([], "stays as it was");
        await Replace(File.ReadAllBytes(models.Points), "stays as it was");
        Assert.True((await server.Client.GetAsync("/v2/health/ready")).IsSuccessStatusCode);
        var at = answers.Count;
        while (answers.Count < at + 5)
            await Task.Delay(10);
        await Replace(first, "has been read again");
        await Replace(second, "has been read again");
        isOver = true;
        await Task.WhenAll(clients);
        Assert.DoesNotContain(-1, answers);
        Assert.Contains(0, answers);
        Assert.Contains(1, answers);
    }

    [Fact]
    public async Task Told_to_stop_it_is_not_ready_and_answers_what_is_under_way()
    {
        await using var server = await RunningServer.StartAsync(options =>
        {
            options.Models["customers"] = models.Customers;
            options.DrainFor = TimeSpan.FromSeconds(1.5);
        });
        using var waiting = await server.ConnectAsync();
        await waiting.SendAsync($"POST {Score} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {Rows.Length}\r\n\r\n{Rows[..50]}");
        await Task.Delay(50);
        var stopped = server.App.StopAsync();
        HttpResponseMessage ready;
        for (var tries = 0; (ready = await server.Client.GetAsync("/v2/health/ready")).IsSuccessStatusCode && tries < 100; tries++)
            await Task.Delay(5);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.False((await ready.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("live").GetBoolean());
        // Balancers see it; until then they send more, which is answered.
        await server.Ask(Score, Rows);
        Assert.False(stopped.IsCompleted);
        await Task.Delay(1600);
        Assert.False(stopped.IsCompleted);
        await waiting.SendAsync(Rows[50..]);
        Assert.StartsWith("HTTP/1.1 200", await waiting.ToEndAsync());
        await stopped;
        await Assert.ThrowsAsync<HttpRequestException>(() => server.Client.GetAsync("/v2/health/live"));
    }

    [Fact]
    public async Task An_applications_own_health_checks_know_whether_models_are_ready()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddIsthmus(options => options.Models["customers"] = models.Customers);
        builder.Services.AddHealthChecks().AddIsthmus(tags: ["ready"]);
        await using var app = builder.Build();
        app.MapIsthmus("/ml");
        var health = app.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync()).Status);
        await app.StartAsync();
        var report = await health.CheckHealthAsync(check => check.Tags.Contains("ready"));
        Assert.Equal(HealthStatus.Healthy, report.Entries["isthmus"].Status);
        await app.StopAsync();
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync()).Status);
    }

    private static float[] Bits(string file)
    {
        using var model = TrainedModel.Load(file);
        return [.. model.Score(JsonDocument.Parse(Rows).RootElement).Select(row => row.Bits)];
    }
}
