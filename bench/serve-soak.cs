#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
#:property PublishAot=false
// A server under mixed traffic: rows, batches, tensors, metadata and metrics, beside malformed JSON, bodies that are too large, connections that are cut off,
// and a model file that is replaced every 5 seconds, now and then by a damaged one. Every answer must be that of the library by one of the two models that the
// file has in turn, and no request may be lost. Ends with SIGTERM while requests are under way. Loopback only.
//
//     dotnet run -c Release bench/serve-soak.cs ISTHMUS [seconds] [workers]          ISTHMUS is the program, artifacts/bin/Isthmus.Cli/release/Isthmus.Cli
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Isthmus;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var program = args[0];
var (seconds, workers) = (args.Length > 1 ? int.Parse(args[1]) : 600, args.Length > 2 ? int.Parse(args[2]) : 8);
const string Key = "soak-key-of-32-letters-and-digits";
var folder = Directory.CreateTempSubdirectory("isthmus-soak").FullName;
var (live, key) = (Path.Combine(folder, "live.isthmus"), Path.Combine(folder, "keys"));
File.WriteAllText(key, Key);
var random = new Random(1);
Customer[] customers = [.. Enumerable.Range(0, 1000).Select(_ => Some(random))];
string[] files = [Path.Combine(folder, "a.isthmus"), Path.Combine(folder, "b.isthmus")];
Customer[] asked = [.. Enumerable.Range(0, 200).Select(_ => Some(random))];

// Bits of every row by either model, as the library has them.
var expected = new float[2][];
for (var which = 0; which < 2; which++)
{
    // Scores rest on kept rows, so the models are of other rows.
    using var model = Autoencoders.TableVae().Fit(Rows.From(customers[(400 * which)..(400 * which + 600)]).Split(), new() { Epochs = 1, Threads = 1 });
    model.Save(files[which]);
    expected[which] = [.. model.Score(asked).Select(row => row.Bits)];
}
if (expected[0].Zip(expected[1]).All(pair => pair.First == pair.Second))
    throw new InvalidOperationException("The two models score alike: no answer could be told from a wrong one.");
File.Copy(files[0], live);

var (port, faults, log) = (FreePort(), new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
var address = $"http://127.0.0.1:{port}";
using var server = Process.Start(
    new ProcessStartInfo(program, ["serve", "-m", $"fraud={live}", "--url", address, "--api-key-file", key, "--max-body-mb", "1", "--reload", "1"])
    {
        RedirectStandardError = true,
        RedirectStandardOutput = true,
    }
)!;
server.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
server.OutputDataReceived += (_, _) => { };
server.BeginErrorReadLine();
server.BeginOutputReadLine();
using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(20) })
{
    BaseAddress = new(address),
    Timeout = TimeSpan.FromSeconds(60),
};
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
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

var (counts, memory, isOver) = (new ConcurrentDictionary<string, long>(), new List<double>(), false);
var end = DateTime.UtcNow.AddSeconds(seconds);
var reloads = Task.Run(ReloadAsync);
var sampling = Task.Run(async () =>
{
    for (; DateTime.UtcNow < end; await Task.Delay(1000))
        memory.Add(Resident(server.Id));
});
await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => WorkAsync(new Random(100 + worker)))));
isOver = true;
await Task.WhenAll(reloads, sampling);

// SIGTERM while requests are under way: each that was taken is answered, and the program ends with 0.
var last = Enumerable.Range(0, 64).Select(i => Task.Run(() => ScoreAsync(new Random(1000 + i), 50, mayBeRefused: true))).ToArray();
await Task.Delay(30);
Process.Start("kill", ["-TERM", $"{server.Id}"])!.WaitForExit();
await Task.WhenAll(last);
var watch = Stopwatch.StartNew();
if (!server.WaitForExit(30_000))
    faults.Enqueue("still running 30 seconds after SIGTERM");
else if (server.ExitCode != 0)
    faults.Enqueue($"exit code {server.ExitCode} after SIGTERM");
foreach (var line in log.Where(line => line.Contains("failed by", StringComparison.Ordinal) || line.Contains("Unhandled", StringComparison.Ordinal)).Take(5))
    faults.Enqueue($"log: {line}");

var quarter = Math.Max(1, memory.Count / 4);
Console.WriteLine($"{seconds} s, {workers} workers: {string.Join(", ", counts.OrderBy(count => count.Key).Select(count => $"{count.Value:N0} {count.Key}"))}");
Console.WriteLine(
    $"memory, mean of the first quarter {memory.Take(quarter).Average():N0} MB, of the last {memory.TakeLast(quarter).Average():N0} MB; "
        + $"ended {watch.Elapsed.TotalSeconds:F1} s after the last answer"
);

