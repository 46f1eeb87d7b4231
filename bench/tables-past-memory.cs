#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Peak resident memory and time of a verb on drawn tables of 30 columns (22 of numbers, 4 of whole numbers, 4 of categories; a tenth of the cells missing),
// each in a process of its own. Linux.
//
//     dotnet run -c Release bench/tables-past-memory.cs PROGRAM FOLDER train 1000000 10000000
//     dotnet run -c Release bench/tables-past-memory.cs PROGRAM FOLDER impute 100000 1000000
//     dotnet run -c Release bench/tables-past-memory.cs PROGRAM FOLDER write 600000 [sorted]
//
// PROGRAM is isthmus, FOLDER takes the tables and runs. `impute` uses the model of the last `train`. `write` only makes the table; `sorted` by its factor.
using System.Diagnostics;
using System.Globalization;
using System.Text;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (program, folder, verb) = (args[0], args[1], args[2]);
Directory.CreateDirectory(folder);
var isSorted = args[^1] == "sorted";
foreach (var rows in args[3..].Where(arg => arg != "sorted").Select(long.Parse))
{
    var path = Path.Combine(folder, $"rows-{rows}{(isSorted ? "-sorted" : "")}.csv");
    if (!File.Exists(path))
        WriteRows(path, rows, isSorted);
    var bytes = new FileInfo(path).Length;
    if (verb == "write")
    {
        Console.WriteLine($"{path}: {rows:N0} rows, {bytes / 1e6:N0} MB");
        continue;
    }
    var (peak, seconds) = Run(
        program,
        verb == "train"
            ? $"train {path} --model table-vae --stream true --epochs 1 --set batch-size=4096 --threads 1 --importance-samples 0 -o {folder} --name run --json"
            : $"impute {path} -m {folder}/run -o {folder}/filled.csv --threads 1 --force --json"
    );
    Console.WriteLine($"{verb}, {rows:N0} rows of 30 columns ({bytes / 1e6:N0} MB of CSV): peak {peak / 1024.0:N0} MiB, {seconds:N0} s");
    File.Delete(Path.Combine(folder, "filled.csv"));
}

static (long PeakKilobytes, double Seconds) Run(string program, string arguments)
{
    if (arguments.StartsWith("train") && arguments.Split(" -o ")[1].Split(' ')[0] is var output && Directory.Exists(Path.Combine(output, "run")))
        Directory.Delete(Path.Combine(output, "run"), recursive: true);
    var watch = Stopwatch.StartNew();
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
    var peak = 0L;
    var reading = process.StandardOutput.ReadToEndAsync();
    while (!process.WaitForExit(20))
        try
        {
            var line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:"));
            if (line is not null)
                peak = Math.Max(peak, long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        }
        // It has ended between two looks.
        catch (IOException) { }
    reading.Wait();
    return process.ExitCode == 0 ? (peak, watch.Elapsed.TotalSeconds) : throw new InvalidOperationException($"{program} {arguments}: exit {process.ExitCode}");
}

static void WriteRows(string path, long rows, bool isSorted)
{
    const int Numbers = 22,
        Wholes = 4,
        Categories = 4;
    var random = new Random(1);
    using var writer = new StreamWriter(path, false, new UTF8Encoding(false), 1 << 20);
    writer.Write(string.Join(',', Enumerable.Range(0, Numbers + Wholes + Categories).Select(column => $"c{column}")));
    writer.Write('\n');
    var line = new StringBuilder();
    for (var row = 0L; row < rows; row++)
    {
        // All columns follow one factor, from -1 to 1.
        var factor = isSorted ? 2.0 * row / rows - 1 : 2 * random.NextDouble() - 1;
        line.Clear();
        for (var column = 0; column < Numbers + Wholes + Categories; column++)
        {
            if (column > 0)
                line.Append(',');
            var value = Math.Sin((column + 1) * factor) + 0.3 * (random.NextDouble() + random.NextDouble() - 1);
            if (random.Next(10) == 0)
                continue;
            if (column < Numbers)
                line.Append(CultureInfo.InvariantCulture, $"{value:F4}");
            else if (column < Numbers + Wholes)
                line.Append(CultureInfo.InvariantCulture, $"{(int)Math.Round(20 * value)}");
            else
                line.Append((char)('a' + (int)Math.Clamp(4 * (value + 1.6), 0, 12)));
        }
        writer.Write(line.Append('\n'));
    }
}
