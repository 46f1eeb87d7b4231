using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Onnx;
using Isthmus.Onnx.Graphs;
using Isthmus.Onnx.Tables;
using Isthmus.Onnx.Wire;
using Isthmus.Tables;
using Isthmus.Tests.Tables;
using Isthmus.Training;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TorchSharp;

namespace Isthmus.Tests.Onnx;

/// <summary>
/// Models of a table of every kind of column as ONNX files: rows enter column by column, or as one row on the model's scale, and what comes out is what the
/// model gives.
/// </summary>
public sealed class TableOnnxTests(TableOnnxTests.Machines machines) : IClassFixture<TableOnnxTests.Machines>
{
    // Scores reach 60 bits, 32-bit floats have seven digits, and the default score rounds to them twice.
    private const double Tolerance = 1e-4;

    public static TheoryData<string, bool, int> Files =>
        [("table-vae", false, 512), ("table-vae", false, 7), ("table-vae", true, 512), ("table-ae", false, 1), ("table-ae", true, 7)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Scores_are_those_of_the_scorer(string preset, bool scaled, int batch)
    {
        var model = machines.Model(preset);
        var (part, schema) = (machines.New, machines.Schema(preset));
        using var session = Session(model, OnnxPart.Score, scaled);
        var scorer = new RowScorer([model]);
        var expected = scorer.Score(part.Rows, TestContext.Current.CancellationToken);
        var found = Run(session, part, schema, scaled, batch, "bits", "p_value", "column_bits", "other_bits");
        Close(expected.Bits, found[0]);
        Close(expected.ColumnBits, found[2]);
        Close(expected.OtherBits, found[3]);
        // One usual row more or less that scores as high, where two scores differ in the last digit.
        var one = scorer.Usual.SmallestPValue + 1e-6;
        Assert.All(expected.Bits.Zip(found[1]), row =>
            Assert.True(float.IsNaN(row.First) ? float.IsNaN(row.Second) : Math.Abs(scorer.Usual.PValue(row.First) - row.Second) <= one)
        );
        Assert.Contains(expected.Bits, float.IsNaN);
        Assert.Contains(expected.Bits, bits => bits > scorer.Usual.Threshold(0.01) + 5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Kept_rows_are_compared_with_the_others(bool scaled)
    {
        var model = machines.Model("table-vae");
        using var session = Session(model, OnnxPart.Score, scaled);
        var kept = machines.Kept;
        var expected = new RowScorer([model]).Score(kept.Rows, TestContext.Current.CancellationToken);
        var found = Run(session, kept, machines.Schema("table-vae"), scaled, 100, "bits", "column_bits");
        Close(expected.Bits, found[0]);
        Close(expected.ColumnBits, found[1]);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Codes_are_those_of_the_model(string preset, bool scaled, int batch)
    {
        var (model, rows) = (machines.Model(preset), machines.New.Rows);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var x = torch.tensor(rows).view(-1, machines.Schema(preset).Dimension);
        using var session = Session(model, OnnxPart.Encoder, scaled);
        Close(
            [.. model.Network.Encode(x, sample: false).Z.contiguous().data<float>()],
            Run(session, machines.New, machines.Schema(preset), scaled, batch, "code")[0]
        );
    }

    [Theory]
    [InlineData("table-vae")]
    [InlineData("table-ae")]
    public void Rows_come_back_in_the_columns_units(string preset)
    {
        var (model, schema, rows) = (machines.Model(preset), machines.Schema(preset), machines.New.Rows);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        float[] means = [.. model.Network.Reconstruct(torch.tensor(rows).view(-1, schema.Dimension)).contiguous().data<float>()];
        using (var whole = Session(model, OnnxPart.Reconstruct, scaled: true))
            Close(means, Run(whole, machines.New, schema, true, 512, "reconstruction")[0]);
        using var session = Session(model, OnnxPart.Reconstruct, scaled: false);
        using var made = session.Run([
            .. schema.Fields.Select((column, place) => Column(column, place, machines.New, [.. Enumerable.Range(0, rows.Length / schema.Dimension)])),
        ]);
        Assert.Equal(schema.Fields.Select(column => $"{column.Name}_reconstructed"), made.Select(value => value.Name));
        foreach (var (place, column) in schema.Fields.Index())
        {
            var own = Enumerable.Range(0, rows.Length / schema.Dimension).Select(row => means[row * schema.Dimension + place]);
            if (column is FittedCategories levels)
                Assert.Equal(
                    own.Select(index => levels.Levels.Append(levels.Rare.FirstOrDefault(levels.Levels[0])).ElementAt((int)index)),
                    made[place].AsEnumerable<string>()
                );
            else if (column is FittedNumbers numbers)
                // A mean between two steps of the grid may fall to either.
                Assert.All(own.Zip(Numbers(made[place])), cell =>
                    Assert.Equal(numbers.Number(cell.First), cell.Second, 1.01 * numbers.Step + 1e-4 * numbers.Scale)
                );
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Scores_and_their_reasons_are_those_of_the_model(bool scaled)
    {
        var model = machines.Model("table-vae");
        using var onnx = Loaded(model, OnnxPart.Score, scaled);
        var rows = JsonDocument
            .Parse(
                """
                [
                  {"machine":"J1","temperature":61.2,"pressure":1.5,"load":62,"serial":100000017.5,"faults":1,"shifts":2,"installed":"2021-03-04",
                   "seen":"2024-05-06T07:08:09","running":true,"maker":"Acme","site":"north"},
                  {"machine":"J2","temperature":61.23456,"pressure":9.5,"load":62.5,"serial":100000017.5,"faults":900,"shifts":2,"installed":"2031-03-04",
                   "seen":"2024-05-06T07:08:09","running":"TRUE","maker":"Nobody","site":"north"},
                  {"machine":"J3","temperature":null,"pressure":1.5,"load":null,"serial":100000017.5,"faults":1,"shifts":2.0,"installed":"2021-03-04",
                   "seen":"2024-05-06T07:08:09","running":1,"maker":"","site":null}
                ]
                """
            )
            .RootElement;
        var (expected, found) = (model.Score(rows, cancellationToken: TestContext.Current.CancellationToken), onnx.Score(rows));
        Assert.Equal(expected.Threshold, found.Threshold, Tolerance);
        Assert.Equal(expected.Notes.Select(note => note.ToString()), found.Notes.Select(note => note.ToString()));
        foreach (var (one, other) in expected.Zip(found))
        {
            Assert.Equal(one.Bits, other.Bits, Tolerance);
            Assert.Equal((one.PValue, one.IsUnusual), (other.PValue, other.IsUnusual));
            Assert.Equal(one.Identifiers, other.Identifiers);
            Assert.Equal(one.Reasons.Select(reason => reason.ToString()), other.Reasons.Select(reason => reason.ToString()));
            Assert.All(one.ColumnBits, column => Assert.Equal(column.Value, other.ColumnBits[column.Key], Tolerance));
        }
        Assert.True(found[1].IsUnusual);
    }

    [Fact]
    public void Planted_rows_are_flagged_as_by_the_model()
    {
        using var customers = new PlantedRowsTests.Customers();
        string[] lines = [.. PlantedRowsTests.Planted, .. customers.Rows.Skip(PlantedRowsTests.Customers.Trained)];
        customers.Score(lines);
        var names = PlantedRowsTests.Customers.Header.Split(',');
        using var onnx = Loaded(customers.Model, OnnxPart.Score, scaled: false);
        var found = onnx.Score(lines.Select(line => names.Zip(line.Split(',')).ToDictionary(cell => cell.First, cell => (object?)cell.Second)));
        Assert.Equal(customers.Anomalies(), found.Select(row => row.IsUnusual ? "yes" : "no"));
        Assert.InRange(found.Take(PlantedRowsTests.Planted.Length).Count(row => row.IsUnusual), 7, 8);
    }

    [Fact]
    public void Windows_of_a_series_enter_column_by_column()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(
            folder.File("s.csv"),
            Enumerable
                .Range(0, 300)
                .Select(row => FormattableString.Invariant($"2024-01-01T{row / 60:00}:{row % 60:00}:00,{row % 12}.5,{(row % 7 == 0 ? "" : Math.Sin(row))}"))
                .Prepend("time,level,flow")
        );
        var data = DataSource.Load(
            folder.File("s.csv"),
            new()
            {
                Table = new() { Time = "time", Window = 8 },
            }
        );
        using var model = TrainingRun.Train("table-vae", data, new() { Settings = Tiny.Settings("epochs=1 hidden=8 latent=2") }).Model;
        var schema = (TableSchema)model.Specification.Schema;
        var windows = model.Reference!.HeldOut;
        using var session = Session(model, OnnxPart.Score, scaled: false);
        Assert.Equal((int[])[-1, 8], session.InputMetadata["flow"].Dimensions);
        var count = windows.Length / schema.Dimension;
        NamedOnnxValue[] inputs =
        [
            .. new[] { "level", "flow" }.Select(
                (name, place) =>
                {
                    var numbers = (FittedNumbers)schema.Fields[place];
                    var cells = Enumerable.Range(0, count * 8).Select(row => numbers.Unscaled(windows[row * 2 + place])).ToArray();
                    return session.InputMetadata[name].ElementDataType == TensorElementType.Double
                        ? NamedOnnxValue.CreateFromTensor(name, new DenseTensor<double>(cells, [count, 8]))
                        : NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(Array.ConvertAll(cells, cell => (float)cell), [count, 8]));
                }
            ),
        ];
        using var made = session.Run(inputs, ["bits", "column_bits"]);
        var expected = new RowScorer([model]).Score(windows, TestContext.Current.CancellationToken);
        Close(expected.Bits, [.. made[0].AsEnumerable<float>()]);
        Close(expected.ColumnBits, [.. made[1].AsEnumerable<float>()]);
    }

    [Theory]
    [InlineData("x,y", "3,4", 3)]
    [InlineData("x,y", "3,4", 40)]
    [InlineData("only", "B", 30)]
    [InlineData("a b,ünï,quote\"d", "1,z,2.5", 30)]
    [InlineData("record", "7", 30)]
    [InlineData("bits,anomaly,column_bits", "1,no,5", 30)]
    public void Small_and_odd_tables_are_scored(string names, string cells, int count)
    {
        var random = new Random(1);
        string Cell(string cell) =>
            random.NextDouble() < 0.1 ? ""
            : cell.Contains('-') ? $"2024-02-{random.Next(1, 29):00}"
            : char.IsAsciiDigit(cell[0]) ? FormattableString.Invariant($"{double.Parse(cell, CultureInfo.InvariantCulture) + random.Next(5)}")
            : $"{cell}{random.Next(3)}";
        object?[] Row() => [.. cells.Split(',').Select(cell => Cell(cell) is { Length: > 0 } text ? text : null)];
        object?[][] rows = [.. Enumerable.Range(0, count).Select(_ => Row())];
        var columns = names.Split(',');
        var kinds = new RowOptions
        {
            Kinds = columns.Zip(cells.Split(',')).Where(cell => char.IsAsciiLetter(cell.Second[0])).ToDictionary(cell => cell.First, _ => ColumnKind.Category),
        };
        using var model = TrainingRun
            .Train("table-vae", Rows.From(columns, rows, kinds).Split(), new() { Settings = Tiny.Settings("epochs=1 hidden=4 latent=2") })
            .Model;
        foreach (var scaled in new[] { false, true })
        {
            using var onnx = Loaded(model, OnnxPart.Score, scaled);
            var given = rows.Select(row => columns.Zip(row).ToDictionary(cell => cell.First, cell => cell.Second)).ToArray();
            var (expected, found) = (
                model.Score<Dictionary<string, object?>>(given, cancellationToken: TestContext.Current.CancellationToken),
                onnx.Score(given)
            );
            Assert.All(expected.Zip(found), row => Assert.Equal(row.First.Bits, row.Second.Bits, Tolerance));
        }
    }

    [Fact]
    public void A_column_with_the_name_of_an_output_is_named()
    {
        string[] columns = ["code", "x"];
        using var model = TrainingRun
            .Train(
                "table-vae",
                Rows.From(columns, Enumerable.Range(0, 40).Select(row => (object?[])[row % 4, row % 7])).Split(),
                new() { Settings = Tiny.Settings("epochs=1 hidden=4 latent=1") }
            )
            .Model;
        var error = Assert.Throws<InvalidInputException>(() => model.ExportOnnx(new MemoryStream()));
        Assert.StartsWith("The column 'code' has the name of an output of the ONNX file", error.Message);
        model.ExportOnnx(new MemoryStream(), scaledRows: true);
    }

    [Fact]
    public void The_file_says_what_it_holds()
    {
        var model = machines.Model("table-vae");
        using var onnx = Loaded(model, OnnxPart.Score, scaled: false);
        var more = onnx.Metadata.More;
        Assert.Equal("the file holds 576 rows of the training table, which can be read from it", more["privacy"]);
        Assert.Equal(new RowScorer([model]).Usual.Threshold(0.01), float.Parse(more["threshold_bits"], CultureInfo.InvariantCulture));
        var inputs = JsonDocument.Parse(more["inputs"]).RootElement.EnumerateArray().ToDictionary(input => input.GetProperty("name").GetString()!);
        string TypeOf(string column) => inputs[column].GetProperty("type").GetString()!;
        Assert.Equal(("float", "double", "string"), (TypeOf("temperature"), TypeOf("seen"), TypeOf("maker")));
        Assert.StartsWith("seconds since 1970", inputs["seen"].GetProperty("unit").GetString());
    }

    [Fact]
    public void A_file_of_another_part_scores_nothing()
    {
        using var onnx = Loaded(machines.Model("table-ae"), OnnxPart.Encoder, scaled: false);
        var error = Assert.Throws<InvalidInputException>(() => onnx.Score(new[] { new { temperature = 61.2 } }));
        Assert.Contains("'Encoder'", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("kept_rows")]
    [InlineData("usual_bits")]
    public void A_file_whose_rows_were_taken_out_is_refused(string constant)
    {
        using var file = new MemoryStream();
        machines.Model("table-ae").ExportOnnx(file, OnnxPart.Score, scaledRows: true);
        var model = ModelProto.Parser.ParseFrom(file.ToArray());
        foreach (
            var input in model
                .Graph.Node.SelectMany(node => node.Input.Index().Where(input => input.Item == constant).Select(input => (node, input.Index)))
                .ToArray()
        )
            input.node.Input[input.Index] = "other";
        model.Graph.Initializer.Single(tensor => tensor.Name == constant).Name = "other";
        var error = Assert.Throws<InvalidInputException>(() => OnnxModel.Load(new MemoryStream(model.ToByteArray())));
        Assert.StartsWith("stream is no ONNX file that can be read", error.Message);
    }

    private static OnnxModel Loaded(TrainedModel model, OnnxPart part, bool scaled)
    {
        using var file = new MemoryStream();
        model.ExportOnnx(file, part, scaledRows: scaled);
        file.Position = 0;
        return OnnxModel.Load(file);
    }

    private static IEnumerable<double> Numbers(DisposableNamedOnnxValue value) =>
        value.ElementType == TensorElementType.Double ? value.AsEnumerable<double>() : value.AsEnumerable<float>().Select(number => (double)number);

    private static void Close(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        var most = expected.Zip(found).Max(pair => float.IsNaN(pair.First) && float.IsNaN(pair.Second) ? 0 : Math.Abs(pair.First - pair.Second));
        TestContext.Current.SendDiagnosticMessage("largest difference {0}", most);
        Assert.True(most <= Tolerance, $"differs by {most}");
    }

    private static InferenceSession Session(TrainedModel model, OnnxPart part, bool scaled)
    {
        using var file = new MemoryStream();
        model.ExportOnnx(file, part, scaledRows: scaled);
        return new(file.ToArray());
    }

    /// <summary>Runs a file on rows as any program would: a tensor a column.</summary>
    private static float[][] Run(InferenceSession session, TablePart part, TableSchema schema, bool scaled, int batch, params string[] outputs)
    {
        var count = part.Rows.Length / schema.Dimension;
        List<float>[] found = [.. outputs.Select(_ => new List<float>())];
        foreach (var rows in Enumerable.Range(0, count).Chunk(batch))
        {
            NamedOnnxValue[] inputs = scaled
                ?
                [
                    NamedOnnxValue.CreateFromTensor(
                        "record",
                        new DenseTensor<float>(part.Rows[(rows[0] * schema.Dimension)..((rows[^1] + 1) * schema.Dimension)], [rows.Length, schema.Dimension])
                    ),
                ]
                : [.. schema.Fields.Select((column, place) => Column(column, place, part, rows))];
            using var made = session.Run(inputs, outputs);
            foreach (var (output, values) in found.Zip(made))
                output.AddRange(values.AsEnumerable<float>());
        }
        return [.. found.Select(values => values.ToArray())];
    }

    private static NamedOnnxValue Column(FittedColumn column, int place, TablePart part, int[] rows)
    {
        NamedOnnxValue Of<T>(Func<int, T> cell) =>
            NamedOnnxValue.CreateFromTensor(column.Name, new DenseTensor<T>(rows.Select(cell).ToArray(), [rows.Length, 1]));
        return ColumnPrecision.Of(column).Element switch
        {
            OnnxElement.Text => Of(row => part.Text(place, row) ?? ""),
            OnnxElement.Double => Of(row => part.Number(place, row)),
            _ => Of(row => (float)part.Number(place, row)),
        };
    }

    /// <summary>A table of a workshop's machines: every kind of column, missing values, and rows that are odd.</summary>
    public sealed class Machines : IDisposable
    {
        private const string Header = "machine,temperature,pressure,load,serial,faults,shifts,installed,seen,running,maker,site";
        private readonly TemporaryFolder _folder = new();
        private readonly Dictionary<string, TrainedModel> _models = [];

        // What single columns are for: 0.1 and 0.01 are of no 32-bit float; pressure has more digits than one; serial numbers are large and close together.
        private static readonly string[] Odd =
        [
            "M1,999,1.5,50,100000017.5,1,2,2021-03-04,2024-05-06T07:08:09,true,Acme,north",
            "M2,61.25,1.5,50,100000017.5,1,2,2021-03-04,2024-05-06T07:08:09,true,Nobody,north",
            "M3,61.2,,,,,,,,,,",
            "M4,,,,,,,,,,,",
            "M5,61.2,1.5,-50,100000017.5,900,2,1999-03-04,2031-05-06T07:08:09,TRUE,Acme,south",
            "M6,1e300,-1e300,1e30,0,0,-7,2021-03-04,2024-05-06T07:08:09,1,Rare1,south",
            "M7,61.2,1.123456789,33.33333,100000017.123,2,2,2021-03-05,2024-05-06T07:08:09.5,false,Bolt,",
            "M8,20.1,1.5,95.5,100000002.5,0,1,2021-03-04,2024-05-06T07:08:09,false,Cog,north",
        ];

        public Machines()
        {
            var random = new Random(5);
            string[] rows = [.. Enumerable.Range(0, 700).Select(row => Row(row, random))];
            // Some rows are there twice.
            rows = [.. rows, .. rows.Take(20)];
            File.WriteAllLines(_folder.File("train.csv"), rows.Prepend(Header));
            var data = DataSource.Load(_folder.File("train.csv"), new() { Table = new() });
            foreach (var preset in new[] { "table-vae", "table-ae" })
                _models[preset] = TrainingRun.Train(preset, data, new() { Settings = Tiny.Settings("epochs=2 hidden=16 latent=3") }).Model;
            New = Read([.. Odd, .. Enumerable.Range(0, 100).Select(row => Row(row, random))]);
            Kept = Read(rows);
        }

        internal TablePart New { get; }

        internal TablePart Kept { get; }

        public TrainedModel Model(string preset) => _models[preset];

        public TableSchema Schema(string preset) => (TableSchema)Model(preset).Specification.Schema;

        public void Dispose()
        {
            foreach (var model in _models.Values)
                model.Dispose();
            _folder.Dispose();
        }

        private TablePart Read(string[] rows)
        {
            File.WriteAllLines(_folder.File("new.csv"), rows.Prepend(Header));
            List<TablePart> parts = [];
            MixedTableReader.ForEachPart(_folder.File("new.csv"), Schema("table-vae"), parts.Add, []);
            return parts.Single();
        }

        private static string Row(int row, Random random)
        {
            double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            string Maybe(string cell, double missing = 0.05) => random.NextDouble() < missing ? "" : cell;
            var maker = random.NextDouble() < 0.01 ? $"Rare{row}" : new[] { "Acme", "Acme", "Bolt", "Cog" }[random.Next(4)];
            var running = random.NextDouble() < 0.8;
            var load = running ? 60 + 15 * Normal() : 5 + Math.Abs(Normal());
            var faults = (int)Math.Floor(-Math.Log(1 - random.NextDouble()) * (maker == "Bolt" ? 6 : 2));
            var installed = new DateOnly(2018, 1, 1).AddDays(random.Next(2000));
            var seen = new DateTime(2024, 1, 1).AddSeconds(random.Next(86400 * 180));
            return string.Join(
                ',',
                $"M{row + 1000}",
                Maybe((55 + load / 8 + 3 * Normal()).ToString("F1", CultureInfo.InvariantCulture)),
                Maybe((1.5 + 0.2 * Normal() + load / 300).ToString("R", CultureInfo.InvariantCulture)),
                Maybe(load.ToString("F5", CultureInfo.InvariantCulture)),
                Maybe((100_000_000 + 20 * random.NextDouble()).ToString("F3", CultureInfo.InvariantCulture)),
                Maybe(faults.ToString(CultureInfo.InvariantCulture)),
                random.Next(1, 4).ToString(CultureInfo.InvariantCulture),
                Maybe(installed.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
                seen.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
                Maybe(running ? "true" : "false"),
                Maybe(maker),
                random.NextDouble() < 0.5 ? "north" : Maybe("south", 0.2)
            );
        }
    }
}
