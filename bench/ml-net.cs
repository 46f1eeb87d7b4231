#:project ../src/Isthmus.MachineLearning/Isthmus.MachineLearning.csproj
#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:package Microsoft.Data.Analysis
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
#:property PublishAot=false
// Pipelines of ML.NET beside the model itself, on a table in $ISTHMUS_DATA/uci of which 20 % of all cells are blanked at random: a table-vae is trained on the
// first 80 % of its rows; in the others
// - missing values are filled by the pipeline (IsthmusImpute, one code a row), by model.Impute (200 codes a row) and by the training rows' mean or commonest
//   value; numbers: root mean squared error in the column's deviation; categories: share of wrong ones;
// - codes and scores are made by the pipeline, a row at a time, and by the model from the whole view: rows a second of processor time, in turns,
//   the best of 3.
//
//     dotnet run -c Release bench/ml-net.cs [file] [rows] [epochs]
using System.Globalization;
using Isthmus;
using Isthmus.MachineLearning;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const double Blanked = 0.2;
var folder = Environment.GetEnvironmentVariable("ISTHMUS_DATA") ?? throw new InvalidOperationException("Set ISTHMUS_DATA.");
var file = args.Length > 0 ? args[0] : "adult_ctgan.csv";
var most = args.Length > 1 ? int.Parse(args[1]) : 5000;
var epochs = args.Length > 2 ? int.Parse(args[2]) : 30;
var lines = File.ReadLines(Path.Combine(folder, "uci", file))
    .Where(line => line.Length > 0)
    .Select(line => line.Split(',').Select(cell => cell.Trim()).ToArray())
    .Take(most + 1)
    .ToArray();
var names = lines[0];
var rows = lines[1..];
var isNumber = names.Index().Select(name => rows.All(row => row[name.Index] is "?" or "" || float.TryParse(row[name.Index], out _))).ToArray();
var random = new Random(1);
var holed = rows.Select(row => row.Select(cell => cell is "?" or "" || random.NextDouble() < Blanked ? null : cell).ToArray()).ToArray();
var split = rows.Length * 4 / 5;
var context = new MLContext(1);
IDataView Frame(string?[][] part) =>
    new DataFrame(
        names
            .Index()
            .Select(name =>
                isNumber[name.Index]
                    ? (DataFrameColumn)new SingleDataFrameColumn(name.Item, part.Select(row => row[name.Index] is { } cell ? float.Parse(cell) : (float?)null))
                    : new StringDataFrameColumn(name.Item, part.Select(row => row[name.Index]))
            )
    );
var (train, test) = (Frame(holed[..split]), Frame(holed[split..]));
using var trained = context
    .Isthmus()
    .TableVae(
        new()
        {
            Training = new() { Epochs = epochs, Threads = 1 },
        }
    )
    .Fit(train);
var model = trained.Model;

var filled = context.Transforms.IsthmusImpute(model).Fit(test).Transform(test);
var dictionaries = holed[split..]
    .Select(row =>
        names
            .Index()
            .ToDictionary(
                name => name.Item,
                name =>
                    row[name.Index] is not { } cell ? null
                    : isNumber[name.Index] ? (object?)float.Parse(cell)
                    : cell
            )
    )
    .ToArray();
var imputed = model.Impute(dictionaries);
var columns = model.Specification.Schema is Isthmus.Data.Tables.TableSchema schema ? schema.Fields.Select(field => field.Name).ToHashSet() : [];
var (numbers, categories) = (new List<double[]>(), new List<double[]>());
foreach (var (place, name) in names.Index().Where(name => columns.Contains(name.Item)))
{
    var known = holed[..split].Select(row => row[place]).OfType<string>().ToArray();
    int[] missing = [.. Enumerable.Range(split, rows.Length - split).Where(row => holed[row][place] is null && rows[row][place] is not ("?" or ""))];
    if (isNumber[place])
    {
        var values = known.Select(double.Parse).ToArray();
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => Math.Pow(value - mean, 2)));
        var made = filled.GetColumn<float>(name).ToArray();
        double Error(Func<int, double> guess) => Math.Sqrt(missing.Average(row => Math.Pow((guess(row) - double.Parse(rows[row][place])) / deviation, 2)));
        numbers.Add([Error(row => made[row - split]), Error(row => Convert.ToDouble(imputed[row - split][name])), Error(_ => mean)]);
    }
    else
    {
        var commonest = known.GroupBy(value => value).MaxBy(group => group.Count())!.Key;
        var made = filled.GetColumn<string>(name).ToArray();
        double Error(Func<int, string?> guess) => missing.Average(row => guess(row) == rows[row][place] ? 0.0 : 1);
        categories.Add([Error(row => made[row - split]), Error(row => imputed[row - split][name]?.ToString()), Error(_ => commonest)]);
    }
    var last = (isNumber[place] ? numbers : categories)[^1];
    Console.WriteLine($"{name, -20} {(isNumber[place] ? "RMSE " : "wrong")} pipeline {last[0]:F3}  model {last[1]:F3}  mean or commonest {last[2]:F3}");
}
foreach (var (what, errors) in new[] { ("numbers, mean RMSE", numbers), ("categories, mean wrong", categories) })
    if (errors.Count > 0)
        Console.WriteLine(
            $"{what}: pipeline {errors.Average(e => e[0]):F4}, model {errors.Average(e => e[1]):F4}, mean or commonest {errors.Average(e => e[2]):F4}"
        );

// Enough rows that what is done once does not count.
const int Timed = 6000;
var many = Frame([.. Enumerable.Range(0, Timed).Select(row => holed[split + row % (rows.Length - split)])]);
var (encode, score) = (context.Transforms.IsthmusEncode("Codes", model).Fit(test), context.Transforms.IsthmusAnomaly(model).Fit(test));
var runs = new (string Name, Action Run)[]
{
    ("codes, pipeline", () => encode.Transform(many).GetColumn<float[]>("Codes").Count()),
    ("codes, model", () => _ = model.Encode(many.ToRows())),
    ("scores, pipeline", () => score.Transform(many).GetColumn<float>("Score").Count()),
    ("scores, model", () => _ = model.Score(many.ToRows())),
};
var best = runs.Select(_ => double.MaxValue).ToArray();
for (var turn = 0; turn < 3; turn++)
    foreach (var (place, run) in runs.Index())
    {
        var before = Environment.CpuUsage.TotalTime;
        run.Run();
        best[place] = Math.Min(best[place], (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }
foreach (var (place, run) in runs.Index())
    Console.WriteLine($"{run.Name, -18} {Timed / best[place], 10:N0} rows a second of processor time");
