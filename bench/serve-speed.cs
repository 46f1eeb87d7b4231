#:sdk Microsoft.NET.Sdk.Web
#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
#:property PublishAot=false
// Parts of bench/serve-speed.sh: a model and bodies, the library by itself, and a bare endpoint that echoes JSON.
//
//     dotnet run -c Release bench/serve-speed.cs make FOLDER | library FOLDER SECONDS | echo URL
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Isthmus;
using Isthmus.Models;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["make", var folder]:
        Make(folder);
        break;
    case ["library", var folder, var seconds]:
        Library(folder, double.Parse(seconds));
        break;
    case ["echo", var url]:
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/ready", () => "ready");
        app.MapPost("/echo", (JsonElement body) => body);
        app.Run();
        break;
    default:
        Console.Error.WriteLine("make FOLDER | library FOLDER SECONDS | echo URL");
        return 2;
}
return 0;

static void Make(string folder)
{
    var random = new Random(1);
    var rows = Enumerable.Range(0, 4_000).Select(_ => Some(random)).ToArray();
    using var model = Autoencoders.TableVae().Fit(Rows.From(rows[..3_000]).Split(), new() { Epochs = 2 });
    model.Save(Path.Combine(folder, "model.isthmus"));
    var asked = rows[3_000..];
    Write("row.json", asked[..1]);
    Write("rows.json", asked);
    Write("infer.json", Infer(asked[..1]));
    Write("infers.json", Infer(asked));

    void Write(string name, object body) => File.WriteAllBytes(Path.Combine(folder, name), JsonSerializer.SerializeToUtf8Bytes(body));
}

static void Library(string folder, double seconds)
{
    using var model = TrainedModel.Load(Path.Combine(folder, "model.isthmus"));
    foreach (var name in new[] { "row.json", "rows.json" })
    {
        var body = File.ReadAllBytes(Path.Combine(folder, name));
        var count = JsonDocument.Parse(body).RootElement.GetArrayLength();
        Run(0.5);
        var (calls, each) = Run(seconds);
        Console.WriteLine(
            $"library, {count:N0} row{(count == 1 ? "" : "s")} of JSON to JSON: {calls / seconds:N0} calls/s, {calls * count / seconds:N0} rows/s on "
                + $"{Environment.ProcessorCount} threads, p50 {each[each.Length / 2]:F2} ms, p99 {each[each.Length * 99 / 100]:F2} ms"
        );

        (long Calls, double[] Milliseconds) Run(double time)
        {
            var watch = Stopwatch.StartNew();
            var times = new List<double>[Environment.ProcessorCount];
            Parallel.For(0, times.Length, new ParallelOptions { MaxDegreeOfParallelism = times.Length }, worker =>
            {
                times[worker] = [];
                while (watch.Elapsed.TotalSeconds < time)
                {
                    var start = Stopwatch.GetTimestamp();
                    using var document = JsonDocument.Parse(body);
                    JsonSerializer.SerializeToUtf8Bytes(model.Score(document.RootElement), JsonFormat.Compact);
                    times[worker].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            });
            double[] all = [.. times.SelectMany(own => own).Order()];
            return (all.Length, all);
        }
    }
}

static object Infer(Customer[] rows)
{
    object Input(string name, string type, IEnumerable<object?> data) =>
        new
        {
            name,
            datatype = type,
            shape = new[] { rows.Length, 1 },
            data,
        };
    return new
    {
        inputs = new[]
        {
            Input("Age", "FP64", rows.Select(row => (object?)row.Age)),
            Input("City", "BYTES", rows.Select(row => (object?)row.City)),
            Input("Plan", "BYTES", rows.Select(row => (object?)row.Plan)),
            Input("Spend", "FP64", rows.Select(row => (object?)row.Spend)),
            Input("Visits", "FP64", rows.Select(row => (object?)row.Visits)),
            Input("Balance", "FP64", rows.Select(row => (object?)row.Balance)),
        },
        outputs = new[] { new { name = "bits" }, new { name = "p_value" } },
    };
}

static Customer Some(Random random)
{
    var kind = random.Next(4);
    return new(
        20 + random.Next(50),
        "ABCD"[kind] + "town",
        random.Next(3) == 0 ? "basic" : "full",
        Math.Round(1000 * (kind + 1) + 300 * random.NextDouble(), 2),
        random.Next(1 + 5 * kind, 10 + 10 * kind),
        Math.Round(5000 * random.NextDouble() - 1000, 2)
    );
}

internal sealed record Customer(int Age, string City, string Plan, double Spend, int Visits, double Balance);
