using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Evaluation;
using Isthmus.Reporting.Pages;
using Isthmus.Training;

namespace Isthmus.Tests.Reporting.Pages;

public class ReportContentTests
{
    [Theory]
    [InlineData("vae")]
    [InlineData("ae")]
    [InlineData("sparse")]
    [InlineData("denoising")]
    [InlineData("vae rgb")]
    [InlineData("denoising rgb")]
    public void Every_picture_has_the_size_of_the_data(string what)
    {
        var content = ReportRuns.Of(what);
        byte[][] pictures =
        [
            .. content.Reconstructions.SelectMany(picture => new[] { picture.Original, picture.Reconstruction }),
            .. content.Samples,
            .. content.Traversals.SelectMany(row => row.Pictures.Append(row.Change)),
            .. content.Denoised.SelectMany(picture => new[] { picture.Clean!, picture.Noisy, picture.Restored }),
        ];
        Assert.NotEmpty(pictures);
        Assert.All(pictures, picture => Assert.Equal(content.Image!.Dimension, picture.Length));
    }

    [Fact]
    public void Originals_are_the_test_pictures_on_8_bits()
    {
        var content = ReportRuns.Of("vae");
        var test = DataSource.Load("shapes", new() { Size = new(8, 8), Limit = 60 }).Test;
        var schema = (ImageSchema)test.Schema;
        var pixels = new byte[10 * schema.Dimension];
        test.CopyPixels([.. Enumerable.Range(0, 10)], pixels);
        Assert.Equal(pixels.Select(pixel => (byte)(pixel * 255 / (schema.Levels - 1))), content.Reconstructions.SelectMany(picture => picture.Original));
    }

    [Fact]
    public void Only_a_variational_model_is_sampled()
    {
        Assert.Equal(40, ReportRuns.Of("vae").Samples.Count);
        Assert.All(["ae", "sparse", "denoising"], preset => Assert.Empty(ReportRuns.Of(preset).Samples));
    }

    [Fact]
    public void Sparse_units_run_up_from_off() => Assert.All(ReportRuns.Of("sparse").Traversals, row => Assert.True(row.Values[0] == 0 && row.Values[^1] > 0));

    [Fact]
    public void A_code_of_two_numbers_is_its_own_map_and_longer_ones_show_their_principal_plane()
    {
        // Two of three principal components hold at least two thirds of the variance. Records with one label have one map.
        Assert.InRange(Assert.Single(ReportRuns.Of("vae rgb").Maps).VarianceShown, 0.66, 1);
        var two = Assert.Single(ReportRuns.Of("ae rgb two").Maps);
        Assert.Equal(("unit 0", "unit 1", 1.0), (two.Horizontal, two.Vertical, two.VarianceShown));
        var one = Assert.Single(ReportRuns.Of("ae rgb one").Maps);
        Assert.Equal(("unit 0", "record", 1.0), (one.Horizontal, one.Vertical, one.VarianceShown));
    }

    [Fact]
    public void Columns_come_back_in_their_own_unit()
    {
        var content = ReportRuns.Of("ae table");
        Assert.Equal(["a", ReportRuns.HostileColumn, "c", "d"], content.Columns.Select(column => column.Name));
        Assert.All(content.Columns[3].Examples, pair => Assert.InRange(pair.Value, 1000, 1002));
        Assert.All(content.Columns, column => Assert.True(column.ShareExplained < 1 && column.RootMeanSquaredError > 0));
    }

    [Fact]
    public void The_same_seed_gives_the_same_report_and_another_seed_other_samples()
    {
        var data = DataSource.Load("shapes", new() { Size = new(8, 8), Limit = 40 });
        var run = TrainingRun.Train(
            "vae",
            data,
            new()
            {
                Settings = new Dictionary<string, string>
                {
                    ["epochs"] = "1",
                    ["hidden"] = "8",
                    ["latent"] = "2",
                    ["batch-size"] = "20",
                },
            }
        );
        var evaluation = Evaluator.Evaluate(
            run.Model,
            data.Test,
            null,
            new() { ImportanceSamples = 2 },
            cancellationToken: TestContext.Current.CancellationToken
        );
        var reports = new[] { 1, 1, 2 }.Select(seed => ReportContent.Collect("run", run, data, evaluation, seed)).ToArray();
        Assert.Equal(ReportPage.Render(reports[0]), ReportPage.Render(reports[1]));
        Assert.NotEqual(reports[0].Samples, reports[2].Samples);
    }

    [Fact]
    public void Noise_is_seen_and_the_command_says_only_what_differs_from_the_preset()
    {
        var content = ReportRuns.Of("denoising");
        Assert.All(content.Denoised, picture => Assert.NotEqual(picture.Clean, picture.Noisy));
        Assert.Equal(
            "isthmus train shapes --model denoising --set batch-size=20 --set epochs=3 --set hidden=16 --latent 3",
            content.Command[..content.Command.IndexOf(" --seed", StringComparison.Ordinal)]
        );
    }

    [Fact]
    public void The_command_quotes_a_path_that_a_shell_would_take_apart() =>
        Assert.StartsWith("isthmus train 'folder/<b>table</b>.csv' --model ae --set ", ReportRuns.Of("ae table").Command);
}
