#:project ../src/Isthmus.Onnx/Isthmus.Onnx.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
#:property ConcurrentGarbageCollection=true
// A file of an encoder under 4 threads, beside two that allocate and collect without end: 40,000 results, each of which must be the one of a quiet process, bit
// for bit. The natives of libtorch are not needed, and the program says whether any are loaded.
//
//     isthmus train --epochs 1 --name threads && isthmus export -m runs/threads -o threads.onnx
//     dotnet run -c Release bench/onnx-threads.cs threads.onnx [results]
using System.Diagnostics;
using System.Globalization;
using Isthmus.Onnx;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Threads = 4;
var results = args.Length > 1 ? int.Parse(args[1]) : 40_000;
using var onnx = OnnxModel.Load(args[0], threads: 1);
var random = new Random(1);
float[][] records = [.. Enumerable.Range(0, 64).Select(_ => Enumerable.Range(0, onnx.Metadata.Schema.Dimension).Select(_ => random.NextSingle()).ToArray())];
float[][] quiet = [.. records.Select(record => onnx.Encode(record))];
using var done = new CancellationTokenSource();
Thread[] pressure = [.. Enumerable.Range(0, 2).Select(_ => new Thread(Allocate))];
Array.ForEach(pressure, thread => thread.Start());
var (before, watch, different) = (GC.CollectionCount(0), Stopwatch.StartNew(), 0);
Thread[] workers = [.. Enumerable.Range(0, Threads).Select(own => new Thread(() => Work(own)))];
Array.ForEach(workers, thread => thread.Start());
Array.ForEach(workers, thread => thread.Join());
var (seconds, collections) = (watch.Elapsed.TotalSeconds, GC.CollectionCount(0) - before);
done.Cancel();
Array.ForEach(pressure, thread => thread.Join());
using var process = Process.GetCurrentProcess();
var libtorch = process
    .Modules.Cast<ProcessModule>()
    .Count(module => Path.GetFileName(module.FileName).Contains("torch_cpu", StringComparison.OrdinalIgnoreCase));
Console.WriteLine(
    $"{results:N0} results on {Threads} threads in {seconds:F0} s beside {collections:N0} collections: {results - different:N0} equal, {different} different"
);
Console.WriteLine(libtorch == 0 ? "libtorch is not loaded" : "libtorch is loaded");
return different == 0 ? 0 : 1;

void Work(int own)
{
    for (var i = own; i < results; i += Threads)
        if (!onnx.Encode(records[i % records.Length]).AsSpan().SequenceEqual(quiet[i % records.Length]))
            Interlocked.Increment(ref different);
}

void Allocate()
{
    var kept = new object[256];
    for (var i = 0; !done.IsCancellationRequested; i++)
    {
        kept[i % kept.Length] = new byte[50_000];
        if (i % 20 == 0)
            GC.Collect(i % 400 == 0 ? 2 : 0);
    }
}
