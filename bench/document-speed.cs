#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Documents a second through encode, search and topics: 20news (7,487 test documents, 1,995 words), a model of one epoch, the best of 5. ISTHMUS_DATA
// says where the set is.
//
//     dotnet run -c Release bench/document-speed.cs [preset] [threads]
using System.Diagnostics;
using System.Globalization;
using Isthmus.Codes;
using Isthmus.Data.Formats;
using Isthmus.Topics;
using Isthmus.Training;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (preset, threads) = (args.Length > 0 ? args[0] : "prod-lda", args.Length > 1 ? int.Parse(args[1]) : 1);
var data = DataSource.Load("20news", new());
using var model = TrainingRun
    .Train(
        preset,
        data,
        new()
        {
            Threads = threads,
            Settings = new Dictionary<string, string> { ["epochs"] = "1" },
        }
    )
    .Model;
var query = DocumentSearch.Query(model.Specification.Schema, "rocket launch");
Measure("encode", () => RecordCodes.Of(model.Network, data.Test).Dispose());
Measure("search", () => DocumentSearch.Find(model, data.Test, query, 10));
Measure("topics", () => DocumentTopic.Of(model, data.Test, 10, 2));

void Measure(string verb, Action action)
{
    var (best, processor) = (double.PositiveInfinity, double.PositiveInfinity);
    for (var round = 0; round < 5; round++)
    {
        var (watch, before) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        action();
        best = Math.Min(best, watch.Elapsed.TotalSeconds);
        processor = Math.Min(processor, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
    }
    Console.WriteLine(
        $"{verb} of {data.Test.Count:N0} documents, {preset}, {threads} threads: {data.Test.Count / best:N0} documents/s, "
            + $"{1e6 * processor / data.Test.Count:F0} us of processor each"
    );
}
