using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Isthmus.Data.Cells;
using Isthmus.Models;

namespace Isthmus.Server.Tests;

/// <summary>Records as JSON, lines, CSV and Parquet, in and out: the same figures in every form.</summary>
public sealed class RecordFormTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    private const string Json = """[{"age": 31, "plan": "basic", "spent": 950}, {"age": 44, "plan": "premium", "spent": null}]""",
        Lines = """{"age": 31, "plan": "basic", "spent": 950}""" + "\n" + """{"age": 44, "plan": "premium", "spent": null}""",
        Csv = "plan,note,age,spent\nbasic,\"a, b\",31,950\npremium,,44,\n",
        CsvType = "text/csv",
        LinesType = "application/x-ndjson",
        ParquetType = "application/vnd.apache.parquet";

    private Task<RunningServer> Start(Action<Settings.ServerOptions>? more = null) =>
        RunningServer.StartAsync(options =>
        {
            options.Models["customers"] = models.Customers;
            options.Models["points"] = models.Points;
            more?.Invoke(options);
        });

    private static async Task<(string Type, byte[] Bytes)> Ask(RunningServer server, string path, byte[] body, string type, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await server.Client.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        return (answer.Content.Headers.ContentType!.MediaType!, bytes);
    }

    private byte[] Parquet()
    {
        var path = models.File($"{Guid.NewGuid()}.parquet");
        TableWriter.Write(path, [new("plan", (string?[])["basic", "premium"]), new("age", [31, 44]), new("spent", (float[])[950, float.NaN])]);
        return File.ReadAllBytes(path);
    }

    [Fact]
    public async Task Every_form_of_rows_gets_the_same_scores_and_codes()
    {
        await using var server = await Start();
        using var model = TrainedModel.Load(models.Customers);
        var rows = JsonDocument.Parse(Json).RootElement;
        var (bits, codes) = (model.Score(rows).Select(row => row.Bits).ToArray(), model.Encode(rows));
        foreach (
            var (body, type) in ((byte[], string)[])
                [
                    (Encoding.UTF8.GetBytes(Json), "application/json"),
                    (Encoding.UTF8.GetBytes(Csv), CsvType),
                    (Encoding.UTF8.GetBytes(Csv.Replace(',', '\t').Replace("\"a\t b\"", "x")), "text/tab-separated-values"),
                    (Parquet(), ParquetType),
                ]
        )
        {
            var scored = JsonDocument.Parse((await Ask(server, "/models/customers/score", body, type)).Bytes).RootElement;
            Assert.Equal(bits, scored.EnumerateArray().Select(row => row.GetProperty("bits").GetSingle()));
            var encoded = JsonDocument.Parse((await Ask(server, "/models/customers/encode", body, type)).Bytes).RootElement;
            for (var row = 0; row < codes.Length; row++)
                Assert.All(codes[row].Zip(encoded[row].EnumerateArray()), pair => Assert.Equal(pair.First, pair.Second.GetSingle(), 1e-4f));
        }
        foreach (var verb in (string[])["encode", "reconstruct", "impute", "score"])
        {
            var (type, lines) = await Ask(server, $"/models/customers/{verb}", Encoding.UTF8.GetBytes(Lines), LinesType);
            Assert.Equal(LinesType, type);
            var whole = JsonDocument
                .Parse((await Ask(server, $"/models/customers/{verb}", Encoding.UTF8.GetBytes(Json), "application/json")).Bytes)
                .RootElement;
            // Codes and the like are those of a batch of one line more or less: equal as far as sums in another order are.
            Assert.Equal(
                (verb == "impute" ? whole.GetProperty("rows") : whole).GetArrayLength(),
                Encoding.UTF8.GetString(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line)).Count()
            );
        }
    }

    [Fact]
    public async Task Answers_are_tables_where_the_request_asks_for_them()
    {
        await using var server = await Start();
        using var model = TrainedModel.Load(models.Customers);
        var body = Encoding.UTF8.GetBytes(Csv);
        async Task<string[]> Table(string verb)
        {
            var (type, bytes) = await Ask(server, $"/models/customers/{verb}", body, CsvType, $"{ParquetType};q=0.5, {CsvType}");
            Assert.Equal(CsvType, type);
            return Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        var scored = await Table("score");
        Assert.Equal(3, scored.Length);
        Assert.EndsWith("bits,p_value,is_unusual,reasons", scored[0]);
        var bits = model.Score(JsonDocument.Parse(Json).RootElement)[0].Bits;
        Assert.Contains(bits.ToString(System.Globalization.CultureInfo.InvariantCulture), scored[1].Split(','));
        Assert.EndsWith("z0,z1,z2,z3", (await Table("encode"))[0]);
        Assert.Equal("age,plan,spent", (await Table("reconstruct"))[0]);
        // What the model does not know stays, and what is there stays as it is.
        var filled = await Table("impute");
        Assert.Equal("plan,note,age,spent", filled[0]);
        Assert.StartsWith("basic,\"a, b\",31,950", filled[1]);
        Assert.Matches("^premium,,44,[0-9]+", filled[2]);

        var path = models.File("scores.parquet");
        await File.WriteAllBytesAsync(path, (await Ask(server, "/models/customers/score", body, CsvType, ParquetType)).Bytes);
        var read = Rows.Load(path, new() { Columns = ["bits"] });
        Assert.Equal(2, read.Count);

        var sampled = await Ask(server, "/models/customers/sample", """{"count": 2, "seed": 7}"""u8.ToArray(), "application/json", CsvType);
        Assert.StartsWith("age,plan,spent\n", Encoding.UTF8.GetString(sampled.Bytes));
        using var one = await server.Client.PostAsync("/models/customers/sample", null);
        Assert.Equal(1, JsonDocument.Parse(await one.Content.ReadAsStringAsync()).RootElement.GetArrayLength());
        var points = await Ask(server, "/models/points/reconstruct", "[[0.1, 0.2, 0.3]]"u8.ToArray(), "application/json", LinesType);
        Assert.Equal(3, JsonDocument.Parse(points.Bytes).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task The_form_follows_the_header_as_http_says()
    {
        await using var server = await Start();
        foreach (
            var (accept, expected) in ((string?, string)[])
                [
                    (null, "application/json"),
                    ("*/*", "application/json"),
                    ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
                    ("image/png", "application/json"),
                    ("text/csv;q=0, application/json;q=0.1", "application/json"),
                    ("text/csv;q=0.2, application/x-ndjson;q=0.3", LinesType),
                    ("text/*", CsvType),
                    (";;;,,,q=", "application/json"),
                ]
        )
            Assert.Equal(expected, (await Ask(server, "/models/points/encode", "[0.1, 0.2, 0.3]"u8.ToArray(), "application/json", accept)).Type);
    }

    [Fact]
    public async Task Scored_rows_are_lines_by_the_header_and_counted_through_a_whole_stream()
    {
        await using var server = await Start();
        static int[] Indices(byte[] answer) =>
            [
                .. Encoding
                    .UTF8.GetString(answer)
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("index").GetInt32()),
            ];
        var (type, answer) = await Ask(server, "/models/customers/score", Encoding.UTF8.GetBytes(Json), "application/json", LinesType);
        Assert.Equal(LinesType, type);
        Assert.Equal([0, 1], Indices(answer));
        // The server reads 1,000 lines at a time.
        var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"age\": 31, \"plan\": \"basic\", \"spent\": 40}\n", 1003)));
        Assert.Equal(Enumerable.Range(0, 1003), Indices((await Ask(server, "/models/customers/score", lines, LinesType, LinesType)).Bytes));
    }

    [Fact]
    public async Task A_reconstructed_row_is_in_the_columns_own_units()
    {
        await using var server = await Start();
        var row = (await server.Ask("/models/customers/reconstruct", Json))[0];
        Assert.InRange(row.GetProperty("age").GetDouble(), 18, 70);
        Assert.Matches("^(basic|premium)$", row.GetProperty("plan").GetString());
    }

    [Fact]
    public async Task Files_that_are_too_much_packed_or_damaged_are_refused_before_they_take_memory()
    {
        await using var server = await Start(options => (options.MaxRows, options.MaxColumns, options.MaxBodyBytes) = (3, 5, 100_000));
        async Task<string> Refused(int status, string path, byte[] body, string type)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue(type);
            using var answer = await server.Client.PostAsync(path, content);
            var error = await RunningServer.ErrorOf(answer, status);
            Assert.DoesNotContain(Path.GetTempPath(), error);
            Assert.DoesNotContain("isthmus-body", error);
            return error;
        }
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(new byte[10_000_000]);
        var many = Encoding.UTF8.GetBytes("age,plan,spent\n" + string.Concat(Enumerable.Repeat("31,basic,950\n", 4)));
        var wide = Encoding.UTF8.GetBytes("age,plan,spent,d,e,f\n1,basic,1,1,1,1\n");
        foreach (var verb in (string[])["score", "encode", "reconstruct", "impute"])
        {
            var path = $"/models/customers/{verb}";
            Assert.Contains("packed", await Refused(415, path, packed.ToArray(), CsvType));
            Assert.Contains("records", await Refused(413, path, many, CsvType));
            Assert.Contains("columns", await Refused(413, path, wide, CsvType));
            await Refused(400, path, "PAR1 no parquet PAR1"u8.ToArray(), ParquetType);
            await Refused(400, path, Parquet()[..^8], ParquetType);
            await Refused(400, path, "a,b\n1,2\n"u8.ToArray(), CsvType);
            await Refused(400, path, [], CsvType);
            Assert.Contains("is empty", await Refused(400, path, [], "application/json"));
            Assert.Contains("text/csv", await Refused(400, path, many[..20], "application/x-www-form-urlencoded"));
            await Refused(413, path, new byte[100_001], CsvType);
            await Refused(415, path, "<rows/>"u8.ToArray(), "application/xml");
        }
        // A zip of arrays is no array.
        await Refused(400, "/models/points/encode", [(byte)'P', (byte)'K', 3, 4, 0, 0, 0, 0], "application/x-npy");
        await Refused(400, "/models/customers/encode", "not json\n"u8.ToArray(), LinesType);
    }
}
