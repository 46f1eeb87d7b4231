using Isthmus.Models;

namespace Isthmus.Server.Tests;

public sealed class TableEndpointTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    private const string Two = """[{"age": 31, "plan": "basic", "spent": 950}, {"age": 31, "plan": "basic", "spent": 40}]""";

    [Fact]
    public async Task Rows_get_the_scores_that_the_library_gives()
    {
        await using var server = await RunningServer.StartAsync(options => options.Models["customers"] = models.Customers);
        var answer = await server.Ask("/models/customers/score", Two);
        using var model = TrainedModel.Load(models.Customers);
        var expected = model.Score(System.Text.Json.JsonDocument.Parse(Two).RootElement);
        for (var row = 0; row < 2; row++)
            Assert.Equal(expected[row].Bits, answer[row].GetProperty("bits").GetSingle());
    }
}
