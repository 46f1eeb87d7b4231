#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Peak resident memory and time of a verb on drawn data, each in a process of its own. Linux.
//
//     dotnet run -c Release bench/past-memory.cs PROGRAM FOLDER train 1000000 10000000
//     dotnet run -c Release bench/past-memory.cs PROGRAM FOLDER impute 100000 1000000
//     dotnet run -c Release bench/past-memory.cs PROGRAM FOLDER interactions 2000000 20000000 200000000
//     dotnet run -c Release bench/past-memory.cs PROGRAM FOLDER documents 20000 200000
//     dotnet run -c Release bench/past-memory.cs PROGRAM FOLDER write 600000 [sorted]
//
// PROGRAM is isthmus, FOLDER takes the data and runs. `train` is of tables of 30 columns (22 of numbers, 4 of whole numbers, 4 of categories; a tenth of the
// cells missing). It and `documents` and `interactions` read, split and store all records, and take the steps of one epoch over the first 400,000 training
// rows, more than a pool of blocks holds (20,000 documents, 10,000 histories); with `whole` at the end over all. `impute` uses the model of the last `train`.
// `write` only makes the table; `sorted` by its factor.
using System.Diagnostics;
using System.Globalization;
using System.Text;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (program, folder, verb) = (args[0], args[1], args[2]);
Directory.CreateDirectory(folder);
var (isSorted, isWhole) = (args[^1] == "sorted", args[^1] == "whole");
var once = $"--stream true --epochs 1 --threads 1 --importance-samples 0 -o {folder} --name run --json";
string Limit(int records) => isWhole ? "" : $"--limit {records} ";
foreach (var count in args[3..].Where(arg => arg is not ("sorted" or "whole")).Select(long.Parse))
{
    var kind = verb is "interactions" or "documents" ? verb : "rows";
    var path = Path.Combine(folder, $"{kind}-{count}{(isSorted ? "-sorted" : "")}.csv");
    if (!File.Exists(path))
        Write(kind, path, count, isSorted);
    var bytes = new FileInfo(path).Length;
    if (verb == "write")
    {
        Console.WriteLine($"{path}: {count:N0} rows, {bytes / 1e6:N0} MB");
        continue;
    }
    var (peak, seconds) = Run(
        program,
        verb switch
        {
            "train" => $"train {path} --model table-vae {Limit(400_000)}--set batch-size=4096 --set hidden=32 --latent 8 {once}",
            "interactions" => $"train {path} --user user --item item --model mult-vae {Limit(10_000)}--set hidden=64 --latent 16 {once}",
            "documents" => $"train {path} --text text --model nvdm {Limit(20_000)}--set hidden=64 --latent 16 {once}",
            _ => $"impute {path} -m {folder}/run -o {folder}/filled.csv --threads 1 --force --json",
        }
    );
    Console.WriteLine($"{verb}, {count:N0} {kind} ({bytes / 1e6:N0} MB of CSV): peak {peak / 1024.0:N0} MiB, {seconds:N0} s");
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

static void Write(string kind, string path, long count, bool isSorted)
{
    using var writer = new StreamWriter(path, false, new UTF8Encoding(false), 1 << 20);
    Action<StreamWriter, long, bool> write = kind switch
    {
        "interactions" => WriteInteractions,
        "documents" => WriteDocuments,
        _ => WriteRows,
    };
    write(writer, count, isSorted);
}

// A hundredth as many users, at random; 20,000 items, few of which are met often, others by each of ten groups of users.
static void WriteInteractions(StreamWriter writer, long count, bool _)
{
    const int Items = 20_000;
    var random = new Random(1);
    writer.Write("user,item\n");
    for (var row = 0L; row < count; row++)
    {
        var (user, item) = (random.NextInt64(count / 100), (int)(Items * Math.Pow(random.NextDouble(), 3)));
        if (random.Next(4) > 0)
            item = (item + (int)(user % 10) * 2000) % Items;
        writer.Write($"{user},{item}\n");
    }
}

// Sixty of 5,000 words, two thirds of them of one of twenty subjects.
static void WriteDocuments(StreamWriter writer, long count, bool _)
{
    var random = new Random(1);
    writer.Write("text\n");
    for (var document = 0L; document < count; document++)
    {
        var subject = random.Next(20);
        for (var word = 0; word < 60; word++)
            writer.Write(
                $"{(word > 0 ? " " : "")}{Word(random.Next(3) == 0 ? random.Next(5000) : 250 * subject + (int)(250 * Math.Pow(random.NextDouble(), 2)))}"
            );
        writer.Write('\n');
    }

    static string Word(int number) => $"{(char)('b' + number / 500)}{"aeiou"[number / 100 % 5]}{(char)('b' + number / 10 % 10)}{"aeiouylrnm"[number % 10]}x";
}

static void WriteRows(StreamWriter writer, long rows, bool isSorted)
{
    const int Numbers = 22,
        Wholes = 4,
        Categories = 4;
    var random = new Random(1);
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
