using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Isthmus.Server.Hosting;
using Isthmus.Server.OpenInference.Wire;
using Microsoft.Extensions.Logging;

namespace Isthmus.Server.Tests;

/// <summary>Requests that are meant to do harm, and what must not be told or logged.</summary>
public sealed class SecurityTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    private const string Key = "the-key-of-many-letters-1234";

    private Task<RunningServer> Start(Action<Settings.ServerOptions>? more = null, LogLines? log = null) =>
        RunningServer.StartAsync(
            options =>
            {
                options.Models["customers"] = models.Customers;
                more?.Invoke(options);
            },
            builder =>
            {
                if (log is null)
                    return;
                builder.Logging.SetMinimumLevel(LogLevel.Trace);
                builder.Logging.AddProvider(log);
            }
        );

    [Theory]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://127.9.9.9:8080", true)]
    [InlineData("https://[::1]:8443", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://unix:/run/isthmus.sock", true)]
    [InlineData("http://0.0.0.0:8080", false)]
    [InlineData("http://*:8080", false)]
    [InlineData("http://+:8080", false)]
    [InlineData("http://[::]:8080", false)]
    [InlineData("http://10.0.0.1:8080", false)]
    [InlineData("http://localhost.example.com:8080", false)]
    [InlineData("http://127.0.0.1.example.com:8080", false)]
    public void Addresses_that_others_reach_are_told_from_those_of_this_machine(string url, bool isLoopback) =>
        Assert.Equal((true, isLoopback), (StandaloneServer.IsAddress(url), StandaloneServer.IsLoopback(url)));

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1:21")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:8080/base")]
    [InlineData("http://")]
    [InlineData("")]
    public void Addresses_that_nothing_can_listen_on_are_known(string url) => Assert.False(StandaloneServer.IsAddress(url));

    [Theory]
    // Two lengths, a length and chunks, chunks of another kind: the next server in the chain may see another end of the request.
    [InlineData("POST /models/customers/score HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\n[{}]")]
    [InlineData("POST /models/customers/score HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\n[{}]")]
    [InlineData("POST /models/customers/score HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n4\r\n[{}]\r\n0\r\n\r\n")]
    [InlineData("POST /models/customers/score HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n4\r\n[{}]\r\n0\r\n\r\n")]
    [InlineData("POST /models/customers/score HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n4\r\n[{}]\r\n0\r\n\r\n")]
    [InlineData("POST /models/customers/score HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-4\r\n[{}]\r\n0\r\n\r\n")]
    [InlineData("POST /models/customers/score HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF1\r\n[{}]\r\n0\r\n\r\n")]
    [InlineData("GET /models HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET /models HTTP/1.1\r\n\r\n")]
    [InlineData("GET /models HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n")]
    [InlineData("GET /models HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n")]
    [InlineData("GET /models HTTP/1.1 extra\r\nHost: a\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0\u0001")]
    public async Task Requests_whose_end_is_not_certain_are_refused_and_the_connection_closed(string request)
    {
        await using var server = await Start();
        using var connection = await server.ConnectAsync();
        await connection.SendAsync($"{request}GET /models HTTP/1.1\r\nHost: a\r\n\r\n");
        var answer = await connection.ToEndAsync();
        Assert.Matches("^HTTP/1.1 (400|501)", answer);
        // What lies behind is no request.
        Assert.Single(answer.Split("HTTP/1.1 ")[1..]);
    }

    [Fact]
    public async Task A_length_beside_chunks_ends_the_connection()
    {
        await using var server = await Start();
        using var connection = await server.ConnectAsync();
        await connection.SendAsync(
            "POST /models/customers/score HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\nGET /models HTTP/1.1\r\nHost: a\r\n\r\n"
        );
        Assert.Single((await connection.ToEndAsync()).Split("HTTP/1.1 ")[1..]);
    }

    [Fact]
    public async Task Requests_of_http_2_end_where_their_frames_do_or_are_refused()
    {
        (bool IsAnswered, string Fields)[] cases =
        [
            (true, "content-length: 42"),
            (true, "te: trailers"),
            // Frames say where the body ends: these fields, by which another server might see another end, change nothing here, where nothing is passed on.
            (true, "transfer-encoding: chunked"),
            (true, "upgrade: h2c"),
            (true, "host: another"),
            (true, "x a: b"),
            // Fields of HTTP/1.1's connection (RFC 9113, 8.2.2).
            (false, "connection: keep-alive"),
            (false, "te: gzip"),
            // Lengths that are not the body's.
            (false, "content-length: 43"),
            (false, "content-length: 1"),
            (false, "content-length: -1"),
            (false, "content-length: 42|content-length: 43"),
            (false, "X-Upper: a"),
            (false, "x: a\0b"),
            (false, "x: a\r\nhost: b"),
            (false, ": empty"),
            // Pseudo-headers behind others, twice, or unknown.
            (false, "x: a|:path: /models"),
            (false, ":path: /models"),
            (false, ":status: 200"),
            (false, ":own: a"),
        ];
        await using var server = await Start();
        var port = new Uri(StandaloneServer.Addresses(server.App).Last()).Port;
        foreach (var (isAnswered, fields) in cases)
        {
            (string, string)[] head =
            [
                (":method", "POST"),
                (":scheme", "http"),
                (":authority", "a"),
                (":path", "/models/customers/score"),
                .. fields.Split('|').Select(Parted),
                ("content-type", "application/json"),
            ];
            var found = await RawStream.IsAnsweredAsync(port, head, """[{"age": 31, "plan": "basic", "spent": 3}]""");
            Assert.True(isAnswered == found, fields);
        }
        static (string, string) Parted(string field)
        {
            var at = field.IndexOf(": ", StringComparison.Ordinal);
            return (field[..at], field[(at + 2)..]);
        }
    }

    [Theory]
    [InlineData("431", "X", 20_000)]
    [InlineData("414", "", 5_000)]
    public async Task Headers_and_addresses_have_a_length(string status, string header, int length)
    {
        await using var server = await Start();
        using var connection = await server.ConnectAsync();
        var letters = new string('a', length);
        await connection.SendAsync(
            header.Length > 0 ? $"GET /models HTTP/1.1\r\nHost: a\r\n{header}: {letters}\r\n\r\n" : $"GET /{letters} HTTP/1.1\r\nHost: a\r\n\r\n"
        );
        Assert.StartsWith($"HTTP/1.1 {status}", await connection.ToEndAsync());
    }

    [Fact]
    public async Task No_key_and_nothing_of_what_was_sent_is_in_the_log()
    {
        const string Cell = "cell-of-a-customer";
        var log = new LogLines();
        await using (var server = await Start(options => options.ApiKeys.Add(Key), log))
        {
            async Task Send(string path, string body, string name, string value, string type = "application/json")
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, type) };
                request.Headers.TryAddWithoutValidation(name, value);
                using var answer = await server.Client.SendAsync(request);
            }
            foreach (
                var (name, value) in new[]
                {
                    ("Authorization", $"Bearer {Key}"),
                    ("X-Api-Key", Key),
                    ("Authorization", $"Basic {Key}"),
                    ("X-Api-Key", $"{Key}x"),
                }
            )
                foreach (
                    var body in new[]
                    {
                    $$"""[{"age": 31, "plan": "{{Cell}}", "spent": 3}]""",
                    $$"""[{"age": "{{Cell}}", "plan": "basic", "spent": 3}]""",
                    $$"""[{"{{Cell}}": 3}]""",
                    $"[{Cell}",
                    }
                )
                {
                    await Send("/models/customers/score", body, name, value);
                    await Send("/models/customers/score", $"age,plan,spent\n{Cell},basic,3\n", name, value, "text/csv");
                    await Send("/models/customers/encode", body, name, value);
                    await Send($"/models/{Cell}/score", body, name, value);
                    await Send(
                        "/v2/models/customers/infer",
                        $$"""{"inputs": [{"name": "{{Cell}}", "shape": [1], "datatype": "FP32", "data": [1]}]}""",
                        name,
                        value
                    );
                    await Send($"/{Cell}?key={Key}", body, name, value);
                }
            using var channel = GrpcChannel.ForAddress(StandaloneServer.Addresses(server.App).Last());
            var call = new ModelInferRequest { ModelName = "customers" };
            call.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = Cell, Datatype = "FP32" });
            var method = new Method<ModelInferRequest, byte[]>(
                MethodType.Unary,
                "inference.GRPCInferenceService",
                "ModelInfer",
                Marshallers.Create<ModelInferRequest>(sent => sent.ToByteArray(), _ => throw new NotSupportedException()),
                Marshallers.Create(bytes => bytes, bytes => bytes)
            );
            foreach (var value in new[] { Key, $"{Key}x" })
                await Assert.ThrowsAsync<RpcException>(async () =>
                    await channel.CreateCallInvoker().AsyncUnaryCall(method, null, new(new() { { "x-api-key", value } }), call)
                );
        }
        Assert.Contains(log.Lines, line => line.Contains("/models/{name}/score of customers: 200", StringComparison.Ordinal));
        // What ASP.NET itself would log at finer levels is off, whatever the application's own level is.
        Assert.DoesNotContain(log.Lines, line => line.Contains(Key, StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains(Cell, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_answer_names_a_path_of_the_server_and_each_has_the_headers()
    {
        await using var server = await Start();
        (string Path, string Body, string Type)[] requests =
        [
            ("/models/customers/score", "[", "application/json"),
            ("/models/customers/score", "nonsense", "text/csv"),
            ("/models/customers/score", "nonsense", "application/vnd.apache.parquet"),
            ("/models/customers/score", "nonsense", "application/x-npy"),
            ("/models/customers/score", "age,plan,spent\n1,2\n", "text/csv"),
            ("/models/customers/encode", "nonsense", "image/png"),
            ("/models/customers/recommend", "[1]", "application/json"),
            ("/models/customers/denoise", "[1]", "application/json"),
            ("/models/customers/sample", """{"count": 1e9}""", "application/json"),
            ("/models/customers/search", "{}", "application/json"),
            ("/models/nobody/score", "[]", "application/json"),
            ("/models/..%2f..%2fetc%2fpasswd/score", "[]", "application/json"),
            ("/v2/models/customers/infer", "{", "application/json"),
            ("/v2/models/customers/versions/9/infer", "{}", "application/json"),
            ("/v2", "", "application/json"),
            ("/nothing", "", "application/json"),
        ];
        foreach (var (path, body, type) in requests)
        {
            using var answer = await server.Post(path, body, type);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.InRange((int)answer.StatusCode, 400, 499);
            Assert.Contains("\"error\"", text);
            foreach (var secret in new[] { Path.GetTempPath(), AppContext.BaseDirectory, models.Customers, "isthmus-body", "   at ", ".cs" })
                Assert.DoesNotContain(secret, text);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.True(answer.Headers.CacheControl!.NoStore);
            Assert.False(answer.Headers.Contains("Server"));
        }
    }
}
