#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// UCI adult in $ISTHMUS_DATA/uci, blanks as they are and then 30 % of all cells blanked at random: a model is trained on the table with
// these gaps, and fills those of its test rows. Error beside the column's mean or commonest level and the mean or commonest of the 5
// nearest training rows that have the cell (distance over the cells that both have, as in k-nearest-neighbour imputation). Numbers: root
// mean squared error in the column's deviation; levels: share of wrong ones. Coverage of the 90 % intervals of numbers.
//
//     dotnet run -c Release bench/adult.cs [seed] [rows] [key=value ...]
using System.Globalization;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Tables;
using Isthmus.Training;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const double Blanked = 0.3;
const int Neighbours = 5,
    Candidates = 60;
var path = Path.Combine(
    Environment.GetEnvironmentVariable("ISTHMUS_DATA") ?? throw new InvalidOperationException("Set ISTHMUS_DATA."),
    "uci",
    "adult_ctgan.csv"
);
var seed = args.Length > 0 ? int.Parse(args[0]) : 1;
var most = args.Length > 1 ? int.Parse(args[1]) : int.MaxValue;
var settings = args.Skip(2).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
Isthmus.Compute.TensorLibrary.EnsureLoaded();
set_num_threads(1);
var (whole, holed) = (Path.GetTempFileName() + ".csv", Path.GetTempFileName() + ".csv");
try
{
    string[][] table =
    [
        .. File.ReadLines(path)
            .Where(line => line.Length > 0)
            .Take(most == int.MaxValue ? most : most + 1)
            .Select(line => line.Split(',').Select(cell => cell.Trim()).ToArray()),
    ];
    var random = new Random(seed);
    File.WriteAllLines(whole, table.Select(row => string.Join(',', row)));
    File.WriteAllLines(holed, table.Select((row, place) => string.Join(',', row.Select(cell => place > 0 && random.NextDouble() < Blanked ? "" : cell))));
    var data = DataSource.Load(holed, new() { Table = new(), Seed = 1 });
    var schema = (TableSchema)data.Train.Schema;
    var truth = Rows(DataSource.Load(whole, new() { Expected = schema, Seed = 1 }).Test);
    var (train, test) = (Rows(data.Train), Rows(data.Test));
    using var model = TrainingRun
        .Train(
            "table-vae",
            data,
            new()
            {
                Seed = seed,
                Threads = 1,
                Settings = settings,
            }
        )
        .Model;
    var width = schema.Dimension;
    var cells = Imputation.Of(model, test, seed: seed).Where(cell => !float.IsNaN(truth[cell.Row * width + cell.Column])).ToArray();
    var usual = Enumerable
        .Range(0, width)
        .Select(column => Centre(schema.Fields[column], Enumerable.Range(0, train.Length / width).Select(row => train[row * width + column])))
        .ToArray();
    var nearest = Nearest(schema, train, test);
    Console.WriteLine(
        $"{schema}, {train.Length / width:N0} rows with gaps to learn from, {cells.Length:N0} cells of {test.Length / width:N0} test rows to fill, seed "
            + $"{seed}\n| column | kind | cells | mean or mode | 5 neighbours | isthmus | coverage of 90 % |\n|---|---|---|---|---|---|---|"
    );
    var errors = new List<(ColumnKind Kind, double Usual, double Near, double Ours)>();
    var (covered, numbers) = (0, 0);
    foreach (var column in cells.GroupBy(cell => cell.Column).OrderBy(group => group.Key))
    {
        var field = schema.Fields[column.Key];
        float Truth(ImputedCell cell) => truth[cell.Row * width + cell.Column];
        double Error(Func<ImputedCell, float> filled) =>
            field is FittedNumbers
                ? Math.Sqrt(column.Average(cell => Math.Pow(filled(cell) - Truth(cell), 2)))
                    / Math.Sqrt(column.Average(cell => Math.Pow(Truth(cell) - column.Average(Truth), 2)))
                : column.Average(cell => filled(cell) == Truth(cell) ? 0.0 : 1);
        var inside = column.Count(cell => cell.Low <= Truth(cell) && Truth(cell) <= cell.High);
        if (field is FittedNumbers)
            (covered, numbers) = (covered + inside, numbers + column.Count());
        errors.Add(
            (
                field.Kind,
                Error(_ => usual[column.Key]),
                Error(cell =>
                    Centre(
                        field,
                        Enumerable
                            .Range(0, Candidates)
                            .Select(place => train[nearest[cell.Row, place] * width + column.Key])
                            .Where(value => !float.IsNaN(value))
                            .Take(Neighbours),
                        usual[column.Key]
                    )
                ),
                Error(cell => cell.Value)
            )
        );
        Console.WriteLine(
            $"| {field.Name} | {field.Kind.ToString().ToLowerInvariant()} | {column.Count()} | {errors[^1].Usual:F4} | {errors[^1].Near:F4} | "
                + $"{errors[^1].Ours:F4} | {(field is FittedNumbers ? $"{100.0 * inside / column.Count():F1} %" : "")} |"
        );
    }
    foreach (var kind in errors.GroupBy(error => error.Kind))
        Console.WriteLine(
            $"| all of kind {kind.Key.ToString().ToLowerInvariant()} | | | {kind.Average(error => error.Usual):F4} | {kind.Average(error => error.Near):F4} | "
                + $"{kind.Average(error => error.Ours):F4}, {100 * (1 - kind.Average(error => error.Ours) / kind.Average(error => error.Usual)):F1} % less "
                + $"than mean or mode | |"
        );
    Console.WriteLine(
        $"| all | | | {errors.Average(error => error.Usual):F4} | {errors.Average(error => error.Near):F4} | {errors.Average(error => error.Ours):F4} | "
            + $"{100.0 * covered / numbers:F1} ± {100 * Math.Sqrt(0.09 / numbers):F1} % |"
    );
}
finally
{
    File.Delete(whole);
    File.Delete(holed);
}

