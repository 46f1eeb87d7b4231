using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Tests.Verbs;
using Isthmus.Training;

namespace Isthmus.Tests.Training;

/// <summary>Training that starts from a model: its weights, more data of its schema, and what these have besides.</summary>
public sealed class WarmStartTests(WarmStartTests.Trained trained) : IClassFixture<WarmStartTests.Trained>
{
    // Steps of size 0, whose weights are not averaged: what comes out is what training started from.
    private const string Still = "epochs=1 learning-rate=0 average=0";

    private static readonly string[] Cities = ["Rome", "Oslo", "Bern"];

    private readonly Terminal _terminal = trained.Terminal;

    [Theory]
    [InlineData("vae", "hidden=12 latent=3")]
    [InlineData("vae", "hidden=12 latent=3 norm=batch batch-size=64")]
    [InlineData("vamp-vae", "hidden=12 latent=3 pseudo-inputs=5")]
    [InlineData("factor-vae", "hidden=12 latent=3 adversary-hidden=4")]
    [InlineData("sparse", "hidden=12 latent=16 k=4")]
    public void Training_starts_from_the_model(string preset, string settings)
    {
        using var origin = Run(preset, Tiny.Shapes(160), $"{settings} epochs=2");
        var before = origin.WeightBytes();
        using var next = Run(preset, Tiny.Shapes(240), preset == "factor-vae" ? $"{Still} adversary-learning-rate=0" : Still, origin);
        // Parameters stay, while means of batches and counts of dead units follow the records.
        foreach (var ((name, known), (_, trained)) in origin.Network.named_parameters().Zip(next.Network.named_parameters()))
            Assert.True(known.equal(trained).all().item<bool>(), name);
        Assert.Equal(before, origin.WeightBytes());
        Assert.Equal(origin.Specification.Settings.Values["latent"], next.Specification.Settings.Values["latent"]);
        Assert.Equal(2, next.Provenance.Origin!.Epochs);
        using var third = Run(preset, Tiny.Shapes(160), Still, next);
        Assert.Equal((3, 2), (third.Provenance.Origin!.Epochs, third.Provenance.Origin.Starts));
    }

    [Fact]
    public void A_model_that_is_trained_on_begins_where_it_was()
    {
        const string Settings = "hidden=24 latent=4 learning-rate-warm-up=1 batch-size=16";
        var data = Tiny.Shapes(320);
        using var origin = Run("vae", data, $"{Settings} epochs=12");
        var afresh = TrainingRun.Train("vae", data, Options($"{Settings} epochs=1"));
        var on = TrainingRun.Train("vae", data, Options("epochs=1") with { From = origin });
        using (afresh.Model)
        using (on.Model)
            Assert.True(on.Epochs[0].TrainLossNats < 0.8 * afresh.Epochs[0].TrainLossNats);
    }

