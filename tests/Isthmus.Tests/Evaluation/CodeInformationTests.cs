using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Tests.Evaluation;

/// <summary>What the code knows of a label is at most what it knows of the record, as Y - X - Z is a Markov chain: the figures may not say otherwise.</summary>
public sealed class CodeInformationTests
{
    public static TheoryData<string> OfPictures => [.. Preset.All.Where(preset => preset.Kind is null).Select(preset => preset.Name)];

    [Theory]
    [MemberData(nameof(OfPictures))]
    public void A_code_of_pictures_knows_no_more_of_a_label_than_of_the_picture(string preset) =>
        Holds(
            preset,
            Pictures,
            preset switch
            {
                "sparse" => "hidden=16 latent=8 k=2",
                "ladder-vae" => "hidden=16 latent=6",
                "vq-vae" => "hidden=16 latent=8 codebook=8",
                _ => "hidden=16 latent=4",
            }
        );

    [Theory]
    [InlineData("nvdm")]
    [InlineData("prod-lda")]
    [InlineData("etm")]
    public void A_code_of_documents_knows_no_more_of_a_label_than_of_the_document(string preset) =>
        Holds(preset, SmallDocuments.TwoSubjectsSplit(), "hidden=16 latent=3 epochs=10");

    [Theory]
    [InlineData("table-vae")]
    [InlineData("table-ae")]
    public void A_code_of_rows_knows_no_more_of_a_label_than_of_the_row(string preset)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(7);
        File.WriteAllText(
            folder.File("t.csv"),
            "a,b,c,kind\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 600)
                        .Select(row =>
                            FormattableString.Invariant(
                                $"{row % 2 + 0.3 * random.NextDouble()},{random.NextDouble()},{"xyz"[row % 3]},{(row % 2 == 0 ? "odd" : "even")}\n"
                            )
                        )
                )
        );
        var data = DataSource.Load(folder.File("t.csv"), new() { Label = "kind", Table = new() });
        Holds(preset, data, "hidden=16 latent=3 epochs=4");
    }

    [Theory]
    [InlineData("vae")]
    [InlineData("ae")]
    [InlineData("top-k-sae")]
    [InlineData("gated-sae")]
    public void A_code_of_columns_knows_no_more_of_a_label_than_of_the_record(string preset)
    {
        var random = new Random(8);
        int[] kinds = [.. Enumerable.Range(0, 600).Select(_ => random.Next(3))];
        var records = Dataset.Vectors(
            "three",
            new(["a", "b", "c", "d", "e"]),
            [.. kinds.SelectMany(kind => Enumerable.Range(0, 5).Select(column => (float)((column == kind ? 2 : 0) + random.NextDouble())))],
            [new LabelColumn("kind", kinds, ["a", "b", "c"])]
        );
        Holds(preset, DataSplits.Random(records, seed: 1), preset.EndsWith("sae") ? $"latent=12{(preset == "top-k-sae" ? " k=3" : "")}" : "hidden=16 latent=3");
    }

    [Theory]
    [InlineData("bottleneck=bernoulli")]
    [InlineData("bottleneck=categorical latent=10")]
    [InlineData("posterior=full-covariance")]
    [InlineData("corruption=masking")]
    public void Other_codes_keep_to_it_as_well(string part) => Holds("vae", Pictures, $"hidden=16 latent=4 {part}");

    [Fact]
    public void A_code_at_the_prior_tells_no_label_however_well_its_mean_does()
    {
        var evaluation = Evaluate("vae", Pictures, "hidden=16 latent=4 beta=30 warm-up=0");
        Assert.Equal(Pictures.Test.Labels.Count, evaluation.Probes.Count);
        foreach (var probe in evaluation.Probes.Values)
            Assert.InRange(probe.Information.Nats.Value, 0, evaluation.Information.UpperBound!.Nats.Value + 0.05);
    }

    private static DataSplits Pictures => DataSource.Load("shapes", new() { Size = new(8, 8), Limit = 900 });

    private static void Holds(string preset, DataSplits data, string settings)
    {
        var evaluation = Evaluate(preset, data, settings);
        var labels = evaluation.Figures.Where(figure => figure.Key.StartsWith("label_information", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(labels);
        Assert.All(evaluation.Figures.Where(figure => figure.Key.Contains("information", StringComparison.Ordinal)), figure =>
            Assert.True(figure.Value >= 0, figure.Key)
        );
        // Without noise a code may carry all of the record, and no bound but H(X) is known.
        if (evaluation.Rate is null)
            Assert.Null(evaluation.Information.UpperBound);
        else if (evaluation.Information.UpperBound is { } record)
            Assert.All(labels, label =>
            {
                var known = label.Key.StartsWith("label_information_bits", StringComparison.Ordinal) ? record.Bits : record.Nats;
                // Both are means over the same records: four of their errors, and what rounding leaves where there is none.
                Assert.True(
                    label.Value <= known.Value + 4 * Math.Sqrt(Math.Pow(label.StandardError ?? 0, 2) + Math.Pow(known.StandardError ?? 0, 2)) + 1e-6,
                    $"{label.Key} {label.Value} above {known.Key} {known.Value}"
                );
            });
    }

    private static EvaluationReport Evaluate(string preset, DataSplits data, string settings)
    {
        using var model = TrainingRun.Train(preset, data, new() { Settings = Tiny.Settings($"epochs=2 batch-size=64 {settings}"), Threads = 1 }).Model;
        return Evaluator.Evaluate(model, data.Test, data.Train, new() { ImportanceSamples = 0 }, cancellationToken: TestContext.Current.CancellationToken);
    }
}
