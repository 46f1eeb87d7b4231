using Isthmus.Cli.Output;
using Isthmus.Compression.Integer;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Quantisation;
using Isthmus.Tests.Data;
using Isthmus.Training;

namespace Isthmus.Tests.Quantisation;

/// <summary>What a model file keeps, so that its integer form can be made where the training data are not.</summary>
public class CalibrationTests
{
    private static readonly DataOptions Anyhow = new();

    [Theory]
    [InlineData("vae", 2, "")]
    [InlineData("vae", 256, "norm=batch activation=relu")]
    [InlineData("vae", 256, "likelihood=discretised-logistic-mixture components=2")]
    [InlineData("pixel-vae", 2, "context-hidden=6 features=2 reach=1")]
    [InlineData("pixel-vae", 256, "context-hidden=6 features=2 reach=1 components=2")]
    [InlineData("vq-vae", 256, "latent=8 codebook=6 code-hidden=12")]
    public void The_form_from_the_file_is_the_form_from_the_data(string preset, int levels, string settings)
    {
        using var scratch = new Scratch();
        var (path, file) = (Pictures(scratch, levels), Path.Combine(scratch.Folder, "m.isthmus"));
        var data = DataSource.Load(path, new());
        using var trained = TrainingRun
            .Train(preset, data, new() { Settings = Tiny.Settings($"hidden=16 latent=4 epochs=2 batch-size=16 {settings}"), Threads = 1 })
            .Model;
        var form = IntegerForm.From(trained, IntegerForm.First(data.Train, IntegerForm.CalibrationRecords)).ToBytes();
        trained.Save(file);
        File.Delete(path);
        using var carried = TrainedModel.Load(file);
        Assert.Equal(form, IntegerForm.Of(carried, Anyhow).ToBytes());
        // Two numbers for each input of a layer, and histograms of the codes; of no picture its pixels.
        Assert.InRange(carried.Calibration!.Numbers.Values.Sum(numbers => 4 * numbers.Length), 1000, 20_000);
        // Saved again, it is still there.
        carried.Save(file);
        using var again = TrainedModel.Load(file);
        Assert.Equal(form, IntegerForm.Of(again, Anyhow).ToBytes());
    }

    [Fact]
    public void A_file_without_reads_the_data_again_and_says_so_where_they_are_gone()
    {
        using var scratch = new Scratch();
        var (path, file) = (Pictures(scratch, 256), Path.Combine(scratch.Folder, "m.isthmus"));
        var data = DataSource.Load(path, new());
        using var trained = TrainingRun.Train("vae", data, new() { Settings = Tiny.Settings("hidden=8 latent=2 epochs=1 batch-size=16"), Threads = 1 }).Model;
        using var old = new TrainedModel(trained.Specification, trained.Network, null, trained.Provenance);
        Assert.Null(old.Calibration);
        old.Save(file);
        using var loaded = TrainedModel.Load(file);
        Assert.Equal(IntegerForm.Of(trained, Anyhow).ToBytes(), IntegerForm.Of(loaded, Anyhow).ToBytes());
        File.Delete(path);
        var message = Assert.Throws<InvalidInputException>(() => IntegerForm.Of(loaded, Anyhow)).OnCommandLine();
        Assert.Contains($"the data that it was trained on, {path}", message);
        Assert.Contains("isthmus export --data", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Calibrations_that_do_not_fit_are_one_line()
    {
        var data = Tiny.Shapes(100);
        using var trained = TrainingRun.Train("vae", data, new() { Settings = Tiny.Settings("hidden=8 latent=2 epochs=1 batch-size=16"), Threads = 1 }).Model;
        var numbers = trained.Calibration!.Numbers;
        var whole = IntegerForm.From(trained, trained.Calibration).ToBytes();
        foreach (var (name, value) in numbers)
        {
            foreach (
                float[]? wrong in new[]
                {
                    null,
                    [],
                    value[1..],
                    [.. value, 1f],
                    [.. value.Select(_ => float.NaN)],
                    [.. value.Select(_ => -1f)],
                    [.. value.Select(_ => 0f)],
                    [.. value.Select(_ => 1e30f)],
                }
            )
            {
                var damaged = numbers.Where(pair => pair.Key != name).ToDictionary();
                if (wrong is not null)
                    damaged[name] = wrong;
                try
                {
                    // Means, squares and ranges may be anything: another form, which is one all the same.
                    IntegerModel.FromBytes(IntegerForm.From(trained, new Calibration(damaged)).ToBytes());
                }
                catch (InvalidInputException e)
                {
                    Assert.DoesNotContain('\n', e.Message);
                }
            }
            Assert.Throws<InvalidInputException>(() => IntegerForm.From(trained, new Calibration(numbers.Where(pair => pair.Key != name).ToDictionary())));
        }
        Assert.Equal(whole, IntegerForm.From(trained, trained.Calibration).ToBytes());
    }

    [Theory]
    [InlineData("ae", "")]
    [InlineData("vae", "norm=layer")]
    public void A_model_without_an_integer_form_keeps_none(string preset, string settings)
    {
        using var trained = TrainingRun
            .Train(
                preset,
                Tiny.Shapes(100),
                new()
                {
                    Settings = Tiny.Settings($"hidden=8 latent=2 epochs=1 batch-size=16 {settings}"),
                    Threads = 1,
                }
            )
            .Model;
        Assert.Null(trained.Calibration);
    }

    /// <summary>120 pictures of 8 x 8, a square each, with noise where there is more than black and white.</summary>
    private static string Pictures(Scratch scratch, int levels)
    {
        var random = new Random(1);
        var pixels = new byte[120 * 64];
        for (var i = 0; i < 120; i++)
        {
            var (row, column) = (random.Next(5), random.Next(5));
            for (var pixel = 0; pixel < 64; pixel++)
            {
                var isInside = pixel / 8 >= row && pixel / 8 < row + 4 && pixel % 8 >= column && pixel % 8 < column + 4;
                pixels[(i * 64) + pixel] = levels == 2 ? (byte)(isInside ? 255 : 0) : (byte)((isInside ? 150 : 10) + random.Next(20));
            }
        }
        return scratch.Write("squares.npy", Scratch.Npy("|u1", fortran: false, "(120, 8, 8)", pixels));
    }
}
