#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Rows scored a second, and the memory that it takes: a Parquet file of 1,000,000 rows x 30 columns (24 of numbers, 6 of texts) against a
// model of 20,000 of them, with the default score, written as CSV.
//
//     dotnet run -c Release bench/score-speed.cs [rows] [threads] [score]
using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using Isthmus.Data.Formats;
using Isthmus.Tables;
using Isthmus.Training;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var count = args.Length > 0 ? int.Parse(args[0]) : 1_000_000;
var threads = args.Length > 1 ? int.Parse(args[1]) : 2;
var kind = args.Length > 2 ? Enum.Parse<RowScoreKind>(args[2], ignoreCase: true) : RowScore.Default;
var folder = Directory.CreateTempSubdirectory("isthmus-score").FullName;
try
{
    Make("train", 20_000);
    Make("rows", count);
    Isthmus.Compute.TensorLibrary.EnsureLoaded();
    set_num_threads(threads);
    using var model = TrainingRun
        .Train(
            "table-vae",
            DataSource.Load(PathOf("train"), new() { Table = new() }),
            new()
            {
                Threads = threads,
                Settings = new Dictionary<string, string> { ["epochs"] = "1" },
            }
        )
        .Model;
    ScoredTable.Of([model], PathOf("train"), new() { Kind = kind, Output = Path.Combine(folder, "warm.csv") });
    var cpu = Process.GetCurrentProcess().TotalProcessorTime;
    var before = Process.GetCurrentProcess().PeakWorkingSet64;
    var watch = Stopwatch.StartNew();
    var scored = ScoredTable.Of([model], PathOf("rows"), new() { Kind = kind, Output = Path.Combine(folder, "scores.csv") });
    watch.Stop();
    var spent = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
    Console.WriteLine(
        $"{scored.Count:N0} rows x 30 columns, {kind.ToString().ToLowerInvariant()}, {threads} threads: {watch.Elapsed.TotalSeconds:F2} s, "
            + $"{scored.Count / watch.Elapsed.TotalSeconds:N0} rows/s, {1e6 * spent / scored.Count:F2} us of processor a row; peak memory {before / 1e6:N0} MB "
            + $"before, {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:N0} MB after"
    );
}
finally
{
    Directory.Delete(folder, recursive: true);
}

string PathOf(string name) => Path.Combine(folder, $"{name}.parquet");

void Make(string name, int rows)
{
    using var connection = new DuckDBConnection("DataSource=:memory:");
    connection.Open();
    using var command = connection.CreateCommand();
    var numbers = Enumerable.Range(0, 24).Select(i => $"0.8 * z{i % 3} + 0.6 * sqrt(-2 * ln(1 - random())) * cos(6.2831853 * random()) AS n{i}");
    var texts = Enumerable.Range(0, 6).Select(i => $"'level ' || CAST(floor({i + 4} * random()) AS INTEGER) AS t{i}");
    var latent = Enumerable.Range(0, 3).Select(i => $"sqrt(-2 * ln(1 - random())) * cos(6.2831853 * random()) AS z{i}");
    command.CommandText =
        $"SELECT setseed(0.5); COPY (SELECT {string.Join(", ", numbers.Concat(texts))} FROM (SELECT {string.Join(", ", latent)} FROM range({rows}))) TO "
            + $"'{PathOf(name)}' (FORMAT parquet)";
    command.ExecuteNonQuery();
}
