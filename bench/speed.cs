#:project ../src/Isthmus.Information/Isthmus.Information.csproj
// Seconds of KSG 1 (k = 3, two threads) beside SciPy's k-d tree and NPEET's algorithm (bench/speed.py, where python3 has SciPy
// and scikit-learn) on the same rows, taken in turns so that a busy machine is busy for all; and of discrete information of bytes.
//
//     dotnet run -c Release bench/speed.cs                    1+1 and 5+5 at 100,000 rows, 10+10 at 10,000
//     dotnet run -c Release bench/speed.cs -- 10x100000       one of them; NPEET takes 20 minutes at 10+10
//     dotnet run -c Release bench/speed.cs -- 1x1000000 --ours
//     dotnet run -c Release bench/speed.cs -- bytes
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var isOursOnly = args.Contains("--ours");
string[] cases = [.. args.Where(a => !a.StartsWith('-')).DefaultIfEmpty("1x100000 5x100000 10x10000 bytes").SelectMany(a => a.Split(' '))];
foreach (var name in cases)
    if (name == "bytes")
        Bytes();
    else
        Neighbours(int.Parse(name.Split('x')[0]), int.Parse(name.Split('x')[1]));

void Neighbours(int d, int n)
{
    var random = new Random(1);
    double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    var x = Enumerable.Range(0, d).Select(_ => Enumerable.Range(0, n).Select(_ => Normal()).ToArray()).ToArray();
    var y = x.Select(column => column.Select(v => 0.6 * v + 0.8 * Normal()).ToArray()).ToArray();
    var file = Path.GetTempFileName();
    try
    {
        using (var stream = File.Create(file))
            foreach (var column in x.Concat(y))
                stream.Write(MemoryMarshal.AsBytes(column.AsSpan()));
        // Three rounds, the best of each; a round of ours repeats until it has taken half a second, so that all code is compiled.
        var (ours, value, others) = (double.PositiveInfinity, double.NaN, new Dictionary<string, (double Seconds, double Value)>());
        for (var round = 0; round < (isOursOnly || d * (long)n > 300_000 ? 1 : 3); round++)
        {
            var start = Stopwatch.GetTimestamp();
            do
            {
                var once = Stopwatch.GetTimestamp();
                value = KsgMutualInformation.Estimate(Points.FromColumns(x), Points.FromColumns(y), new NeighbourOptions { Threads = 2 }).Value;
                ours = Math.Min(ours, Stopwatch.GetElapsedTime(once).TotalSeconds);
            } while (Stopwatch.GetElapsedTime(start).TotalSeconds < 0.5);
            if (!isOursOnly)
                foreach (var line in Python(file, d))
                    others[line[0]] = (
                        Math.Min(others.TryGetValue(line[0], out var known) ? known.Seconds : double.PositiveInfinity, double.Parse(line[1])),
                        double.Parse(line[2])
                    );
        }
        Console.WriteLine($"{d}+{d}, {n:#,0} rows: ours {ours:0.000} s, {value:0.0000000} nats; memory of the process {Environment.WorkingSet / 1e6:0} MB");
        foreach (var (name, (seconds, figure)) in others)
            Console.WriteLine($"    {name,-8} {seconds,9:0.000} s, {figure:0.0000000} nats: {seconds / ours:0.0} times ours");
    }
    finally
    {
        File.Delete(file);
    }
}

static IEnumerable<string[]> Python(string file, int d)
{
    Process process;
    try
    {
        process = Process.Start(
            new ProcessStartInfo("python3", [Path.Combine("bench", "speed.py"), file, d.ToString()])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
    }
    catch (System.ComponentModel.Win32Exception)
    {
        Console.WriteLine("    no python3: ours alone");
        yield break;
    }
    using (process)
    {
        var output = process.StandardOutput.ReadToEnd();
        if (output.Length == 0)
            Console.WriteLine("    python3 has no SciPy and scikit-learn: ours alone");
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            yield return line.Split(' ');
    }
}

static void Bytes()
{
    var (x, y) = (new byte[100_000_000], new byte[100_000_000]);
    new Random(1).NextBytes(x);
    new Random(2).NextBytes(y);
    foreach (var (name, other) in new[] { ("independent", y), ("equal", x), ("constant", new byte[x.Length]) })
    {
        var best = double.PositiveInfinity;
        for (var i = 0; i < 5; i++)
        {
            var start = Stopwatch.GetTimestamp();
            DiscreteMutualInformation.OfBytes(name == "constant" ? other : x, other);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        Console.WriteLine($"bytes, 100,000,000 rows of two columns, {name}: {best:0.000} s, {0.2 / best:0.00} GB/s on one thread");
    }
}
