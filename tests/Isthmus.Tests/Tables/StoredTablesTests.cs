using System.Globalization;
using System.Text.Json;
using CsCheck;
using Isthmus.Cli.Output;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;
using Isthmus.Data.Tables;
using Isthmus.Evaluation;
using Isthmus.Training;

namespace Isthmus.Tests.Tables;

/// <summary>Rows of a table that lie in a file give what rows in memory give, to the byte; columns are fitted part by part.</summary>
public sealed class StoredTablesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("table-ae", false)]
    [InlineData("table-vae", false)]
    [InlineData("table-vae", true)]
    public void They_give_the_same_bytes(string preset, bool byBlocks)
    {
        var path = Table(1200);
        Assert.Equal(Results(path, preset, byBlocks, stored: false), Results(path, preset, byBlocks, stored: true));
    }

    private static string[] Results(string path, string preset, bool byBlocks, bool stored)
    {
        var data = DataSource.Load(
            path,
            new()
            {
                Table = new(),
                Stream = stored,
                ByBlocks = byBlocks,
            }
        );
        Assert.Equal(stored, data.Train.IsInFile);
        Assert.Equal(byBlocks, data.Train.Blocks is not null);
        using var model = TrainingRun.Train(preset, data, new() { Settings = Tiny.Settings("latent=3 hidden=8 epochs=2 batch-size=64"), Threads = 1 }).Model;
        var evaluation = Evaluator.Evaluate(model, data.Test, data.Train, new(), cancellationToken: TestContext.Current.CancellationToken);
        return
        [
            Convert.ToHexString(model.WeightBytes()),
            JsonSerializer.Serialize(((TableSchema)data.Train.Schema).Fields),
            string.Join(' ', model.Reference!.Train),
            .. evaluation.Figures.Select(figure => $"{figure}"),
            .. Told(data.Train),
            .. Told(data.Test),
        ];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_model_reads_its_own_parts_labels_and_identifiers_again(bool stored)
    {
        var path = Table(900);
        var options = new DataOptions
        {
            Table = new(),
            Stream = stored,
            ByBlocks = true,
            Label = "kind",
        };
        var first = DataSource.Load(path, options);
        var again = DataSource.Load(path, options with { Table = null, Expected = first.Train.Schema, Stream = !stored });
        // Notes on columns that are left out are of the choice of columns.
        Assert.Equal(Told(first.Test)[..2], Told(again.Test)[..2]);
        Assert.Equal(["id"], again.Test.Identifiers.Select(column => column.Name));
        Assert.Equal(again.Test.Count, again.Test.Identifiers[0].Count);
        Assert.All(Enumerable.Range(0, again.Test.Count), row => Assert.Equal($"c{again.Test.PlaceOf(row) + 1}", again.Test.Identifiers[0].Text(row)));
    }

    [Fact]
    public void A_split_of_a_split_is_of_its_rows()
    {
        var train = DataSource.Load(Table(900), new() { Table = new(), ByBlocks = true }).Train;
        var places = Enumerable.Range(0, train.Count).Select(train.PlaceOf).ToHashSet();
        var parts = train.Split(seed: 3);
        Assert.Equal(train.Count, parts.Train.Count + parts.Validation.Count + parts.Test.Count);
        Assert.All(Enumerable.Range(0, parts.Test.Count), row => Assert.Contains(parts.Test.PlaceOf(row), places));
    }

    [Fact]
    public void A_label_that_is_missing_is_named_by_its_row()
    {
        var path = _folder.File("l.csv");
        File.WriteAllLines(path, ["a,kind", .. Enumerable.Range(0, 5000).Select(row => $"{row % 7},{(row == 4321 ? "" : "x")}")]);
        foreach (var stored in new[] { true, false })
            Assert.Contains(
                "l.csv: row 4322 has no label in column 'kind'; fill it or remove the row",
                Assert
                    .Throws<InvalidInputException>(() =>
                        DataSource.Load(
                            path,
                            new()
                            {
                                Table = new(),
                                Label = "kind",
                                Stream = stored,
                            }
                        )
                    )
                    .OnCommandLine()
            );
    }

    /// <summary>Rows out of the order of time, more than are read at once; windows that overlap, and share their rows.</summary>
    [Fact]
    public void A_series_gives_the_same_bytes()
    {
        var path = _folder.File("s.csv");
        int[] times = [.. Enumerable.Range(0, 5000)];
        new Random(1).Shuffle(times);
        File.WriteAllLines(path, ["t,x,y", .. times.Select(time => FormattableString.Invariant($"{time},{Math.Sin(time / 9.0):F4},{time % 7}"))]);
        string[] Results(bool stored)
        {
            var data = DataSource.Load(
                path,
                new()
                {
                    Table = new()
                    {
                        Time = "t",
                        Window = 6,
                        Stride = 2,
                    },
                    Stream = stored,
                }
            );
            Assert.Equal(stored, data.Train.IsInFile);
            Assert.Equal((4000 - 6) / 2 + 1, data.Train.Count);
            using var model = TrainingRun
                .Train("table-vae", data, new() { Settings = Tiny.Settings("latent=3 hidden=8 epochs=1 batch-size=256"), Threads = 1 })
                .Model;
            return [Convert.ToHexString(model.WeightBytes()), .. Told(data.Train), .. Told(data.Test), string.Join(' ', model.Reference!.HeldOut)];
        }
        Assert.Equal(Results(stored: false), Results(stored: true));
    }

    [Fact]
    public void Texts_that_are_missing_stay_missing_in_a_file()
    {
        string?[] texts = ["a", null, "", "ü 𝕏", null];
        foreach (
            var place in new StoragePlace[]
            {
                new(true),
                new(false),
                new((bool?)null) { Available = 8 * 40 },
            }
        )
        {
            var writer = new StoredCells.Writer("test", place);
            foreach (var text in texts)
                writer.Add(text);
            Assert.Equal(texts, writer.Finish());
        }
    }

    /// <summary>Values up to a limit are all held; beyond it evenly spaced ones, with the number, the least and the greatest of all.</summary>
    [Fact]
    public void Evenly_spaced_values_are_held_beyond_the_limit() =>
        Gen.Select(Gen.Int[1, 600], Gen.Int[2, 64], Gen.Int[1, 90])
            .Sample(
                (count, most, part) =>
                {
                    var column = new ColumnBuffer("c", ColumnKind.Numeric);
                    var fit = new ColumnFit(column, most);
                    var all = Enumerable.Range(0, count).Select(row => row == count / 2 ? -7.25 : row * 1.0).ToArray();
                    foreach (var some in all.Chunk(part))
                    {
                        column.Clear();
                        foreach (var number in some)
                            column.Add(number);
                        fit.Add([.. Enumerable.Range(0, some.Length)]);
                    }
                    var fitted = (FittedNumbers)fit.Fit()!;
                    Assert.Equal((count, all.Min(), all.Max()), (fitted.Observed, fitted.Minimum, fitted.Maximum));
                    // The grid has the least value on it, whether that is held or not.
                    Assert.Equal(0, (all.Max() - all.Min()) % fitted.Step, 9);
                    if (count <= most)
                    {
                        var whole = new ColumnBuffer("c", ColumnKind.Numeric);
                        foreach (var number in all)
                            whole.Add(number);
                        Assert.Equal(TableSchema.Fit([whole], [.. Enumerable.Range(0, count)], []).Fields[0], fitted);
                    }
                },
                iter: 200
            );

    [Fact]
    public void Columns_of_many_rows_are_fitted_on_a_part_with_the_shape_of_the_whole()
    {
        const int Rows = 40_000,
            Most = 4096;
        var (random, column) = (new Random(1), new ColumnBuffer("c", ColumnKind.Numeric));
        for (var row = 0; row < Rows; row++)
            column.Add(random.NextDouble() < 0.3 ? random.NextDouble() : 8 + 4 * random.NextDouble());
        int[] every = [.. Enumerable.Range(0, Rows)];
        var (some, all) = (new ColumnFit(column, Most), new ColumnFit(column, int.MaxValue));
        some.Add(every);
        all.Add(every);
        var (part, whole) = ((FittedNumbers)some.Fit()!, (FittedNumbers)all.Fit()!);
        // Of n = 2,500 held values the mean has an error of scale / 50, of which five are allowed; the deviation a smaller one.
        Assert.Equal(whole.Center, part.Center, whole.Scale / 10);
        Assert.Equal(whole.Scale, part.Scale, whole.Scale / 10);
        Assert.Equal(whole.Modes.Count, part.Modes.Count);
        Assert.Equal(whole.HasHeavyTails, part.HasHeavyTails);
    }

    /// <summary>A column of each kind, with missing values, spelt in more ways than one, and rows with no value.</summary>
    private string Table(int rows)
    {
        var (path, random) = (_folder.File("t.csv"), new Random(7));
        string Cell(double missing, Func<string> value) => random.NextDouble() < missing ? "" : value();
        File.WriteAllLines(
            path,
            [
                "id,age,amount,member,kind,day,town",
                .. Enumerable
                    .Range(1, rows)
                    .Select(row =>
                        string.Join(
                            ',',
                            $"c{row}",
                            Cell(0.1, () => random.Next(18, 90).ToString(CultureInfo.InvariantCulture)),
                            (row * 0.25).ToString(CultureInfo.InvariantCulture),
                            Cell(0.1, () => random.Next(2) == 0 ? "yes" : "no"),
                            "abc"[random.Next(3)],
                            Cell(0.2, () => $"2024-0{random.Next(1, 9)}-1{random.Next(9)}"),
                            Cell(0.1, () => $"town {(int)(40 * random.NextDouble() * random.NextDouble())}")
                        )
                    ),
            ]
        );
        return path;
    }

    private static string[] Told(Dataset data)
    {
        var values = new float[data.Count * data.Schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], values);
        return
        [
            string.Join(' ', values),
            .. data.Labels.Select(label => $"{label.Name}: {string.Join(' ', label.Values.Select(value => label.Classes[value]))}"),
            .. data.Notes.Select(note => note.OnCommandLine()),
        ];
    }
}
