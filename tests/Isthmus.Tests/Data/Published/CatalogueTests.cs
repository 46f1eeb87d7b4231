using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Isthmus.Data.Files;
using Isthmus.Data.Images;
using Isthmus.Data.Published;
using Isthmus.Data.Records;

namespace Isthmus.Tests.Data.Published;

public sealed class CatalogueTests : IDisposable
{
    private static readonly byte[] Content = Scratch.Gzip(Scratch.Idx([3, 1, 2], [0, 10, 20, 30, 40, 50]));
    private readonly Scratch _scratch = new();

    private string Cache => Path.Combine(_scratch.Folder, "cache");

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void What_is_in_neither_folder_is_downloaded_once()
    {
        using var publisher = new Publisher(Content);
        var progress = new Told();
        for (var i = 0; i < 2; i++)
            Assert.Equal(3, Load(publisher, progress).Train.Count);
        Assert.Equal(1, publisher.Requests);
        Assert.Equal(new DownloadProgress("a-images.gz", Content.Length, Content.Length), progress.Reports[^1]);
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(Cache, "toy", "a-images.gz")));
        Assert.Single(Directory.GetFiles(Path.Combine(Cache, "toy")));
    }

    [Theory]
    [InlineData("a-images.gz")]
    [InlineData("a-images")]
    public void The_users_folder_comes_first_gzipped_or_not(string name)
    {
        using var publisher = new Publisher(Content);
        var mine = Scratch.Idx([4, 1, 1], [1, 2, 3, 4]);
        _scratch.Write($"mine/toy/{name}", name.EndsWith(".gz") ? Scratch.Gzip(mine) : mine);
        Assert.Equal(4, Load(publisher).Train.Count);
        Assert.Equal(0, publisher.Requests);
    }

    [Theory]
    [InlineData(0, "has the SHA-256")]
    [InlineData(-1, "ended after")]
    [InlineData(1, "is longer than")]
    public void Other_content_is_refused_and_nothing_kept(int longer, string complaint)
    {
        var other = new byte[Content.Length + longer];
        using var publisher = new Publisher(other);
        var message = Assert.Throws<InvalidInputException>(() => Load(publisher)).Message;
        Assert.Contains(complaint, message);
        Assert.DoesNotContain('\n', message);
        Assert.Empty(Directory.GetFiles(Cache, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort")]
    [InlineData("this is no HTTP\r\n\r\n")]
    [InlineData("")]
    public void A_publisher_that_fails_is_named_with_the_remedy(string answer)
    {
        using var publisher = new Publisher([], answer);
        var message = Assert.Throws<InvalidInputException>(() => Load(publisher)).Message;
        Assert.StartsWith($"{publisher.Address}a-images.gz cannot be downloaded: ", message);
        Assert.Contains("ISTHMUS_DATA", message);
        Assert.False(Directory.Exists(Cache) && Directory.GetFiles(Cache, "*", SearchOption.AllDirectories).Length > 0);
    }

    [Fact]
    public void A_stopped_download_leaves_nothing()
    {
        using var publisher = new Publisher(Content);
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Load(publisher, new Told(stop.Cancel), stop.Token));
        Assert.Empty(Directory.GetFiles(Cache, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Every_pinned_sum_is_a_SHA_256() => Assert.All(Catalogue.Published.SelectMany(set => set.Files), file =>
        {
            Assert.Matches("^[0-9a-f]{64}$", file.Sha256);
            Assert.True(file.Bytes > 0);
        });

    private DataSplits Load(Publisher publisher, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new Catalogue(
            Path.Combine(_scratch.Folder, "mine"),
            Cache,
            [new("toy", "", "", publisher.Address, [new("a-images.gz", Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)))], (file, given) =>
                {
                    var all = IdxReader.Read(file("a-images.gz"), given);
                    return new(all, all, all);
                })]
        ).Load("toy", new(), progress, cancellationToken);

    private sealed class Told(Action? then = null) : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Reports { get; } = [];

        public void Report(DownloadProgress value)
        {
            Reports.Add(value);
            then?.Invoke();
        }
    }

    /// <summary>A web server on this machine that gives every caller the same answer.</summary>
    private sealed class Publisher : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public Publisher(byte[] body, string? answer = null)
        {
            _listener.Start();
            Address = new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
            _ = Serve([.. System.Text.Encoding.ASCII.GetBytes(answer ?? $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]);
        }

        public Uri Address { get; }

        public int Requests { get; private set; }

        public void Dispose() => _listener.Dispose();

        private async Task Serve(byte[] answer)
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    Requests++;
                    var stream = client.GetStream();
                    using var request = new StreamReader(stream, leaveOpen: true);
                    while (await request.ReadLineAsync() is { Length: > 0 })
                        continue;
                    await stream.WriteAsync(answer);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
            {
                // The test is over.
            }
        }
    }
}
