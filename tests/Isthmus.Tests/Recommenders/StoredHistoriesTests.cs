using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Recommenders;
using Isthmus.Training;

namespace Isthmus.Tests.Recommenders;

/// <summary>Histories in a file give the weights, figures and recommendations of histories in memory, to the byte, for every preset of recommenders.</summary>
public sealed class StoredHistoriesTests
{
    [Theory]
    [MemberData(nameof(RecommendationTests.Models), MemberType = typeof(RecommendationTests))]
    public void They_give_the_same_bytes(string preset, string settings)
    {
        var options = Tiny.Settings($"{settings.Replace("epochs=60", "epochs=2")}{(preset == "ease" ? "" : " batch-size=16")}");
        Assert.Equal(Results(preset, options, stored: false), Results(preset, options, stored: true));
    }

    private static string[] Results(string preset, Dictionary<string, string> settings, bool stored)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.csv");
        File.WriteAllText(path, Histories.TwoTastesCsv());
        var reading = new DataOptions
        {
            Interactions = new()
            {
                User = "user",
                Item = "item",
                Rating = "rating",
                MinRating = 2,
                MinPerItem = 3,
            },
            Stream = stored,
        };
        var all = InteractionReader.Read(path, reading);
        Assert.Equal(stored, all.IsInFile);
        var data = all.Schema.Kind.Split(all, reading);
        Assert.Equal(stored, data.Test.IsInFile);
        using var model = TrainingRun.Train(preset, data, new() { Settings = settings, Threads = 1 }).Model;
        var evaluation = Evaluator.Evaluate(model, data.Test, data.Train, new(), cancellationToken: TestContext.Current.CancellationToken);
        var recommended = Recommendation.ForAll(model, data.Test, 3, cancellationToken: TestContext.Current.CancellationToken);
        return
        [
            Convert.ToHexString(model.WeightBytes()),
            .. evaluation.Figures.Select(figure => $"{figure}"),
            .. evaluation.Rankings.SelectMany(ranking => ranking.Figures).Select(figure => $"{figure}"),
            .. recommended.SelectMany(part => part.SelectMany(column => Enumerable.Range(0, column.Count).Select(row => column.Words(row)))),
        ];
    }
}
