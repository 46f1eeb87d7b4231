using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Server.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Isthmus.Server.Tests;

/// <summary>The OpenAPI document and its page: made of the models' columns, without rows of theirs and without anything from elsewhere.</summary>
public sealed partial class DescriptionTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    private const string Document = "/openapi/isthmus.json";

    private Task<RunningServer> Start(Action<Settings.ServerOptions>? more = null) =>
        RunningServer.StartAsync(options =>
        {
            options.Models["customers"] = models.Customers;
            options.Models["points"] = models.Points;
            more?.Invoke(options);
        });

    [Fact]
    public async Task Every_model_has_its_own_addresses_and_columns_and_the_examples_are_answered()
    {
        await using var server = await Start();
        var document = JsonDocument.Parse(await server.Client.GetStringAsync(Document)).RootElement;
        Assert.StartsWith("3.", document.GetProperty("openapi").GetString());
        var paths = document.GetProperty("paths").EnumerateObject().ToDictionary(path => path.Name, path => path.Value);
        // What a model cannot do is not offered.
        Assert.Contains("/models/customers/score", paths.Keys);
        Assert.Contains("/models/points/sample", paths.Keys);
        Assert.DoesNotContain("/models/points/score", paths.Keys);
        Assert.DoesNotContain("/models/customers/recommend", paths.Keys);
        Assert.DoesNotContain(paths.Keys, path => path.Contains('{') || path.Contains("docs"));
        var row = Body(paths["/models/customers/score"]).GetProperty("schema").GetProperty("items").GetProperty("properties");
        Assert.Equal(["age", "plan", "spent"], row.EnumerateObject().Select(column => column.Name));
        Assert.Contains("in training 18 to 69", row.GetProperty("age").GetProperty("description").GetString());
        Assert.Equal("Category, in training basic, premium.", row.GetProperty("plan").GetProperty("description").GetString());
        // Every example is a request that is answered, and every GET too.
        var tried = 0;
        foreach (var (path, item) in paths)
            foreach (var method in item.EnumerateObject())
            {
                if (method.Name == "get")
                    Assert.True((await server.Client.GetAsync(path)).IsSuccessStatusCode, path);
                else if (method.Value.GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out var body))
                    await server.Ask(path, body.GetProperty("example").GetRawText());
                tried++;
            }
        Assert.InRange(tried, 15, 100);
    }

    [Fact]
    public async Task An_example_is_within_the_training_ranges_and_no_row_that_the_model_keeps()
    {
        await using var server = await Start();
        using var model = TrainedModel.Load(models.Customers);
        var example = Body(
                JsonDocument.Parse(await server.Client.GetStringAsync(Document)).RootElement.GetProperty("paths").GetProperty("/models/customers/score")
            )
            .GetProperty("example");
        Assert.InRange(example[0].GetProperty("age").GetDouble(), 18, 70);
        Assert.InRange(example[0].GetProperty("spent").GetDouble(), 10, 1000);
        Assert.Matches("^(basic|premium)$", example[0].GetProperty("plan").GetString());
        var data = Rows.From(example).BroughtTo(model.Specification.Schema);
        var values = new float[data.Schema.Dimension];
        data.CopyValues([0], values);
        Assert.DoesNotContain(model.Reference!.Train.Chunk(values.Length).Concat(model.Reference.HeldOut.Chunk(values.Length)), kept =>
            kept.SequenceEqual(values)
        );
    }

    [Fact]
    public void A_row_of_all_middles_that_is_kept_is_left_and_where_all_rows_are_kept_there_is_no_example()
    {
        var schema = (TableSchema)
            Rows.From(
                ["a", "b"],
                [
                    ["x", "u"],
                    ["x", "u"],
                    ["y", "u"],
                    ["y", "v"],
                    ["x", "v"],
                ]
            ).Schema;
        var first = RowDescription.Example(schema, null)!;
        var second = RowDescription.Example(schema, new(first, []))!;
        Assert.NotEqual(first, second);
        float[] all = [0, 0, 0, 1, 1, 0, 1, 1];
        Assert.Null(RowDescription.Example(schema, new(all, all)));
        // Numbers move on their grid instead.
        var numbers = (TableSchema)
            Rows.From(
                ["n"],
                [
                    [1],
                    [2],
                    [3],
                ]
            ).Schema;
        var middle = RowDescription.Example(numbers, null)!;
        Assert.Equal("""{"n":2}""", RowDescription.Json(numbers, middle).ToJsonString());
        Assert.Equal("""{"n":3}""", RowDescription.Json(numbers, RowDescription.Example(numbers, new(middle, middle))!).ToJsonString());
        Assert.Null(RowDescription.Example(numbers, new([.. new[] { 1.0, 2, 3 }.Select(((FittedNumbers)numbers.Fields[0]).Scaled)], middle)));
    }

    [Fact]
    public async Task The_page_fetches_nothing_from_elsewhere()
    {
        await using var server = await Start();
        using var answer = await server.Client.GetAsync("/docs/");
        var page = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("http", page);
        var scripts = Script().Matches(page).Select(match => match.Groups[1].Value).ToArray();
        Assert.Contains("scalar.js", scripts);
        foreach (var script in scripts.Append("key.js"))
        {
            using var asset = await server.Client.GetAsync($"/docs/{script}");
            Assert.Equal("text/javascript", asset.Content.Headers.ContentType?.MediaType);
            Assert.Equal("nosniff", asset.Headers.GetValues("X-Content-Type-Options").Single());
        }
        // Were a script to try, the browser would refuse.
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.DoesNotContain("http", policy);
        Assert.Contains("default-src 'self'", policy);
        Assert.Contains("connect-src 'self'", policy);
    }

    [Fact]
    public async Task The_document_needs_a_key_where_there_are_keys_and_says_so()
    {
        const string Key = "a-key-of-many-letters";
        await using var server = await Start(options => options.ApiKeys.Add(Key));
        using var without = await server.Client.GetAsync(Document);
        await RunningServer.ErrorOf(without, 401);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/docs/")).StatusCode);
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        var document = await server.Client.GetStringAsync(Document);
        Assert.DoesNotContain(Key, document);
        Assert.Equal(
            "bearer",
            JsonDocument
                .Parse(document)
                .RootElement.GetProperty("components")
                .GetProperty("securitySchemes")
                .GetProperty("key")
                .GetProperty("scheme")
                .GetString()
        );
        using var other = await server.Client.GetAsync("/openapi/other.json");
        Assert.Contains("isthmus.json", await RunningServer.ErrorOf(other, 404));
    }

    [Fact]
    public async Task Conventions_of_an_application_hold_for_every_endpoint_under_its_prefix()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddIsthmus(options => options.Models["points"] = models.Points);
        await using var app = builder.Build();
        app.MapGet("/own", () => "own");
        app.MapIsthmus("/ml").WithMetadata(new Mark());
        var endpoints = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToArray();
        var without = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<Mark>() is null).Select(endpoint => endpoint.RoutePattern.RawText);
        Assert.Equal(["/own"], without);
        var paths = endpoints.Select(endpoint => endpoint.RoutePattern.RawText!).ToArray();
        Assert.Contains("/ml/openapi/{documentName}.json", paths);
        Assert.Contains(paths, path => path.StartsWith("/ml/docs"));
        // Clients of gRPC know no prefix.
        Assert.Contains(paths, path => path.StartsWith("/inference."));
    }

    private sealed class Mark;

    private static JsonElement Body(JsonElement path) =>
        path.GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json");

    [GeneratedRegex("<script[^>]*src=\"([^\"]+)\"")]
    private static partial Regex Script();
}
