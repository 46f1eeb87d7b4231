#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Anomalies in the series of NAB in $ISTHMUS_DATA/nab: of each series with a labelled window, windows of 64 rows are learnt from its first
// 15 % (what NAB lets a detector learn from without being judged), and every later row is scored by the windows that hold it. Area under ROC
// by point, labels as in combined_windows.json, beside |z| in a rolling window of the 64 rows before.
//
//     dotnet run -c Release bench/nab.cs [seeds] [score] [key=value ...]
using System.Globalization;
using System.Text.Json;
using Isthmus.Data.Formats;
using Isthmus.Information.Numerics;
using Isthmus.Tables;
using Isthmus.Training;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Window = 64;
var root = Path.Combine(Environment.GetEnvironmentVariable("ISTHMUS_DATA") ?? throw new InvalidOperationException("Set ISTHMUS_DATA."), "nab");
var seeds = args.Length > 0 ? int.Parse(args[0]) : 1;
var kind = args.Length > 1 ? Enum.Parse<RowScoreKind>(args[1], ignoreCase: true) : RowScore.Default;
var settings = args.Skip(2).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
using var windowsOf = JsonDocument.Parse(File.ReadAllText(Path.Combine(root, "labels", "combined_windows.json")));
var labels = windowsOf
    .RootElement.EnumerateObject()
    .ToDictionary(
        series => series.Name,
        series => series.Value.EnumerateArray().Select(window => (From: Time(window[0].GetString()!), To: Time(window[1].GetString()!))).ToArray()
    );
var folder = Directory.CreateTempSubdirectory("isthmus-nab").FullName;
Isthmus.Compute.TensorLibrary.EnsureLoaded();
set_num_threads(1);
var found = new List<(double Z, double Ours)>();
var pooled = (Z: new List<double>(), Ours: new List<double>(), Labels: new List<bool>());
Console.WriteLine("| series | rows | rolling z | isthmus |\n|---|---|---|---|");
try
{
    foreach (var (name, windows) in labels.Where(series => series.Value.Length > 0).OrderBy(series => series.Key, StringComparer.Ordinal))
    {
        var lines = File.ReadAllLines(Path.Combine(root, "data", name));
        string[] rows = [.. lines.Skip(1).Where(line => line.Length > 0)];
        var learnt = Math.Max(rows.Length * 15 / 100, 3 * Window);
        var first = Path.Combine(folder, "first.csv");
        File.WriteAllLines(first, rows.Take(learnt).Prepend(lines[0]));
        DateTime[] times = [.. rows.Select(row => Time(row.Split(',')[0]))];
        double[] values = [.. rows.Select(row => double.Parse(row.Split(',')[1]))];
        var truth = times.Select(time => windows.Any(window => window.From <= time && time <= window.To)).ToArray();
        if (!truth[learnt..].Contains(true))
            continue;
        var ours = new double[rows.Length];
        for (var seed = 1; seed <= seeds; seed++)
        {
            var all = DataSource.LoadAll(
                first,
                new()
                {
                    Table = new() { Time = "timestamp", Window = Window },
                    Columns = ["value:numeric"],
                }
            );
            var held = Math.Max(1, all.Count / 5);
            int[] order = [.. Enumerable.Range(0, all.Count)];
            using var model = TrainingRun
                .Train(
                    "table-vae",
                    new(all.Select(order[..^held]), all.Select(order[^held..]), all.Select(order[^held..])),
                    new()
                    {
                        Seed = seed,
                        Threads = 1,
                        Settings = settings,
                    }
                )
                .Model;
            var scored = ScoredTable.Of([model], Path.Combine(root, "data", name), new() { Kind = kind, Seed = seed });
            for (var row = 0; row < rows.Length; row++)
                ours[row] += scored.Series!.Scores.Bits[row] / seeds;
        }
        var z = RollingZ(values);
        found.Add((Auc(z[learnt..], truth[learnt..]), Auc(ours[learnt..], truth[learnt..])));
        // Of all series together each point counts by its rank in its own.
        pooled.Z.AddRange(Ranks.Of(z[learnt..]).Select(rank => rank / (rows.Length - learnt)));
        pooled.Ours.AddRange(Ranks.Of(ours[learnt..]).Select(rank => rank / (rows.Length - learnt)));
        pooled.Labels.AddRange(truth[learnt..]);
        Console.WriteLine($"| {name} | {rows.Length - learnt} | {found[^1].Z:F2} | {found[^1].Ours:F2} |");
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}
double Error(Func<(double Z, double Ours), double> of) =>
    Math.Sqrt(found.Sum(series => Math.Pow(of(series) - found.Average(of), 2)) / (found.Count - 1) / found.Count);
Console.WriteLine(
    $"| mean of {found.Count} series ± standard error | | {found.Average(series => series.Z):F2} ± {Error(series => series.Z):F2} | "
        + $"{found.Average(series => series.Ours):F2} ± {Error(series => series.Ours):F2} |"
);
Console.WriteLine(
    $"| all points together, by ranks in their series | | {Auc([.. pooled.Z], [.. pooled.Labels]):F2} | {Auc([.. pooled.Ours], [.. pooled.Labels]):F2} |"
);

static DateTime Time(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture);

static double Auc(double[] scores, bool[] labels) => 100 * Ranks.AreaUnderRoc(scores, labels);

// How far a value lies from the mean of the 64 before it, in their standard deviation.
static double[] RollingZ(double[] values)
{
    var z = new double[values.Length];
    for (var row = 2; row < values.Length; row++)
    {
        var before = values[Math.Max(0, row - Window)..row];
        var mean = before.Average();
        var deviation = Math.Sqrt(before.Average(value => (value - mean) * (value - mean)));
        z[row] = Math.Abs(values[row] - mean) / Math.Max(deviation, 1e-9 * Math.Max(1, Math.Abs(mean)));
    }
    return z;
}
