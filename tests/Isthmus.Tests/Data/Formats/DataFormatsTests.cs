using System.Globalization;
using System.Text.Json;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Reporting.Experiments;
using Isthmus.Training;

namespace Isthmus.Tests.Data.Formats;

/// <summary>Formats and kinds of records that another assembly brings.</summary>
public sealed class DataFormatsTests : IDisposable
{
    private readonly Scratch _scratch = new();

    static DataFormatsTests()
    {
        RecordKinds.Register(ChannelKind.Instance);
        foreach (IDataFormat format in (IDataFormat[])[new NumbersFormat(), new OddTableFormat(), new ChannelFormat()])
            DataFormats.Register(format);
    }

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_registered_format_is_read_through_the_front_door()
    {
        var path = _scratch.Write("a.numbers", string.Concat(Enumerable.Range(0, 20).Select(i => $"{i} {-i}\n")));
        var all = DataSource.LoadAll(path, new() { Limit = 2 });
        Assert.Equal(new VectorSchema(["a", "b"]), all.Schema);
        Assert.Equal([0, 0, 1, -1], Scratch.Values(all));
        var splits = DataSource.Load(path, new());
        Assert.Equal((16, 2, 2), (splits.Train.Count, splits.Validation.Count, splits.Test.Count));
        Assert.False(DataSource.HasParts(path, new()));
    }

    [Fact]
    public void What_a_model_takes_is_asked_of_a_registered_format_as_of_any()
    {
        var path = _scratch.Write("b.numbers", "1 2\n3 4\n5 6\n");
        Assert.Equal(
            $"{path} holds vectors of 2 columns, but the model takes vectors of 1 columns; give the data that the model was trained for.",
            Assert.Throws<InvalidInputException>(() => DataSource.Load(path, new() { Expected = new VectorSchema(["a"]) })).Message
        );
        Assert.Equal(
            $"{path}: DataOptions.Stream is for pictures, vectors, rows of tables, interactions and documents in files of one's own; leave it out.",
            Assert.Throws<InvalidInputException>(() => DataSource.Load(path, new() { Stream = true })).Message
        );
    }

    [Fact]
    public void A_registered_format_goes_before_the_built_in_ones()
    {
        Assert.Equal(["odd"], ((VectorSchema)DataSource.LoadAll(_scratch.Write("a.odd.csv", "x,y\n1,2\n"), new()).Schema).Columns);
        Assert.Equal(["x", "y"], ((VectorSchema)DataSource.LoadAll(_scratch.Write("a.csv", "x,y\n1,2\n"), new()).Schema).Columns);
    }

    [Fact]
    public void A_name_is_that_of_one_format_or_kind()
    {
        Assert.Throws<ArgumentException>(() => DataFormats.Register(new NumbersFormat()));
        Assert.Throws<ArgumentException>(() => RecordKinds.Register(new ChannelKind()));
        Assert.Distinct(DataFormats.All.Select(format => format.Name));
        Assert.Equal(["image", "vector", "interactions", "table", "documents"], RecordKinds.All.Take(5).Select(kind => kind.Name));
    }

    [Fact]
    public void What_can_be_read_names_the_registered_formats_too() =>
        Assert.Matches(
            "a folder of images, .*numbers a line, .*IDX, .amat, .npy, .npz, .csv, .tsv, .parquet, .txt or .feat can be read",
            Scratch.Refusal(_scratch.Write("a.bin", "what is this?"))
        );

    [Fact]
    public void A_kind_of_another_assembly_is_read_split_and_kept_in_files()
    {
        var path = Channels();
        var splits = DataSource.Load(path, new() { Others = [new ChannelOptions(Steps: 3)] });
        Assert.Equal(new ChannelSchema(2, 3), splits.Train.Schema);
        Assert.Equal("series", splits.Train.Schema.Kind.Noun(splits.Train.Schema));
        // In the order of time, as its kind has it.
        Assert.Equal(Enumerable.Range(0, 6).Select(i => (float)i), Scratch.Values(splits.Train)[..6]);
        var text = JsonSerializer.Serialize(splits.Train.Schema, JsonFormat.Compact);
        Assert.Equal("""{"kind":"channels","channels":2,"steps":3,"dimension":6}""", text);
        Assert.Equal(splits.Train.Schema, JsonSerializer.Deserialize<DataSchema>(text, JsonFormat.Compact));
    }

