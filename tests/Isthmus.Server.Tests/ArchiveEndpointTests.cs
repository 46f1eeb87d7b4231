using System.Formats.Tar;
using System.Net.Http.Headers;
using System.Text;
using Isthmus.Compression.Archive;
using Isthmus.Tests;

namespace Isthmus.Server.Tests;

/// <summary>Archives over HTTP: what goes in comes out to the byte, and a hostile archive is an error of the caller's.</summary>
public sealed class ArchiveEndpointTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    private const string ArchiveType = "application/x-isth",
        ArrayType = "application/x-npy",
        BytesType = "application/octet-stream",
        Compress = "/models/squares/compress",
        Decompress = "/models/squares/decompress";

    private Task<RunningServer> Start(Action<Settings.ServerOptions>? more = null) =>
        RunningServer.StartAsync(options =>
        {
            options.Models["squares"] = models.Squares;
            options.Models["points"] = models.Points;
            more?.Invoke(options);
        });

    private static byte[] Array(IReadOnlyList<byte[]> pictures)
    {
        var header = $"{{'descr': '|u1', 'fortran_order': False, 'shape': ({pictures.Count}, 8, 8), }}".PadRight(117) + '\n';
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. pictures.SelectMany(picture => picture)];
    }

    private static async Task<HttpResponseMessage> Post(RunningServer server, string path, byte[] body, string type)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await server.Client.PostAsync(path, content);
    }

    private static async Task<byte[]> Ask(RunningServer server, string path, byte[] body, string type)
    {
        using var answer = await Post(server, path, body, type);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        return bytes;
    }

    [Fact]
    public async Task What_is_compressed_comes_back_to_the_byte_with_the_model_inside_and_outside()
    {
        await using var server = await Start();
        var file = Array(TrainedModels.Pictures(seed: 2, 200));
        foreach (var place in (string[])["inside", "outside"])
        {
            var archive = await Ask(server, $"{Compress}?model={place}&name=squares.npy&method=qlat", file, ArrayType);
            using (var read = ArchiveReader.Open(archive, "archive", new() { KeepGoing = true }))
            {
                Assert.Equal("squares.npy", read.Entries.Single().Name);
                Assert.Equal(place == "outside", read.Header.Features.HasFlag(ArchiveFeatures.ModelOutside));
            }
            using var answer = await Post(server, Decompress, archive, ArchiveType);
            Assert.Equal(file, await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal(ArrayType, answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal("squares.npy", answer.Content.Headers.ContentDisposition!.FileNameStar ?? answer.Content.Headers.ContentDisposition.FileName);
        }
    }

    [Fact]
    public async Task Several_files_come_as_a_stream_of_them_and_one_by_its_name()
    {
        await using var server = await Start();
        var folder = Directory.CreateTempSubdirectory("isthmus-test-").FullName;
        try
        {
            var files = Enumerable.Range(0, 3).Select(i => Array(TrainedModels.Pictures(seed: i, 20))).ToArray();
            for (var i = 0; i < files.Length; i++)
                File.WriteAllBytes(Path.Combine(folder, $"part{i}.npy"), files[i]);
            using var written = new MemoryStream();
            var schema = (Isthmus.Data.Images.ImageSchema)Isthmus.Models.TrainedModel.Load(models.Squares).Specification.Schema;
            ArchiveWriter.Write(written, InputFiles.Read([folder], schema).Content, null, new());
            using var tar = new TarReader(new MemoryStream(await Ask(server, Decompress, written.ToArray(), ArchiveType)));
            for (var i = 0; i < files.Length; i++)
            {
                var entry = tar.GetNextEntry(copyData: true)!;
                Assert.Equal($"part{i}.npy", entry.Name);
                Assert.Equal("", ((PaxTarEntry)entry).UserName);
                using var content = new MemoryStream();
                entry.DataStream!.CopyTo(content);
                Assert.Equal(files[i], content.ToArray());
            }
            Assert.Null(tar.GetNextEntry());
            Assert.Equal(files[1], await Ask(server, $"{Decompress}?only=part1.npy", written.ToArray(), ArchiveType));
            using var none = await Post(server, $"{Decompress}?only=part9.npy", written.ToArray(), ArchiveType);
            await RunningServer.ErrorOf(none, 404);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task What_cannot_be_compressed_or_unpacked_is_refused_in_one_line()
    {
        await using var server = await Start();
        async Task<string> Refused(int status, string path, byte[] body, string type)
        {
            using var answer = await Post(server, path, body, type);
            var error = await RunningServer.ErrorOf(answer, status);
            Assert.DoesNotContain(Path.GetTempPath(), error);
            Assert.DoesNotContain("isthmus-body", error);
            return error;
        }
        var file = Array(TrainedModels.Pictures(seed: 2, 5));
        Assert.Contains("The body", await Refused(400, Compress, "no pictures at all"u8.ToArray(), BytesType));
        Assert.Contains("models of pictures", await Refused(400, "/models/points/compress", file, ArrayType));
        Assert.Contains("'name'", await Refused(400, $"{Compress}?name=..%2F..%2Fetc%2Fpasswd", file, ArrayType));
        Assert.Contains("'name'", await Refused(400, $"{Compress}?name=..", file, ArrayType));
        Assert.Contains("'name'", await Refused(400, $"{Compress}?name=a%00b", file, ArrayType));
        Assert.Contains("'name'", await Refused(400, $"{Compress}?name=", file, ArrayType));
        Assert.Contains("'model'", await Refused(400, $"{Compress}?model=elsewhere", file, ArrayType));
        Assert.Contains("'method'", await Refused(400, $"{Compress}?method=3", file, ArrayType));
        await Refused(415, Compress, "[1]"u8.ToArray(), "application/json");
        await Refused(415, Decompress, "[1]"u8.ToArray(), "application/json");
        await Refused(400, Decompress, "no archive"u8.ToArray(), ArchiveType);
        await Refused(400, Decompress, [], ArchiveType);
        var archive = await Ask(server, Compress, file, ArrayType);
        await Refused(400, Decompress, archive[..^20], ArchiveType);
        // An archive whose model is another server's.
        var outside = await Ask(server, $"{Compress}?model=outside&method=qlat", Array(TrainedModels.Pictures(seed: 2, 50)), ArrayType);
        Assert.Contains("model", await Refused(400, "/models/points/decompress", outside, ArchiveType));
    }

    [Fact]
    public async Task An_archive_that_unpacks_to_much_more_than_a_body_is_refused()
    {
        await using var server = await Start();
        // 320,000 bytes of black pictures are an archive of a few hundred.
        var archive = await Ask(server, Compress, Array([.. Enumerable.Range(0, 5000).Select(_ => new byte[64])]), ArrayType);
        await using var small = await Start(options => options.MaxBodyBytes = 4096);
        using var answer = await Post(small, Decompress, archive, ArchiveType);
        Assert.Contains("unpacks to", await RunningServer.ErrorOf(answer, 413));
    }

    [Fact]
    public async Task Mutated_archives_are_no_fault_of_the_server()
    {
        await using var server = await Start();
        var archive = await Ask(server, $"{Compress}?method=qlat", Array(TrainedModels.Pictures(seed: 2, 20)), ArrayType);
        var mutations = new Mutations([archive], seed: 1);
        for (var i = 0; i < 100; i++)
        {
            using var answer = await Post(server, Decompress, mutations.Next(), ArchiveType);
            Assert.True((int)answer.StatusCode is 200 or 400 or 413, $"mutation {i}: {(int)answer.StatusCode}");
        }
    }
}
