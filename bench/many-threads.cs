#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
#:property ConcurrentGarbageCollection=true
// One model under 16 threads that score, encode and impute, beside two that allocate and collect and one that trains. Every result must be the one of a
// quiet process, bit for bit, and no call may fail.
//
//     dotnet run -c Release bench/many-threads.cs [seconds] [threads]
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Isthmus;
using Isthmus.Models;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (seconds, workers) = (args.Length > 0 ? int.Parse(args[0]) : 60, args.Length > 1 ? int.Parse(args[1]) : 16);
var random = new Random(1);
Customer[] customers =
[
    .. Enumerable
        .Range(0, 400)
        .Select(i => new Customer(20 + random.Next(50), "ABCD"[i % 4] + "town", Math.Round(1000 * (i % 4 + 1) + 300 * random.NextDouble(), 2))),
];
var data = Rows.From(customers).Split();
Customer[] asked = customers[..40],
    holed = [.. asked.Select((customer, i) => i % 2 == 0 ? customer with { Age = null } : customer with { City = null })];
using var model = Train();
(string Name, Func<string> Call)[] calls =
[
    ("score", () => Of(model.Score(asked).Select(row => (float)row.Bits))),
    ("encode", () => Of(model.Encode(asked).SelectMany(code => code))),
    ("impute", () => string.Join('|', model.Impute(holed))),
    ("train", () =>
    {
        using var trained = Train();
        return Of(trained.Encode(asked).SelectMany(code => code));
    }),
];
string[] quiet = [.. calls.Select(call => call.Call())];
var (done, different, failed) = (new int[calls.Length], new int[calls.Length], new ConcurrentDictionary<string, int>());
var stop = false;
Thread[] threads =
[
    Started(() =>
    {
        var kept = new byte[64][];
        for (var i = 0; i < 10_000; i++)
            kept[i % 64] = new byte[i % 5_000];
    }),
    Started(() =>
    {
        var kept = Enumerable.Range(0, 2_000).Select(i => new int[i % 300]).ToArray();
        GC.Collect(kept.Length % 3);
        GC.WaitForPendingFinalizers();
    }),
    Started(() => Check(3)),
    .. Enumerable
        .Range(0, workers)
        .Select(worker =>
        {
            var turn = worker;
            return Started(() => Check(turn++ % 3));
        }),
];
Thread.Sleep(TimeSpan.FromSeconds(seconds));
Volatile.Write(ref stop, true);
foreach (var thread in threads)
    thread.Join();
foreach (var (i, (name, _)) in calls.Index())
    Console.WriteLine($"{name}: {done[i]:N0} calls, {different[i]:N0} with another result");
foreach (var (message, count) in failed)
    Console.WriteLine($"{count} x {message}");
Console.WriteLine($"{workers} threads, {seconds} s, {Environment.ProcessorCount} processors: {failed.Values.Sum()} failures, {different.Sum()} other results");
return failed.IsEmpty && different.Sum() == 0 ? 0 : 1;

TrainedModel Train() => Autoencoders.TableVae(latent: 3).Fit(data, new() { Epochs = 2, Threads = 1 });

void Check(int call)
{
    try
    {
        if (calls[call].Call() != quiet[call])
            Interlocked.Increment(ref different[call]);
    }
    catch (Exception e)
    {
        failed.AddOrUpdate($"{calls[call].Name}: {e.Message.Split('\n')[0]}", 1, (_, count) => count + 1);
    }
    Interlocked.Increment(ref done[call]);
}

Thread Started(Action work)
{
    var thread = new Thread(() =>
    {
        while (!Volatile.Read(ref stop))
            work();
    });
    thread.Start();
    return thread;
}

static string Of(IEnumerable<float> values) => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<float>(values.ToArray())));

internal sealed record Customer(int? Age, string? City, double Income);
