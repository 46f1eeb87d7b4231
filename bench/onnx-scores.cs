#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:project ../src/Isthmus.Onnx/Isthmus.Onnx.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Rows scored by an ONNX file of the part 'score' and by its model: largest difference of bits, p-values and bits of columns over every row of a table, kept
// rows included, and rows a second of both, in one process and in turns. Both read the rows, and give every row with its p-value and the bits of its columns.
// The weights are those of one epoch: the default score does not depend on them.
//
//     dotnet run -c Release bench/onnx-scores.cs TABLE.csv ...        a header line, commas between cells, none within
using System.Diagnostics;
using System.Globalization;
using Isthmus;
using Isthmus.Data.Formats;
using Isthmus.Onnx;
using Isthmus.Tables;
using Isthmus.Training;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Console.WriteLine(
    "| table | columns | rows | largest difference, bits | of a column | p-value | flagged otherwise | size, KB | ONNX, rows/s | model, rows/s |\n"
        + "|---|---|---|---|---|---|---|---|---|---|"
);
foreach (var path in args)
{
    var settings = new Dictionary<string, string> { ["epochs"] = "1", ["hidden"] = "8", ["latent"] = "2" };
    using var model = TrainingRun.Train("table-vae", DataSource.Load(path, new() { Table = new() }), new() { Settings = settings }).Model;
    using var file = new MemoryStream();
    model.ExportOnnx(file, OnnxPart.Score);
    file.Position = 0;
    using var onnx = OnnxModel.Load(file);
    var lines = File.ReadAllLines(path);
    var names = lines[0].Split(',');
    var cells = lines.Skip(1).Where(line => line.Length > 0).Take(4096).Select(line => names.Zip(line.Split(',')));
    Dictionary<string, string>[] rows = [.. cells.Select(row => row.ToDictionary(cell => cell.First, cell => cell.Second))];
    ScoredRowList Mine() => model.Score<Dictionary<string, string>>(rows);
    ScoredRowList Files() => onnx.Score(rows);
    var (expected, found) = (Mine(), Files());
    var (bits, columns, p, otherwise) = (0.0, 0.0, 0.0, 0);
    foreach (var (own, other) in expected.Zip(found))
    {
        bits = Math.Max(bits, Difference(own.Bits, other.Bits));
        p = Math.Max(p, Difference(own.PValue, other.PValue));
        columns = Math.Max(columns, own.ColumnBits.Max(column => Difference(column.Value, other.ColumnBits[column.Key])));
        otherwise += own.IsUnusual == other.IsUnusual ? 0 : 1;
    }
    var (byFile, byModel) = (new List<double>(), new List<double>());
    for (var round = 0; round < 5; round++)
    {
        byFile.Add(rows.Length / Seconds(Files));
        byModel.Add(rows.Length / Seconds(Mine));
    }
    Console.WriteLine(
        $"| {Path.GetFileNameWithoutExtension(path)} | {expected[0].ColumnBits.Count} | {rows.Length:N0} | {bits:G2} | {columns:G2} | {p:G2} | {otherwise} | "
            + $"{file.Length / 1024.0:N0} | {byFile.Max():N0} | {byModel.Max():N0} |"
    );
}

static double Difference(double own, double other) => double.IsNaN(own) && double.IsNaN(other) ? 0 : Math.Abs(own - other);

static double Seconds(Func<ScoredRowList> call)
{
    var watch = Stopwatch.StartNew();
    call();
    return watch.Elapsed.TotalSeconds;
}
