using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;

namespace Isthmus.Server.Tests;

/// <summary>Limits of bodies, rows, columns, pictures, time and requests: what is over them is refused, with a status that says which it is.</summary>
public sealed class LimitTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    private const string Path = "/models/customers/score";

    private Task<RunningServer> Start(Action<Settings.ServerOptions> more) =>
        RunningServer.StartAsync(options =>
        {
            options.Models["customers"] = models.Customers;
            more(options);
        });

    [Fact]
    public async Task Rows_of_files_are_counted_while_they_are_read()
    {
        await using var server = await Start(options => options.MaxRows = 1000);
        var csv = new StringBuilder("age,plan,spent\n").Insert(15, "31,basic,50\n", 1001).ToString();
        Assert.Contains("more than 1,000 records", await RunningServer.ErrorOf(await server.Post(Path, csv, "text/csv"), 413));
        // Ten million rows in some kilobytes: only the first thousands are ever read.
        using var file = new ByteArrayContent(Parquet("SELECT 31 AS age, 'basic' AS plan, 50 AS spent FROM range(10000000)"));
        Assert.True(file.Headers.ContentLength < 1 << 20);
        file.Headers.ContentType = new("application/vnd.apache.parquet");
        Assert.Contains("more than 1,000 records", await RunningServer.ErrorOf(await server.Client.PostAsync(Path, file), 413));
        using var fits = new ByteArrayContent(Parquet("SELECT 31 AS age, 'basic' AS plan, 50 AS spent FROM range(1000)"));
        fits.Headers.ContentType = new("application/vnd.apache.parquet");
        using var answer = await server.Client.PostAsync(Path, fits);
        Assert.Equal(1000, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Columns_are_counted_whether_rows_share_them_or_not()
    {
        await using var server = await Start(options => options.MaxColumns = 50);
        var wide = string.Join(',', Enumerable.Range(0, 51).Select(i => $"\"c{i}\": 1"));
        Assert.Contains("more than 50 columns", await RunningServer.ErrorOf(await server.Post(Path, $"[{{{wide}}}]"), 413));
        var each = string.Join(',', Enumerable.Range(0, 51).Select(i => $"{{\"c{i}\": 1}}"));
        foreach (var path in new[] { Path, "/models/customers/encode", "/models/customers/impute" })
            Assert.Contains("more than 50 columns", await RunningServer.ErrorOf(await server.Post(path, $"[{each}]"), 413));
        var csv = $"{string.Join(',', Enumerable.Range(0, 51).Select(i => $"c{i}"))}\n";
        Assert.Contains("more than 50 columns", await RunningServer.ErrorOf(await server.Post(Path, csv, "text/csv"), 413));
    }

    [Fact]
    public async Task Bodies_of_every_kind_have_a_length()
    {
        await using var server = await Start(options => options.MaxBodyBytes = 10_000);
        // Otherwise the client may see the connection closed while it sends, and not why.
        server.Client.DefaultRequestHeaders.ExpectContinue = true;
        foreach (var type in new[] { "application/json", "text/csv", "application/vnd.apache.parquet", "text/plain", "image/png" })
            foreach (var path in new[] { Path, "/models/customers/encode", "/v2/models/customers/infer" })
            {
                using var body = new ByteArrayContent(new byte[10_001]);
                body.Headers.ContentType = new(type);
                using var answer = await server.Client.PostAsync(path, body);
                // Of what an endpoint does not take at all the type is said first.
                Assert.True((int)answer.StatusCode is 413 or 415, $"{path} {type} {answer.StatusCode}");
                // Without a length in front, as it comes.
                using var chunked = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StreamContent(new MemoryStream(new byte[10_001])) };
                chunked.Content.Headers.ContentType = new(type);
                chunked.Headers.TransferEncodingChunked = true;
                using var second = await server.Client.SendAsync(chunked);
                Assert.Equal(answer.StatusCode, second.StatusCode);
            }
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("image/gif")]
    [InlineData("image/bmp")]
    public async Task A_picture_is_refused_by_its_declared_size_before_it_is_decoded(string type)
    {
        await using var server = await Start(_ => { });
        using var body = new ByteArrayContent(Bomb(type));
        body.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var answer = await server.Client.PostAsync("/models/customers/encode", body);
        Assert.Contains("16,777,216 pixels", await RunningServer.ErrorOf(answer, 413));
    }

    [Fact]
    public async Task A_body_that_does_not_come_in_time_is_given_up()
    {
        await using var server = await Start(options => options.Timeout = TimeSpan.FromMilliseconds(300));
        foreach (var path in new[] { Path, "/models/customers/encode", "/v2/models/customers/infer" })
        {
            using var connection = await server.ConnectAsync();
            await connection.SendAsync($"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n[{{\"age\": 3");
            var answer = await connection.OnceAsync();
            Assert.StartsWith("HTTP/1.1 408", answer);
            Assert.Contains("\"error\"", answer);
        }
    }

    [Fact]
    public async Task Headers_that_come_letter_by_letter_are_given_up()
    {
        await using var server = await Start(_ => { });
        using var connection = await server.ConnectAsync();
        await connection.SendAsync("GET /models HTTP/1.1\r\nHost: a\r\n");
        using var end = new CancellationTokenSource();
        var letters = Task.Run(async () =>
        {
            try
            {
                for (; !end.IsCancellationRequested; await Task.Delay(500))
                    await connection.SendAsync("X");
            }
            catch (IOException)
            {
                // Closed: no more letters.
            }
        });
        Assert.StartsWith("HTTP/1.1 408", await connection.ToEndAsync());
        await end.CancelAsync();
        await letters;
    }

    [Fact]
    public async Task More_requests_at_a_time_than_may_be_are_told_to_come_again()
    {
        await using var server = await Start(options => (options.MaxConcurrent, options.MaxWaiting) = (1, 0));
        const string Body = """[{"age": 31, "plan": "basic", "spent": 950}]""";
        var (connection, second) = (await Hold(), await server.Client.GetAsync("/models"));
        // One of the two is refused: the one that comes second.
        for (var tries = 0; second.IsSuccessStatusCode && tries < 50; tries++)
        {
            connection.Dispose();
            (connection, second) = (await Hold(), await server.Client.GetAsync("/models"));
        }
        await RunningServer.ErrorOf(second, 429);
        Assert.Equal(TimeSpan.FromSeconds(1), second.Headers.RetryAfter!.Delta);
        // Health is told all the same.
        Assert.True((await server.Client.GetAsync("/v2/health/ready")).IsSuccessStatusCode);
        await connection.SendAsync(Body[10..]);
        Assert.StartsWith("HTTP/1.1 200", await connection.ToEndAsync());
        connection.Dispose();
        Assert.True((await server.Client.GetAsync("/models")).IsSuccessStatusCode);

        async Task<RawConnection> Hold()
        {
            var held = await server.ConnectAsync();
            await held.SendAsync(
                $"POST {Path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {Body.Length}\r\n\r\n{Body[..10]}"
            );
            await Task.Delay(100);
            return held;
        }
    }

    private static byte[] Parquet(string query)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = System.IO.Path.Combine(folder.FullName, "rows.parquet");
            using var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"COPY ({query}) TO '{file}' (FORMAT PARQUET, COMPRESSION ZSTD)";
            command.ExecuteNonQuery();
            return System.IO.File.ReadAllBytes(file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A small file that says it is 60,000 pixels wide and high.</summary>
    private static byte[] Bomb(string type)
    {
        const int Side = 60_000;
        switch (type)
        {
            case "image/png":
                byte[] head = [.. "IHDR"u8, 0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0];
                BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), Side);
                BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(8), Side);
                return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk(head), .. Chunk([.. "IDAT"u8, 0x78, 0x9c, 3, 0, 0, 0, 0, 1]), .. Chunk([.. "IEND"u8])];
            case "image/gif":
                byte[] side = [Side & 255, Side >> 8];
                return [.. "GIF89a"u8, .. side, .. side, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2c, 0, 0, 0, 0, .. side, .. side, 0, 2, 2, 0x44, 1, 0, 0x3b];
            default:
                var file = new byte[54 + 64];
                "BM"u8.CopyTo(file);
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 54);
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), Side);
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), Side);
                (file[26], file[28]) = (1, 24);
                return file;
        }
    }

    private static byte[] Chunk(byte[] content)
    {
        var chunk = new byte[content.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length - 4);
        content.CopyTo(chunk.AsSpan(4));
        var check = uint.MaxValue;
        foreach (var value in content)
        {
            check ^= value;
            for (var bit = 0; bit < 8; bit++)
                check = (check & 1) == 0 ? check >> 1 : (check >> 1) ^ 0xEDB88320;
        }
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), ~check);
        return chunk;
    }
}