// A tenth of the time each, so that a rise that goes on is told from a warm-up.
Console.WriteLine($"memory by tenths, MB: {string.Join(" ", memory.Chunk(Math.Max(1, (memory.Count + 9) / 10)).Select(part => $"{part.Average():N0}"))}");
foreach (var fault in faults.GroupBy(fault => fault).Take(20))
    Console.WriteLine($"FAULT {fault.Count()} x {fault.Key}");
Console.WriteLine(faults.IsEmpty ? "0 wrong answers, 0 lost requests, 0 unhandled exceptions" : $"{faults.Count} faults; see {folder}");
if (faults.IsEmpty)
    Directory.Delete(folder, recursive: true);
return faults.IsEmpty ? 0 : 1;

async Task WorkAsync(Random own)
{
    while (DateTime.UtcNow < end)
        try
        {
            await (
                own.Next(20) switch
                {
                    < 6 => ScoreAsync(own, 1),
                    < 9 => ScoreAsync(own, 50),
                    < 12 => InferAsync(own, 1 + own.Next(40), isBinary: false),
                    < 14 => InferAsync(own, 1 + own.Next(40), isBinary: true),
                    14 => StatusAsync("GET /v2/models/fraud", HttpStatusCode.OK, () => client.GetAsync("/v2/models/fraud")),
                    15 => StatusAsync("GET drift or metrics", HttpStatusCode.OK, () => client.GetAsync(own.Next(2) == 0 ? "/models/fraud/drift" : "/metrics")),
                    16 => GarbageAsync(own),
                    17 => StatusAsync("too large (413)", HttpStatusCode.RequestEntityTooLarge, () => Post("/models/fraud/score", new byte[2 << 20])),
                    18 => CutOffAsync(own),
                    _ => StatusAsync("ready", HttpStatusCode.OK, () => client.GetAsync("/v2/health/ready")),
                }
            );
        }
        catch (Exception e)
        {
            faults.Enqueue($"{e.GetType().Name}: {e.Message}");
        }
}

async Task ScoreAsync(Random own, int rows, bool mayBeRefused = false)
{
    int[] chosen = [.. Enumerable.Range(0, rows).Select(_ => own.Next(asked.Length))];
    HttpResponseMessage response;
    try
    {
        response = await client.PostAsJsonAsync("/models/fraud/score", chosen.Select(row => asked[row]));
    }
    catch (HttpRequestException e) when (mayBeRefused && e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
    {
        Count("refused after SIGTERM");
        return;
    }
    using (response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        if (mayBeRefused && response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            Count("refused after SIGTERM");
            return;
        }
        if (!response.IsSuccessStatusCode)
        {
            faults.Enqueue($"score: {(int)response.StatusCode} {body.RootElement}");
            return;
        }
        var answers = body.RootElement.ValueKind == JsonValueKind.Array ? body.RootElement : body.RootElement.GetProperty("rows");
        Check("rows scored", chosen, [.. answers.EnumerateArray().Select(row => row.GetProperty("bits").GetSingle())], rows);
    }
}

async Task InferAsync(Random own, int rows, bool isBinary)
{
    int[] chosen = [.. Enumerable.Range(0, rows).Select(_ => own.Next(asked.Length))];
    var outputs = new object[] { new { name = "bits", parameters = new { binary_data = isBinary } } };
    using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/fraud/infer");
    if (!isBinary)
        request.Content = JsonContent.Create(
            new
            {
                id = $"{rows}",
                inputs = new object[]
                {
                    new
                    {
                        name = "Age",
                        datatype = "FP64",
                        shape = new[] { rows, 1 },
                        data = chosen.Select(row => asked[row].Age),
                    },
                    new
                    {
                        name = "City",
                        datatype = "BYTES",
                        shape = new[] { rows, 1 },
                        data = chosen.Select(row => asked[row].City),
                    },
                    new
                    {
                        name = "Spend",
                        datatype = "FP64",
                        shape = new[] { rows, 1 },
                        data = chosen.Select(row => asked[row].Spend),
                    },
                },
                outputs,
            }
        );
    else
    {
        byte[] ages = [.. chosen.SelectMany(row => BitConverter.GetBytes((double)(asked[row].Age ?? double.NaN)))],
            spends = [.. chosen.SelectMany(row => BitConverter.GetBytes(asked[row].Spend))],
            cities =

            [
                .. chosen
                    .Select(row => Encoding.UTF8.GetBytes(asked[row].City ?? ""))
                    .SelectMany(city => (byte[])[.. BitConverter.GetBytes(city.Length), .. city]),
            ];
        object Input(string name, string type, byte[] data) =>
            new
            {
                name,
                datatype = type,
                shape = new[] { rows, 1 },
                parameters = new { binary_data_size = data.Length },
            };
        var head = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                id = $"{rows}",
                inputs = new[] { Input("Age", "FP64", ages), Input("City", "BYTES", cities), Input("Spend", "FP64", spends) },
                outputs,
            }
        );
        request.Content = new ByteArrayContent([.. head, .. ages, .. cities, .. spends]);
        request.Headers.Add("Inference-Header-Content-Length", $"{head.Length}");
    }
    using var response = await client.SendAsync(request);
    var bytes = await response.Content.ReadAsByteArrayAsync();
    if (!response.IsSuccessStatusCode)
    {
        faults.Enqueue($"infer: {(int)response.StatusCode} {Encoding.UTF8.GetString(bytes)}");
        return;
    }
    var length = isBinary ? int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single()) : bytes.Length;
    using var body = JsonDocument.Parse(bytes.AsMemory(0, length));
    if (body.RootElement.GetProperty("id").GetString() != $"{rows}")
        faults.Enqueue("infer: another id");
    float[] bits = isBinary
        ? [.. bytes[length..].Chunk(4).Select(part => BitConverter.ToSingle(part))]
        : [.. body.RootElement.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(number => number.GetSingle())];
    Check(isBinary ? "rows by binary tensors" : "rows by tensors", chosen, bits, rows);
}

