using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Reporting.Pages;
using Isthmus.Training;

namespace Isthmus.Tests.Reporting.Pages;

public class TraversedUnitsTests
{
    private static readonly DataSplits Data = DataSource.Load("shapes", new() { Size = new(8, 8), Limit = 60 });

    private static readonly Lazy<(TrainingRun Run, EvaluationReport Evaluation)> Trained = new(() =>
    {
        var run = TrainingRun.Train(
            "vae",
            Data,
            new()
            {
                Settings = new Dictionary<string, string>
                {
                    ["epochs"] = "2",
                    ["hidden"] = "16",
                    ["latent"] = "14",
                    ["batch-size"] = "20",
                },
            }
        );
        return (run, Evaluator.Evaluate(run.Model, Data.Test, null, new() { ImportanceSamples = 0 }));
    });

    /// <summary>The report of a model whose units have these rates, in bits; active are those of the second list.</summary>
    private static ReportContent Report(IReadOnlyList<double> bits, IReadOnlyList<bool>? active = null, DataSplits? data = null)
    {
        var (run, evaluation) = Trained.Value;
        return ReportContent.Collect(
            "run",
            run,
            data ?? Data,
            evaluation with
            {
                UnitRatesNats = [.. bits.Select(rate => rate * Math.Log(2))],
                Activity = evaluation.Activity with { Active = active ?? [.. bits.Select(rate => rate > 0.01)] },
            },
            1
        );
    }

    private static double[] Rates(params double[] first) => [.. first, .. new double[14 - first.Length]];

    private static string Section(ReportContent content)
    {
        var page = ReportPage.Render(content);
        var begin = page.IndexOf("<section id=\"traversals\">", StringComparison.Ordinal);
        return page[begin..page.IndexOf("</section>", begin, StringComparison.Ordinal)];
    }

    [Fact]
    public void A_collapsed_model_has_no_traversal_and_its_page_says_why()
    {
        var content = Report(Rates(0.02, 0.09));
        Assert.Empty(content.Traversals);
        Assert.Contains("none of the 14 units carries anything, so none is drawn", Section(content));
        Assert.DoesNotContain("<img", Section(content));
        // Its maps are drawn all the same: they show that nothing is there.
        Assert.Equal(5, content.Maps.Count);
    }

    [Fact]
    public void Units_at_the_prior_are_counted_and_not_drawn()
    {
        var content = Report(Rates(0.05, 2.5, 0.09));
        Assert.Equal([1], content.Traversals.Select(row => row.Unit));
        Assert.Contains(
            "Not drawn: of 14 units, 13 carry nothing (a unit counts with variance of the posterior mean over records above 0.01, and a KL divergence from the "
                + "prior of at least 0.1 bits).",
            Section(content)
        );
    }

    [Fact]
    public void A_unit_that_pays_bits_and_is_the_same_for_all_records_is_not_drawn()
    {
        var content = Report(Rates(2.5, 3), [false, true, .. new bool[12]]);
        Assert.Equal([1], content.Traversals.Select(row => row.Unit));
    }

    [Fact]
    public void Ten_units_run_over_the_quantiles_of_the_prior_the_highest_rate_first_and_the_rest_are_counted()
    {
        var content = Report([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0.2, 0, 0.3]);
        Assert.Equal([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], content.Traversals.Select(row => row.Unit));
        // The 5 % quantile of N(0, 1) is -1.6449 (tables).
        Assert.All(content.Traversals, row =>
            Assert.Equal((-1.6449, 0, 1.6449), (Math.Round(row.Values[0], 4), Math.Round(row.Values[4], 4), Math.Round(row.Values[^1], 4)))
        );
        Assert.Contains("Not drawn: of 14 units, 3 carry less than these, and 1 carries nothing", Section(content));
    }

    [Fact]
    public void Maps_are_on_units_that_carry_something_while_there_are_two()
    {
        Assert.All(Report(Rates(0, 0, 0, 3, 0, 2)).Maps, map =>
            Assert.Equal("unit 3 unit 5", string.Join(' ', new[] { map.Horizontal[..6], map.Vertical[..6] }.Order()))
        );
        Assert.All(Report(Rates(0, 0, 0, 3)).Maps, map => Assert.Equal(("unit 3", "record"), (map.Horizontal[..6], map.Vertical)));
    }

    [Fact]
    public void Records_with_many_labels_and_with_none_have_their_maps()
    {
        LabelColumn[] many =
        [
            .. Enumerable
                .Range(0, 12)
                .Select(i => new LabelColumn($"label {i}", [.. Enumerable.Range(0, 60).Select(record => record / (i + 1) % 3)], ["a", "b", "c"])),
        ];
        var labelled = Report(Rates(3, 2), data: Pictures(many));
        Assert.Equal((9, 3), (labelled.Maps.Count, labelled.LabelsWithoutMap));
        var bare = Report(Rates(3, 2), data: Pictures([]));
        Assert.Null(Assert.Single(bare.Maps).Label);
        Assert.Equal(0, bare.LabelsWithoutMap);
    }

    private static DataSplits Pictures(IReadOnlyList<LabelColumn> labels)
    {
        var pixels = new byte[60 * 64];
        new Random(1).NextBytes(pixels);
        return DataSplits.Random(Dataset.Images("noise", new(8, 8, 1, 256), pixels, labels), 1);
    }
}