    [Fact]
    public void A_kind_of_another_assembly_is_trained_saved_loaded_and_evaluated()
    {
        var splits = DataSource.Load(Channels(), new() { Others = [new ChannelOptions(Steps: 3)] });
        using var model = TrainingRun.Train("vae", splits, new() { Settings = Tiny.Settings("hidden=4 latent=2 epochs=1 batch-size=4"), Threads = 1 }).Model;
        var file = Path.Combine(_scratch.Folder, "channels.isthmus");
        model.Save(file);
        using var loaded = TrainedModel.Load(file);
        Assert.Equal(new ChannelSchema(2, 3), loaded.Specification.Schema);
        Assert.NotNull(loaded.Standardisation);
        // Nothing is registered for it but the kind itself: it has the figures of any record.
        Assert.True(
            double.IsFinite(
                Evaluator.Evaluate(loaded, splits.Test, null, new() { ImportanceSamples = 0 }, cancellationToken: TestContext.Current.CancellationToken)[
                    "reconstruction_mse"
                ]!.Value
            )
        );
    }

    [Fact]
    public void A_format_that_knows_its_kind_has_the_kinds_own_model() =>
        Assert.Equal(("ae", "records of kind 'channels'"), ModelChoice.For(Channels(), new(), new()) is var choice ? (choice.Preset, choice.Why) : default);

    [Theory]
    [InlineData("""{"kind":"image","height":2,"width":3,"channels":1,"levels":2,"dimension":6}""")]
    [InlineData("""{"kind":"vector","columns":["a","b"],"dimension":2}""")]
    public void Files_name_kinds_as_they_always_did(string text)
    {
        var schema = JsonSerializer.Deserialize<DataSchema>(text, JsonFormat.Compact)!;
        Assert.Equal(text, JsonSerializer.Serialize(schema, JsonFormat.Compact));
        Assert.IsType(schema.Kind.SchemaType, schema);
    }

    [Fact]
    public void A_kind_that_nobody_knows_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<DataSchema>("""{"kind":"smells","columns":["a"]}""", JsonFormat.Compact));

    private string Channels() => _scratch.Write("a.channels", string.Join('\n', Enumerable.Range(0, 60 * 6)));

    private sealed class NumbersFormat : IDataFormat
    {
        public string Name => "numbers a line";

        public bool Recognises(DataLocation data) => data.IsFile && data.PlainPath.EndsWith(".numbers", StringComparison.Ordinal);

        public Dataset Read(DataLocation data) => Dataset.Vectors(data.Path, new(["a", "b"]), Numbers(data.Path));
    }

    private sealed class OddTableFormat : IDataFormat
    {
        public string Name => ".odd.csv";

        public bool Recognises(DataLocation data) => data.Path.EndsWith(".odd.csv", StringComparison.Ordinal);

        public Dataset Read(DataLocation data) => Dataset.Vectors(data.Path, new(["odd"]), [1]);
    }

    private static float[] Numbers(string path) =>
        [
            .. File.ReadAllText(path)
                .Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
                .Select(number => float.Parse(number, CultureInfo.InvariantCulture)),
        ];

    private sealed record ChannelOptions(int Steps);

    private sealed record ChannelSchema(int Channels, int Steps) : DataSchema
    {
        public override RecordKind Kind => ChannelKind.Instance;

        public override int Dimension => Channels * Steps;
    }

    private sealed class ChannelKind : RecordKind
    {
        public static ChannelKind Instance { get; } = new();

        public override string Name => "channels";

        public override Type SchemaType => typeof(ChannelSchema);

        public override string Noun(DataSchema schema) => "series";

        public override string Unit => "number";

        public override string Phrase(DataSchema schema) => "series of channels";

        public override string Model => "ae";

        public override string Likelihood(DataSchema schema) => "gaussian";

        public override bool AllowsHalfPrecision => false;

        public override bool IsStandardised => true;

        public override RecordForm Form => RecordForm.Columns;

        public override IReadOnlyList<Column> Columns(DataSchema schema, float[] values) =>
            VectorKind.Instance.Columns(new VectorSchema([.. Enumerable.Range(0, schema.Dimension).Select(schema.NameOf)]), values);

        public override DataSplits Split(Dataset all, DataOptions options)
        {
            Dataset Part(int first, int last) => all.Select([.. Enumerable.Range(first, last - first)]);
            return new(Part(0, all.Count * 8 / 10), Part(all.Count * 8 / 10, all.Count * 9 / 10), Part(all.Count * 9 / 10, all.Count));
        }
    }

    private sealed class ChannelFormat : IDataFormat
    {
        public string Name => ".channels";

        public RecordKind Kind => ChannelKind.Instance;

        public bool Recognises(DataLocation data) => data.IsFile && data.Path.EndsWith(".channels", StringComparison.Ordinal);

        public Dataset Read(DataLocation data) =>
            Dataset.OfNumbers(data.Path, new ChannelSchema(2, data.Options.Others.OfType<ChannelOptions>().Single().Steps), Numbers(data.Path));
    }
}
