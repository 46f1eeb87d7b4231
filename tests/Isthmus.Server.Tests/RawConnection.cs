using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Isthmus.Server.Tests;

/// <summary>A connection over which bytes are sent as they are, right or wrong.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client;

    private RawConnection(TcpClient client) => _client = client;

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port);
        return new(client);
    }

    public Task SendAsync(string text) => _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    /// <summary>All that comes until the server closes the connection, which it must within a time.</summary>
    public async Task<string> ToEndAsync(int seconds = 20)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        using var all = new MemoryStream();
        try
        {
            await _client.GetStream().CopyToAsync(all, late.Token);
        }
        // Reset: what came before it counts.
        catch (IOException) { }
        return Encoding.Latin1.GetString(all.ToArray());
    }

    /// <summary>What has come when the server has answered once.</summary>
    public async Task<string> OnceAsync()
    {
        var buffer = new byte[1 << 16];
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return Encoding.Latin1.GetString(buffer, 0, await _client.GetStream().ReadAsync(buffer, late.Token));
    }

    public void Dispose() => _client.Dispose();
}
