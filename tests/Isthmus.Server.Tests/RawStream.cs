using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Isthmus.Server.Tests;

/// <summary>A connection of HTTP/2 without TLS over which one request is sent as it is, right or wrong (RFC 9113 frames, RFC 7541 literal fields).</summary>
internal static class RawStream
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;
    private const byte GoAway = 7;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    // :status 200 of the static table.
    private const byte Ok = 0x88;

    /// <summary>Sends a request, and returns true if it is answered with 200; false if it is refused, its stream reset or the connection closed.</summary>
    /// <param name="port">Port.</param>
    /// <param name="fields">Fields of the header in their order, pseudo-headers among them.</param>
    /// <param name="body">Body; empty for none.</param>
    public static async Task<bool> IsAnsweredAsync(int port, IEnumerable<(string Name, string Value)> fields, string body)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port, late.Token);
        var stream = client.GetStream();
        byte[] block = [.. fields.SelectMany(field => (byte[])[0, .. Literal(field.Name), .. Literal(field.Value)])];
        byte[] sent =
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
            .. Frame(4, 0, 0, []),
            .. Frame(Headers, (byte)(EndHeaders | (body.Length == 0 ? EndStream : 0)), 1, block),
            .. body.Length == 0 ? [] : Frame(Data, EndStream, 1, Encoding.Latin1.GetBytes(body)),
        ];
        await stream.WriteAsync(sent, late.Token);
        try
        {
            var head = new byte[9];
            while (true)
            {
                await stream.ReadExactlyAsync(head, late.Token);
                var content = new byte[(head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1))];
                await stream.ReadExactlyAsync(content, late.Token);
                if (head[3] is Reset or GoAway)
                    return false;
                if (head[3] == Headers)
                    return content[AfterTableSize(content)] == Ok;
            }
        }
        catch (IOException)
        {
            return false;
        }
    }

    // A new size of the table, a whole number with a prefix of five bits, may stand in front (RFC 7541, 6.3).
    private static int AfterTableSize(byte[] block)
    {
        var at = 0;
        while ((block[at] & 0xe0) == 0x20)
            if ((block[at++] & 0x1f) == 0x1f)
                while ((block[at++] & 0x80) != 0) { }
        return at;
    }

    private static byte[] Literal(string text) => [(byte)text.Length, .. Encoding.Latin1.GetBytes(text)];

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] content) =>
        [0, (byte)(content.Length >> 8), (byte)content.Length, type, flags, 0, 0, 0, stream, .. content];
}