void Check(string what, int[] chosen, float[] bits, int rows)
{
    // Requests under way while the file is replaced are answered by one of the two models, and wholly by it.
    if (bits.Length != rows || !expected.Any(model => chosen.Zip(bits).All(pair => model[pair.First] == pair.Second)))
        faults.Enqueue($"{what}: a wrong answer");
    else
        Count(what, rows);
}

async Task GarbageAsync(Random own)
{
    var valid =
        """{"id":"1","inputs":[{"name":"Age","datatype":"FP64","shape":[1,1],"data":[41]}, """u8
        + """ {"name":"City","datatype":"BYTES","shape":[1,1],"data":["Lyon"]}]}"""u8;
    var bytes = valid.ToArray();
    for (var i = 0; i < 3; i++)
        bytes[own.Next(bytes.Length)] = (byte)own.Next(256);
    // An input is missing whatever the bytes are: it can be no success.
    await StatusAsync("malformed (400)", HttpStatusCode.BadRequest, () =>
        Post(own.Next(2) == 0 ? "/v2/models/fraud/infer" : "/models/fraud/score", bytes[..own.Next(bytes.Length)])
    );
}

async Task CutOffAsync(Random own)
{
    using var socket = new TcpClient();
    await socket.ConnectAsync(IPAddress.Loopback, port);
    var request =
        $"POST /models/fraud/score HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {Key}\r\n"
        + "Content-Type: application/json\r\nContent-Length: 400\r\n\r\n[{\"Age\": 41, ";
    await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request)[..(20 + own.Next(request.Length - 20))]);
    if (own.Next(2) == 0)
        socket.Client.LingerState = new LingerOption(true, 0);
    Count("cut off");
}

async Task StatusAsync(string what, HttpStatusCode status, Func<Task<HttpResponseMessage>> send)
{
    try
    {
        using var response = await send();
        var body = await response.Content.ReadAsStringAsync();
        if (response.StatusCode != status || status >= HttpStatusCode.BadRequest && !body.Contains("\"error\"", StringComparison.Ordinal))
            faults.Enqueue($"{what}: {(int)response.StatusCode} {body[..Math.Min(200, body.Length)]}");
        else
            Count(what);
    }
    // The server answers before it has read all of a body that is too large, and closes; the client may see the one or the other.
    catch (HttpRequestException) when (status == HttpStatusCode.RequestEntityTooLarge)
    {
        Count(what);
    }
}

async Task ReloadAsync()
{
    for (var turn = 1; !isOver; turn++)
    {
        for (var wait = 0; wait < 50 && !isOver; wait++)
            await Task.Delay(100);
        var bytes = await File.ReadAllBytesAsync(files[turn % 2]);
        if (turn % 3 == 0)
            bytes =
                turn % 2 == 0
                    ? bytes[..(bytes.Length / 2)]
                    : [.. bytes[..^100].Select((value, place) => place % 997 == 500 ? (byte)~value : value), .. bytes[^100..]];
        await File.WriteAllBytesAsync(live + ".new", bytes);
        File.Move(live + ".new", live, overwrite: true);
        Count(turn % 3 == 0 ? "damaged files" : "files replaced");
    }
}

Task<HttpResponseMessage> Post(string path, byte[] body) =>
    client.PostAsync(path, new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } });

void Count(string what, long many = 1) => counts.AddOrUpdate(what, many, (_, before) => before + many);

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
    return new(20 + random.Next(50), "ABCD"[kind] + "town", Math.Round(1000 * (kind + 1) + 300 * random.NextDouble(), 2));
}

internal sealed record Customer(int? Age, string? City, double Spend);