static float[] Rows(Dataset data)
{
    var rows = new float[data.Count * data.Schema.Dimension];
    data.CopyValues([.. Enumerable.Range(0, data.Count)], rows);
    return rows;
}

static float Centre(FittedColumn field, IEnumerable<float> values, float none = 0)
{
    float[] known = [.. values.Where(value => !float.IsNaN(value))];
    return known.Length == 0 ? none
        : field is FittedNumbers ? known.Average()
        : known.CountBy(value => value).MaxBy(level => level.Value).Key;
}

// The nearest training rows of each row, by the squared distance over cells that both have, in proportion: numbers in deviations, a
// different level 1 (two places of 1/2 each).
static int[,] Nearest(TableSchema schema, float[] train, float[] test)
{
    using var scope = NewDisposeScope();
    using var noGradient = inference_mode();
    (Tensor Values, Tensor There) Laid(float[] rows)
    {
        var x = tensor(rows).view(-1, schema.Dimension);
        var there = x.isnan().logical_not().to(float32);
        var parts = schema
            .Fields.Index()
            .Select(field =>
                field.Item is FittedCategories levels
                    ? nn.functional.one_hot(x.select(1, field.Index).nan_to_num(0).to(int64), levels.Levels.Count + 1).to(float32)
                        * there.narrow(1, field.Index, 1)
                        * Math.Sqrt(0.5)
                    : x.narrow(1, field.Index, 1).nan_to_num(0)
            )
            .ToArray();
        return (
            cat(parts, 1),
            cat(
                [
                    .. schema
                        .Fields.Index()
                        .Select(field => there.narrow(1, field.Index, 1).expand(-1, field.Item is FittedCategories levels ? levels.Levels.Count + 1 : 1)),
                ],
                1
            )
        );
    }
    var ((a, inA), (b, inB)) = (Laid(train), Laid(test));
    var (columnsA, columnsB) = (
        tensor(train).view(-1, schema.Dimension).isnan().logical_not().to(float32),
        tensor(test).view(-1, schema.Dimension).isnan().logical_not().to(float32)
    );
    var nearest = new int[b.shape[0], Candidates];
    for (var start = 0L; start < b.shape[0]; start += 200)
    {
        using var own = NewDisposeScope();
        var size = Math.Min(200, b.shape[0] - start);
        var (part, there) = (b.narrow(0, start, size), inB.narrow(0, start, size));
        var distances =
            (part.square().matmul(inA.t()) - 2 * part.matmul(a.t()) + there.matmul(a.square().t()))
            / columnsB.narrow(0, start, size).matmul(columnsA.t()).clamp_min(0.5);
        var places = distances.topk(Candidates, 1, largest: false).indexes.contiguous().data<long>().ToArray();
        for (var i = 0; i < places.Length; i++)
            nearest[start + i / Candidates, i % Candidates] = (int)places[i];
    }
    return nearest;
}
