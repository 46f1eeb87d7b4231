using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Reporting.Pages;
using Isthmus.Training;

namespace Isthmus.Tests.Reporting.Pages;

public class TopicMapTests
{
    [Fact]
    public void The_report_of_a_topic_model_draws_every_topic_and_lists_its_words()
    {
        var all = SmallDocuments.TwoSubjectsSplit();
        var data = all with
        {
            Test = Dataset.Counts(
                "two",
                (CountSchema)all.Test.Schema,
                SparseCounts.Of([([0, 1], [1f, 2f]), ([], []), ([3], [1f])]),
                ["<b>first</b>", "<b>second</b>", "<b>third</b>"]
            ),
        };
        var run = TrainingRun.Train("etm", data, new() { Settings = Tiny.Settings("latent=5 hidden=8 embedding=8 epochs=2 batch-size=16"), Threads = 1 });
        using var model = run.Model;
        var content = ReportContent.Collect(
            "run",
            run,
            data,
            Evaluator.Evaluate(model, data.Test, data.Train, new() { ImportanceSamples = 0 }, cancellationToken: TestContext.Current.CancellationToken),
            seed: 1
        );
        Assert.Equal(5, content.Topics!.Topics.Count);
        Assert.InRange(content.Topics.VarianceShown, 0, 1);
        Assert.All(content.Topics.Topics, topic => Assert.True(double.IsFinite(topic.X) && double.IsFinite(topic.Y)));
        var page = ReportPage.Render(content);
        Assert.Equal(5, page.Split("<circle class=\"bubble\"").Length - 1);
        Assert.Contains(string.Join(" ", content.Topics.Topics[0].Topic.Words.Select(word => word.Word)), page);
        Assert.Contains("documents over 16 words", page);
        Assert.Contains("&lt;b&gt;", page);
        Assert.DoesNotContain("<b>second", page);
        Assert.DoesNotContain("not known", page);
    }

    [Fact]
    public void Two_topics_lie_on_a_line()
    {
        var data = SmallDocuments.TwoSubjectsSplit();
        var run = TrainingRun.Train("etm", data, new() { Settings = Tiny.Settings("latent=2 hidden=8 embedding=8 epochs=2 batch-size=16"), Threads = 1 });
        using var model = run.Model;
        var content = ReportContent.Collect(
            "run",
            run,
            data,
            Evaluator.Evaluate(model, data.Test, data.Train, new() { ImportanceSamples = 0 }, cancellationToken: TestContext.Current.CancellationToken),
            seed: 1
        );
        Assert.All(content.Topics!.Topics, topic => Assert.Equal(0, topic.Y));
    }

    [Fact]
    public void Models_without_topics_draw_no_map_of_them()
    {
        Assert.Null(ReportRuns.Of("vae").Topics);
        Assert.DoesNotContain("map of topics", ReportPage.Render(ReportRuns.Of("vae")));
    }
}
