#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:project ../src/Isthmus.Onnx/Isthmus.Onnx.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Pictures encoded a second by ONNX Runtime and by TorchSharp: the same model, the same pictures, in one process and in turns, so that a busy machine is busy
// for both. A call takes 1, 64 or 1024 pictures of shapes, from an array of floats to one of codes. The weights are those of one epoch.
//
//     dotnet run -c Release bench/onnx-speed.cs [rounds] [threads]
using System.Diagnostics;
using System.Globalization;
using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Formats;
using Isthmus.Models;
using Isthmus.Onnx;
using Isthmus.Training;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (rounds, threads) = (args.Length > 0 ? int.Parse(args[0]) : 15, args.Length > 1 ? int.Parse(args[1]) : 1);
TensorLibrary.EnsureLoaded();
set_num_threads(threads);
var data = DataSource.Load("shapes", new() { Limit = 2000 });
var all = RecordValues.Of(data.Train).Records;
Console.WriteLine($"{threads} thread(s), {rounds} rounds, median of each; pictures of {data.Train.Schema}");
Console.WriteLine("| model | batch | ONNX Runtime, pictures/s | TorchSharp, pictures/s | ratio |\n|---|---|---|---|---|");
foreach (var (name, settings) in new[] { ("vae, fully connected", new Dictionary<string, string>()), ("vae, convolutions", new() { ["net"] = "conv" }) })
{
    using var model = TrainingRun.Train("vae", data, new() { Settings = new Dictionary<string, string>(settings) { ["epochs"] = "1" } }).Model;
    set_num_threads(threads);
    using var file = new MemoryStream();
    model.ExportOnnx(file, OnnxPart.Encoder, data.Test);
    file.Position = 0;
    using var onnx = OnnxModel.Load(file, threads);
    foreach (var batch in (int[])[1, 64, 1024])
    {
        float[] pictures = [.. Enumerable.Range(0, batch).SelectMany(i => all[i])];
        var input = new Dictionary<string, float[]> { ["record"] = pictures };
        var calls = Math.Max(3, 512 / batch);
        var (byOnnx, byTorch) = (new List<double>(), new List<double>());
        // The first round warms up.
        for (var round = 0; round <= rounds; round++)
        {
            var first = Seconds(calls, () => onnx.Run(input)["code"]);
            var second = Seconds(calls, () => Torch(model, pictures, batch));
            if (round == 0)
                continue;
            byOnnx.Add(calls * batch / first);
            byTorch.Add(calls * batch / second);
        }
        var (a, b) = (Median(byOnnx), Median(byTorch));
        Console.WriteLine($"| {name} | {batch} | {a:N0} | {b:N0} | {a / b:F2} |");
    }
}

static float[] Torch(TrainedModel model, float[] pictures, int count)
{
    using var scope = NewDisposeScope();
    using var noGradient = inference_mode();
    return [.. model.Network.Encode(tensor(pictures).view(count, -1), sample: false).Z.contiguous().data<float>()];
}

static double Seconds(int calls, Func<float[]> call)
{
    var watch = Stopwatch.StartNew();
    for (var i = 0; i < calls; i++)
        call();
    return watch.Elapsed.TotalSeconds;
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
