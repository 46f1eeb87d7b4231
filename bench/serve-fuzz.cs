#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
#:property PublishAot=false
// Changed bodies of every form that a model of rows takes, sent to a server until the time is over: nothing but an answer below 500 may come back, the log may
// have no fault, and the server must still score as it did before. Loopback only.
//
//     dotnet run -c Release bench/serve-fuzz.cs ISTHMUS [seconds] [seed]          ISTHMUS is the program, artifacts/bin/Isthmus.Cli/release/Isthmus.Cli
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Isthmus;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (program, seconds, seed) = (args[0], args.Length > 1 ? int.Parse(args[1]) : 600, args.Length > 2 ? int.Parse(args[2]) : 1);
var folder = Directory.CreateTempSubdirectory("isthmus-fuzz").FullName;
var file = Path.Combine(folder, "model.isthmus");
var random = new Random(1);
using (var model = Autoencoders.TableVae().Fit(Rows.From(Enumerable.Range(0, 800).Select(_ => Some(random))).Split(), new() { Epochs = 1, Threads = 1 }))
    model.Save(file);

var (port, faults, log) = (FreePort(), new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
using var server = Process.Start(
    new ProcessStartInfo(program, ["serve", "-m", $"fraud={file}", "--url", $"http://127.0.0.1:{port}", "--max-body-mb", "1"])
    {
        RedirectStandardError = true,
        RedirectStandardOutput = true,
    }
)!;
server.ErrorDataReceived += (_, line) =>
{
    // A line a request is too much to keep.
    if (line.Data is { } text && (text.Contains("failed by", StringComparison.Ordinal) || text.Contains("fail:", StringComparison.Ordinal)))
        log.Enqueue(text);
};
server.BeginErrorReadLine();
server.BeginOutputReadLine();
using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
for (var tries = 0; ; tries++)
    try
    {
        if ((await client.GetAsync("/v2/health/ready")).IsSuccessStatusCode)
            break;
    }
    catch (HttpRequestException) when (tries < 1200)
    {
        await Task.Delay(100);
    }

// What readers stumble over.
string[] words =
[
    .. """
        null -1 1e999 -0 9223372036854775807 18446744073709551616 NaN "NaN" [ ] { } " , : \ud800 \u0000 [[[[[[[[ true {"":0} "Age": "shape":[0] "data":[]
        é ; "" "shape":[9223372036854775807,2] "binary_data_size":-1 2021-02-30
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
    "\r\n",
    "\t",
];

// Seeds: what is right in each form.
const string Two =
    """[{"Age": 41, "City": "Btown", "Plan": true, "Since": "2021-05-06", "Spend": 9250.5}, """
    + """{"Age": null, "City": "x", "Plan": false, "Since": null, "Spend": 1e3}]""";
byte[] cities = [.. new[] { "Btown", "x" }.SelectMany(text => (byte[])[.. BitConverter.GetBytes(text.Length), .. Encoding.UTF8.GetBytes(text)])];
byte[] numbers = [.. new[] { 41.0, double.NaN }.SelectMany(BitConverter.GetBytes)];
string Input(string name, string type, string rest) => $$"""{"name": "{{name}}", "datatype": "{{type}}", "shape": [2, 1], {{rest}}}""";
string Sized(int bytes) => $$"""{"binary_data_size": {{bytes}}}""";
string[] others = [Input("Plan", "BOOL", "\"data\": [true, false]"), Input("Since", "FP64", "\"data\": [1620259200, null]")];
string[] plain =
[
    Input("Age", "FP64", "\"data\": [41, null]"),
    Input("City", "BYTES", "\"data\": [\"Btown\", \"x\"]"),
    .. others,
    Input("Spend", "INT64", "\"data\": [9250, 1000]"),
];
string[] sized =
[
    Input("Age", "FP64", $"\"parameters\": {Sized(numbers.Length)}"),
    Input("City", "BYTES", $"\"parameters\": {Sized(cities.Length)}"),
    .. others,
    Input("Spend", "FP64", "\"data\": [[9250.5], [1e3]]"),
];
const string Outputs = """ "outputs": [{"name": "bits"}, {"name": "p_value", "parameters": {"binary_data": true}}]}""";
var whole = Encoding.UTF8.GetBytes("{\"inputs\": [" + string.Join(", ", plain) + "]}");
var head = Encoding.UTF8.GetBytes("{\"id\": \"1\", \"inputs\": [" + string.Join(", ", sized) + "]," + Outputs);
Seed[] seeds =
[
    new("/models/fraud/score", "application/json", Encoding.UTF8.GetBytes(Two), null),
    new("/models/fraud/score", "application/x-ndjson", Encoding.UTF8.GetBytes(Two.Trim('[', ']').Replace("}, {", "}\n{")), null),
    new("/models/fraud/score", "text/csv", "Age,City,Plan,Since,Spend\n41,Btown,true,2021-05-06,9250.5\n,x,false,,1e3\n"u8.ToArray(), null),
    new("/models/fraud/encode", "application/json", Encoding.UTF8.GetBytes(Two), null),
    new("/v2/models/fraud/infer", "application/json", whole, null),
    new("/v2/models/fraud/infer", "application/octet-stream", [.. head, .. numbers, .. cities], head.Length),
];
foreach (var one in seeds)
    if (await SendAsync(one, one.Body) is var (refused, text) && refused != HttpStatusCode.OK)
        throw new InvalidOperationException($"A seed is refused: {one.Path} {one.Type}: {refused} {text}");
var before = (await SendAsync(seeds[0], seeds[0].Body)).Text;

var statuses = new ConcurrentDictionary<(string, int), long>();
var (end, memory) = (DateTime.UtcNow.AddSeconds(seconds), new List<double>());
var workers = Enumerable.Range(0, 8).Select(worker => Task.Run(() => WorkAsync(new Random(1000 * seed + worker)))).ToArray();
for (; DateTime.UtcNow < end; await Task.Delay(1000))
    memory.Add(Resident(server.Id));
await Task.WhenAll(workers);
if ((await SendAsync(seeds[0], seeds[0].Body)).Text != before)
    faults.Enqueue("the server scores otherwise than before");
foreach (var line in log.Take(5))
    faults.Enqueue($"log: {line}");
Process.Start("kill", ["-TERM", $"{server.Id}"])!.WaitForExit();
if (!server.WaitForExit(30_000) || server.ExitCode != 0)
    faults.Enqueue("no exit code 0 after SIGTERM");

Console.WriteLine($"{seconds} s, seed {seed}: {statuses.Values.Sum():N0} changed bodies");
foreach (var path in statuses.GroupBy(status => status.Key.Item1).OrderBy(path => path.Key, StringComparer.Ordinal))
    Console.WriteLine(
        $"  {path.Key}: " + string.Join(", ", path.OrderBy(status => status.Key.Item2).Select(status => $"{status.Value:N0} x {status.Key.Item2}"))
    );
var quarter = Math.Max(1, memory.Count / 4);
Console.WriteLine($"memory, mean of the first quarter {memory.Take(quarter).Average():N0} MB, of the last {memory.TakeLast(quarter).Average():N0} MB");
foreach (var fault in faults.Take(20))
    Console.WriteLine($"FAULT {fault}");
Console.WriteLine(faults.IsEmpty ? "no status of 500 or above, no lost answer, no fault in the log" : $"{faults.Count} faults; see {folder}");
if (faults.IsEmpty)
    Directory.Delete(folder, recursive: true);
return faults.IsEmpty ? 0 : 1;

async Task WorkAsync(Random own)
{
    while (DateTime.UtcNow < end && faults.Count < 100)
    {
        var one = seeds[own.Next(seeds.Length)];
        var body = Changed(one.Body, own);
        try
        {
            var (status, text) = await SendAsync(one, body);
            statuses.AddOrUpdate(($"{one.Path} {one.Type}", (int)status), 1, (_, count) => count + 1);
            if ((int)status >= 500 || (int)status >= 400 && !text.StartsWith("{\"error\":", StringComparison.Ordinal))
                Keep($"{one.Path} {one.Type}: {(int)status} {text[..Math.Min(300, text.Length)]}", body);
        }
        // A stream of lines that has begun is cut off at the line that is wrong.
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            if (one.Type != "application/x-ndjson")
                Keep($"{one.Path} {one.Type}: {e.GetType().Name} {e.Message}", body);
            else
                statuses.AddOrUpdate(($"{one.Path} {one.Type}", 0), 1, (_, count) => count + 1);
        }
    }
}

void Keep(string fault, byte[] body)
{
    faults.Enqueue(fault);
    File.WriteAllBytes(Path.Combine(folder, $"fault-{faults.Count}"), body);
}

async Task<(HttpStatusCode Status, string Text)> SendAsync(Seed one, byte[] body)
{
    using var request = new HttpRequestMessage(HttpMethod.Post, one.Path) { Content = new ByteArrayContent(body) };
    request.Content.Headers.ContentType = new(one.Type);
    if (one.Json is { } length)
        request.Headers.Add("Inference-Header-Content-Length", $"{length}");
    using var response = await client.SendAsync(request);
    return (response.StatusCode, await response.Content.ReadAsStringAsync());
}

byte[] Changed(byte[] from, Random own)
{
    var bytes = from.ToList();
    for (var changes = 1 + own.Next(4); changes > 0; changes--)
    {
        var at = own.Next(bytes.Count + 1);
        switch (own.Next(7))
        {
            case 0 when bytes.Count > 0:
                bytes[at % bytes.Count] ^= (byte)(1 << own.Next(8));
                break;
            case 1 when bytes.Count > 0:
                bytes[at % bytes.Count] = (byte)own.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + own.Next(8)));
                break;
            case 3 when own.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 4:
                bytes.InsertRange(at, bytes.Skip(own.Next(bytes.Count + 1)).Take(own.Next(60)).ToArray());
                break;
            default:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(words[own.Next(words.Length)]));
                break;
        }
    }
    return [.. bytes];
}

static double Resident(int process) =>
    double.Parse(
        File.ReadLines($"/proc/{process}/status")
            .First(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]
    ) / 1024;

static int FreePort()
{
    using var listener = new TcpListener(IPAddress.Loopback, 0);
    listener.Start();
    return ((IPEndPoint)listener.LocalEndpoint).Port;
}

static Customer Some(Random random)
{
    var kind = random.Next(4);
    return new(
        20 + random.Next(50),
        "ABCD"[kind] + "town",
        random.Next(3) == 0,
        new DateOnly(2020, 1, 1).AddDays(random.Next(900)),
        Math.Round(1000 * (kind + 1) + 300 * random.NextDouble(), 2)
    );
}

internal sealed record Seed(string Path, string Type, byte[] Body, int? Json);

internal sealed record Customer(int? Age, string? City, bool? Plan, DateOnly? Since, double Spend);
