#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
#:property ConcurrentGarbageCollection=true
// Whether the tensor library holds beside other threads: two that allocate and collect, one that trains, one that begins trainings of many layers and takes
// one step of each, one that encodes and scores, one that loads and samples. Every result must be the quiet one, and no call may fail.
//
//     dotnet run -c Release bench/tensor-stress.cs [calls] [trainings]
using System.Globalization;
using System.Security.Cryptography;
using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Formats;
using Isthmus.Models;
using Isthmus.Training;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (callsWanted, trainingsWanted) = (args.Length > 0 ? int.Parse(args[0]) : 2_000, args.Length > 1 ? int.Parse(args[1]) : 20);
TensorLibrary.EnsureLoaded();
set_num_threads(1);
var data = DataSource.Load("shapes", new() { Limit = 280 });
var path = Path.Combine(Directory.CreateTempSubdirectory("isthmus-stress").FullName, "m.isthmus");
string weights,
    firstStep;
using (var trained = Train())
{
    trained.Save(path);
    weights = Hash(trained);
}
using (var begun = Begin())
    firstStep = Hash(begun);
using var shared = TrainedModel.Load(path);
using var x = rand(64, shared.Specification.Schema.Dimension).round();
var (codes, likelihood, sample) = (Encoded(), Scored(), Sampled());
var (calls, trainings, beginnings, loads, failures, different) = (0, 0, 0, 0, 0, 0);
var kinds = new Dictionary<string, int>();
using var done = new CancellationTokenSource();
Thread[] threads =
[
    Beside(() =>
    {
        var kept = new byte[64][];
        for (var i = 0; i < 10_000; i++)
            kept[i % 64] = new byte[i % 5_000];
    }),
    Beside(() =>
    {
        var kept = Enumerable.Range(0, 2_000).Select(i => new int[i % 300]).ToArray();
        GC.Collect(kept.Length % 3);
        GC.WaitForPendingFinalizers();
    }),
    Beside(() => Count(ref trainings, () =>
        {
            using var trained = Train();
            return Hash(trained) == weights;
        })),
    Beside(() => Count(ref beginnings, () =>
        {
            using var begun = Begin();
            return Hash(begun) == firstStep;
        })),
    Beside(() => Count(ref calls, () => Encoded() == codes && Scored() == likelihood)),
    Beside(() => Count(ref loads, () => Sampled() == sample)),
];
var began = DateTime.UtcNow;
while (calls < callsWanted || trainings < trainingsWanted)
{
    Thread.Sleep(30_000);
    Console.WriteLine($"{DateTime.UtcNow - began:hh\\:mm\\:ss}  {Done()}");
}
done.Cancel();
foreach (var thread in threads)
    thread.Join();
foreach (var (kind, count) in kinds)
    Console.WriteLine($"{count} x {kind}");
Console.WriteLine($"end: {Done()}");
return failures + different == 0 ? 0 : 1;

string Done() =>
    $"{2 * calls:N0} calls of Encode and LogLikelihood, {trainings:N0} trainings, {beginnings:N0} beginnings, {loads:N0} loads with samples: "
    + $"{failures} failed, {different} with another result";

TrainedModel Train() => TrainedBy("32", epochs: 3, batch: 16);

TrainedModel Begin() => TrainedBy("8,8,8,8,8,8,8,8", epochs: 1, batch: 280);

TrainedModel TrainedBy(string hidden, int epochs, int batch) =>
    TrainingRun
        .Train(
            "vae",
            data,
            new()
            {
                Settings = new Dictionary<string, string>
                {
                    ["hidden"] = hidden,
                    ["latent"] = "4",
                    ["epochs"] = $"{epochs}",
                    ["batch-size"] = $"{batch}",
                },
                Threads = 1,
            }
        )
        .Model;

string Hash(TrainedModel model)
{
    using var scope = NewDisposeScope();
    using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    foreach (var (_, tensor) in model.Network.state_dict())
        hash.AppendData(tensor.contiguous().bytes);
    return Convert.ToHexString(hash.GetHashAndReset());
}

string Encoded()
{
    using var scope = NewDisposeScope();
    return Convert.ToHexString(SHA256.HashData(RecordCodes.Of(shared.Network, data.Test).bytes));
}

string Scored()
{
    using var scope = NewDisposeScope();
    using var noGradient = no_grad();
    return Convert.ToHexString(SHA256.HashData(shared.Network.LogLikelihood(x, shared.Network.Encode(x, sample: false).Z).contiguous().bytes));
}

string Sampled()
{
    using var model = TrainedModel.Load(path);
    return Convert.ToHexString(
        SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(Generation.Sample(model, 8, seed: 5).Values.ToArray()))
    );
}

void Count(ref int counter, Func<bool> call)
{
    try
    {
        if (!call())
            Interlocked.Increment(ref different);
    }
    catch (Exception e)
    {
        Interlocked.Increment(ref failures);
        lock (kinds)
            kinds[$"{e}"] = kinds.GetValueOrDefault($"{e}") + 1;
    }
    Interlocked.Increment(ref counter);
}

Thread Beside(Action work)
{
    var thread = new Thread(() =>
    {
        while (!done.IsCancellationRequested)
            work();
    })
    {
        IsBackground = true,
    };
    thread.Start();
    return thread;
}