    [Fact]
    public void Interrupted_training_from_a_model_goes_on_to_the_same_weights()
    {
        using var temporary = new TemporaryFolder();
        var data = Tiny.Shapes(160);
        using var origin = Run("vae", data, "hidden=12 latent=3 epochs=2");
        using var whole = Run("vae", data, "epochs=3 batch-size=32", origin);
        var options = Options("epochs=3 batch-size=32") with { From = origin, Folder = new(temporary.File("run")) };
        using var stop = new CancellationTokenSource();
        var steps = 0;
        Assert.Throws<OperationCanceledException>(() =>
            TrainingRun.Train(
                "vae",
                data,
                options,
                new ImmediateProgress<TrainingProgress>(progress =>
                {
                    if (progress.Epoch > 0 && ++steps == 6)
                        stop.Cancel();
                }),
                stop.Token
            )
        );
        // A run that started elsewhere is another run.
        var refused = Assert.Throws<InvalidInputException>(() =>
            TrainingRun.Train("vae", data, Options("epochs=3 batch-size=32 hidden=12 latent=3") with { Folder = options.Folder, Resume = true })
        );
        Assert.Contains("started from the model with weights", refused.Message);
        var resumed = TrainingRun.Train("vae", data, options with { Resume = true });
        using (resumed.Model)
            Assert.Equal(whole.WeightBytes(), resumed.Model.WeightBytes());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void New_categories_begin_as_rare_ones_and_ranges_widen(bool inMemory)
    {
        using var temporary = new TemporaryFolder();
        File.WriteAllText(temporary.File("a.csv"), Table(240, Cities, 0));
        File.WriteAllText(temporary.File("b.csv"), Table(240, [.. Cities, "Lima", "Nice"], 7.5));
        using var origin = Run("table-vae", DataSource.Load(temporary.File("a.csv"), new() { Table = new() }), "hidden=16 latent=3 epochs=3");
        var reading = new DataOptions { Expected = origin.Specification.Schema, Grow = true };
        var data = inMemory ? Rows.Load(temporary.File("b.csv")).Split() : DataSource.Load(temporary.File("b.csv"), reading);
        using var next = Run("table-vae", data, Still, origin);

        var (before, after) = ((TableSchema)origin.Specification.Schema, (TableSchema)next.Specification.Schema);
        Assert.Equal(Categories(before).Levels, Categories(after).Levels.Take(3));
        Assert.Equal(["Lima", "Nice"], Categories(after).Levels.Skip(3).Order());
        Assert.Equal(384, Categories(after).Observed);
        Assert.Equal(1, Categories(after).Shares.Sum(), 1e-12);
        var (narrow, wide) = ((FittedNumbers)before.Fields[0], (FittedNumbers)after.Fields[0]);
        Assert.Equal((narrow.Center, narrow.Scale), (wide.Center, wide.Scale));
        Assert.Equal((0, 9, 1), (narrow.Minimum, narrow.Maximum, narrow.Step));
        Assert.Equal((0, 15.5, 0.5), (wide.Minimum, wide.Maximum, wide.Step));
        // Known and new categories have the codes that the model gave them: the new ones those of a rare one.
        var rows = temporary.File("rows.csv");
        File.WriteAllText(rows, "x,city\n1,Oslo\n3,Lima\n8.5,Nice\n2,Bern\n,Rome\n");
        var known = origin.Encode(DataSource.LoadAll(rows, new() { Expected = before })).SelectMany(code => code).ToArray();
        var grown = next.Encode(DataSource.LoadAll(rows, new() { Expected = after })).SelectMany(code => code).ToArray();
        Assert.Equal(known.Length, grown.Length);
        for (var i = 0; i < known.Length; i++)
            // Sums of a few tens of float32 products, in another order.
            Assert.Equal(known[i], grown[i], 1e-5f);
    }

    [Fact]
    public void A_grid_holds_old_and_new_values()
    {
        static FittedNumbers Grown(double[] known, params double[] more) => (FittedNumbers)Collected(more).Grown(Fitted(known));
        static FittedNumbers Fitted(double[] values) => (FittedNumbers)Collected(values).Fit()!;
        static ColumnFit Collected(double[] values)
        {
            var fit = new ColumnFit(Column(values), int.MaxValue);
            fit.Add([.. Enumerable.Range(0, values.Length)]);
            return fit;
        }
        static ColumnBuffer Column(double[] values)
        {
            var column = new ColumnBuffer("x", ColumnKind.Numeric);
            foreach (var value in values)
                column.Add(value);
            return column;
        }
        double[] fives = [0, 5, 10, 20, 15];
        foreach (
            var more in (double[][])
                [
                    [5],
                    [25, double.NaN, -10],
                    [3],
                    [2.5],
                    [0.125, 40],
                    [1e9],
                ]
        )
        {
            var (grown, anew) = (Grown(fives, more), Fitted([.. fives, .. more.Where(double.IsFinite)]));
            Assert.Equal((anew.Minimum, anew.Maximum, anew.Step, anew.Observed), (grown.Minimum, grown.Maximum, grown.Step, grown.Observed));
        }
        // Of a model without a grid there is none.
        Assert.Equal(0, Grown([Math.PI, Math.E, Math.Sqrt(2)], 3).Step);
        // A constant has no neighbour.
        Assert.Equal((1, 4, 3), (Grown([4, 4], 1) is var two ? (two.Minimum, two.Maximum, two.Step) : default));
    }

    [Fact]
    public void New_items_begin_as_the_average_of_all()
    {
        using var origin = Run("mult-vae", Histories.TwoTastes(), "hidden=12 latent=3 epochs=3 batch-size=16");
        int[][] histories = [.. Enumerable.Range(0, 40).Select(user => (int[])[.. Enumerable.Range(user % 2 * 10, 8), 20 + user % 3])];
        using var next = Run("mult-vae", DataSplits.ByUser(Histories.Of(23, histories), seed: 1), Still, origin);
        Assert.Equal(23, next.Specification.Schema.Dimension);
        Assert.Equal(["20", "21", "22"], ((InteractionSchema)next.Specification.Schema).Items.Skip(20).Order());
        var shown = Histories.Of(20, [0, 1, 2], [12, 15]);
        var (known, grown) = (origin.Encode(shown).SelectMany(code => code).ToArray(), next.Encode(shown).SelectMany(code => code).ToArray());
        for (var i = 0; i < known.Length; i++)
            Assert.Equal(known[i], grown[i], 1e-5f);
    }

    [Theory]
    [InlineData("train {b.csv} --from {none}", "none does not exist")]
    [InlineData("train {renamed.csv} --from {t}", "has no column 'x', which the model was trained on")]
    [InlineData("train {b.csv} --from {t} --model vae", "--model vae is another model than the table-vae that training is to start from")]
    [InlineData("train {b.csv} --from {t} --latent 7", "latent=7 contradicts the model that training is to start from, which has latent=3")]
    [InlineData("train {b.csv} --from {t} --set beta=7", "beta=7 contradicts the model")]
    [InlineData("train {b.csv} --from {t} --set epoch=7", "has no setting 'epoch'; did you mean 'epochs'?")]
    [InlineData("train {b.csv} --from {t} --columns x", "--columns x contradicts the model that training is to start from, which keeps its own columns")]
    [InlineData("train {b.csv} --from {t} --time x", "--time x contradicts the model that training is to start from, which takes rows of 2 columns")]
    [InlineData("train {u.csv} --from {ease}", "--model ease is solved in closed form from the data alone")]
    [InlineData("train {u.csv} --from {t}", "has no column 'x'")]
    [InlineData("train {t/model.isthmus} --from {ease}", "")]
    [InlineData("train {b.csv} --from {t} --name t --resume", "is finished and started from random weights, and this run is to start from a model")]
    public void What_does_not_fit_the_model_is_said_in_one_line(string line, string complaint) =>
        Assert.Contains(complaint, _terminal.Refused($"{line} -o {Folder}"));

    [Fact]
    public void The_command_says_what_is_new_and_the_file_what_it_started_from()
    {
        var outcome = _terminal.Done($"train {{b.csv}} --from {{t}} --epochs 1 --importance-samples 0 --threads 1 --name on -o {Folder}");
        Assert.Contains("training starts from table-vae of ", outcome.Error);
        Assert.Contains("city: new to the model are ", outcome.Error);
        var info = _terminal.Done("info {on}").Output;
        Assert.Contains($"started from {_terminal.File("t")}, a model of {_terminal.File("a.csv")} (192 records, 1 epoch in 1 training), weights ", info);
        Assert.Contains("0 to 15.5 by 0.5", info);
        Assert.Contains($"--from {_terminal.File("t")}", File.ReadAllText(_terminal.File("on/report.html")));
        // A scheduler may start it again.
        Assert.Contains("is finished", _terminal.Done($"train {{b.csv}} --from {{t}} --epochs 1 --name on -o {Folder} --resume").Output);
    }

    private string Folder => Path.GetDirectoryName(_terminal.File("a.csv"))!;

    private static FittedCategories Categories(TableSchema table) => (FittedCategories)table.Fields[1];

    private static string Table(int rows, string[] cities, double more) =>
        "x,city\n"
        + string.Concat(
            Enumerable.Range(0, rows).Select(row => FormattableString.Invariant($"{row % 10 + (row % 4 == 0 ? more : 0)},{cities[row / 2 % cities.Length]}\n"))
        );

    private static TrainingOptions Options(string settings) =>
        new()
        {
            Settings = Tiny.Settings(settings),
            Threads = 1,
            Clock = new TickingClock(),
        };

    private static TrainedModel Run(string preset, DataSplits data, string settings, TrainedModel? from = null) =>
        TrainingRun.Train(preset, data, Options(settings) with { From = from }).Model;

    public sealed class Trained : IDisposable
    {
        public Trained()
        {
            File.WriteAllText(Terminal.File("a.csv"), Table(240, Cities, 0));
            File.WriteAllText(Terminal.File("b.csv"), Table(240, [.. Cities, "Lima", "Nice"], 7.5));
            File.WriteAllText(Terminal.File("renamed.csv"), Table(240, Cities, 0).Replace("x,", "y,"));
            File.WriteAllText(Terminal.File("u.csv"), Histories.TwoTastesCsv());
            var folder = Path.GetDirectoryName(Terminal.File("a.csv"));
            Terminal.Done($"train {{a.csv}} --set hidden=12 --latent 3 --epochs 1 --importance-samples 0 --threads 1 --name t -o {folder}");
            Terminal.Done($"train {{u.csv}} --model ease --user user --item item --name ease -o {folder}");
        }

        internal Terminal Terminal { get; } = new();

        public void Dispose() => Terminal.Dispose();
    }
}
