using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Isthmus.Models;

namespace Isthmus.Server.Tests;

/// <summary>Plain endpoints beside scores, each checked against the library, and what is refused.</summary>
public sealed class PlainEndpointTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    private const string Two = """[{"age": 31, "plan": "basic", "spent": 950}, {"age": 31, "plan": "basic", "spent": 40}]""";

    private Task<RunningServer> Start(Action<Settings.ServerOptions>? more = null) =>
        RunningServer.StartAsync(options =>
        {
            options.Models["customers"] = models.Customers;
            more?.Invoke(options);
        });

    [Fact]
    public async Task Codes_missing_values_samples_files_and_streams_are_the_librarys()
    {
        await using var server = await Start();
        using var model = TrainedModel.Load(models.Customers);
        var rows = JsonDocument.Parse(Two).RootElement;

        var codes = await server.Ask("/models/customers/encode", Two);
        var expected = model.Encode(rows);
        for (var i = 0; i < expected.Length; i++)
            for (var j = 0; j < expected[i].Length; j++)
                Assert.Equal(expected[i][j], codes[i][j].GetSingle(), 1e-4f);

        var filled = await server.Ask("/models/customers/impute", """[{"age": 31, "plan": "premium", "spent": null}]""");
        var value = model.Impute(JsonDocument.Parse("""[{"age": 31, "plan": "premium", "spent": null}]""").RootElement).Values[0];
        Assert.Equal(Convert.ToDouble(value.Value), filled.GetProperty("filled")[0].GetProperty("value").GetDouble());

        var sampled = await server.Ask("/models/customers/sample", """{"count": 3, "seed": 7}""");
        Assert.Equal(JsonSerializer.Serialize(model.SampleRows<JsonElement>(3, 7)), JsonSerializer.Serialize(sampled));

        var scored = model.Score(rows);
        var csv = await server.Ask("/models/customers/score", "age,plan,spent\n31,basic,950\n31,basic,40\n", "text/csv");
        Assert.Equal(scored.Select(row => row.Bits), csv.EnumerateArray().Select(row => row.GetProperty("bits").GetSingle()));
        using var stream = await server.Post(
            "/models/customers/score",
            "{\"age\": 31, \"plan\": \"basic\", \"spent\": 950}\n\n{\"age\": 31, \"plan\": \"basic\", \"spent\": 40}",
            "application/x-ndjson"
        );
        var lines = (await stream.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(scored.Select(row => row.Bits), lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("bits").GetSingle()));
    }

    [Fact]
    public async Task What_cannot_be_answered_is_refused_in_one_line_that_names_no_path()
    {
        await using var server = await Start(options =>
        {
            options.MaxBodyBytes = 1000;
            options.MaxRows = 2;
        });
        async Task<string> Refused(int status, string path, string body, string type = "application/json")
        {
            using var answer = await server.Post(path, body, type);
            var error = await RunningServer.ErrorOf(answer, status);
            Assert.DoesNotContain(Path.GetTempPath(), error);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            return error;
        }
        Assert.Contains("no JSON", await Refused(400, "/models/customers/score", "["));
        Assert.Contains("no column", await Refused(400, "/models/customers/score", """[{"age": 3}]"""));
        Assert.Contains("customers", await Refused(404, "/models/nobody/score", Two));
        Assert.Contains("1,000 bytes", await Refused(413, "/models/customers/score", new string(' ', 1001)));
        Assert.Contains("more than 2 records", await Refused(413, "/models/customers/score", """[{},{},{}]"""));
        Assert.Contains("media type", await Refused(415, "/models/customers/score", Two, "application/zip"));
        Assert.Contains("The body", await Refused(400, "/models/customers/score", "nonsense", "text/csv"));
        await Refused(404, "/nothing", "");
        using var picture = new ByteArrayContent(Encoding.ASCII.GetBytes("no picture"));
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var answer = await server.Client.PostAsync("/models/customers/encode", picture);
        Assert.Contains("no picture", await RunningServer.ErrorOf(answer, 400));
    }

    [Fact]
    public async Task A_request_needs_a_key_where_there_are_keys()
    {
        const string Key = "a-key-of-many-letters";
        await using var server = await Start(options => options.ApiKeys.Add(Key));
        using var without = await server.Post("/models/customers/score", Two);
        await RunningServer.ErrorOf(without, 401);
        Assert.True((await server.Client.GetAsync("/v2/health/ready")).IsSuccessStatusCode);
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", Key);
        await server.Ask("/models/customers/score", Two);
    }

    [Fact]
    public async Task A_client_that_asks_too_often_is_told_so()
    {
        await using var server = await Start(options => options.RequestsPerSecond = 1);
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
            statuses.Add((int)(await server.Client.GetAsync("/models")).StatusCode);
        Assert.Equal(200, statuses[0]);
        Assert.Contains(429, statuses);
    }
}
