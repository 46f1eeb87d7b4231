using System.Text.Json;

namespace Isthmus.Server.Tests;

/// <summary>Topics of a model, and of the texts of a body.</summary>
public sealed class TopicEndpointTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    [Fact]
    public async Task Texts_show_topics_whose_shares_add_up()
    {
        await using var server = await RunningServer.StartAsync(options =>
        {
            options.Models["texts"] = models.Texts;
            options.Models["points"] = models.Points;
            options.MaxRows = 50;
        });
        var listed = JsonDocument.Parse(await server.Client.GetStringAsync("/models/texts/topics")).RootElement;
        Assert.Equal(2, listed.GetArrayLength());
        var texts = TrainedModels.Subjects(20);
        var plain = await server.Ask("/models/texts/topics", JsonSerializer.Serialize(texts));
        Assert.Equal(1, plain.EnumerateArray().Sum(topic => topic.GetProperty("share").GetDouble()), 5);
        var chosen = await server.Ask(
            "/models/texts/topics",
            JsonSerializer.Serialize(
                new
                {
                    texts,
                    words = 3,
                    documents = 1,
                }
            )
        );
        Assert.All(chosen.EnumerateArray(), topic =>
            Assert.Equal((3, 1), (topic.GetProperty("words").GetArrayLength(), topic.GetProperty("documents").GetArrayLength()))
        );
        var one = await server.Ask("/models/texts/topics", "the goal of the team", "text/plain");
        Assert.Equal(2, one.GetArrayLength());
        foreach (
            var (status, path, body) in ((int, string, string)[])
                [
                    (400, "/models/texts/topics", "[]"),
                    (400, "/models/texts/topics", "[1, 2]"),
                    (400, "/models/texts/topics", """{"words": 3}"""),
                    (400, "/models/texts/topics", """{"texts": ["goal"], "words": "many"}"""),
                    (400, "/models/texts/topics", """["zzz qqq"]"""),
                    (400, "/models/points/topics", """["goal"]"""),
                    (413, "/models/texts/topics", JsonSerializer.Serialize(TrainedModels.Subjects(51))),
                ]
        )
        {
            using var answer = await server.Post(path, body);
            await RunningServer.ErrorOf(answer, status);
        }
    }
}
