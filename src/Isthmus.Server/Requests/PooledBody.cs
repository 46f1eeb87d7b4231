using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Isthmus.Server.Requests;

/// <summary>A whole body in memory that goes back to the pool when it is disposed of. What is read from it must not be used afterwards.</summary>
internal sealed class PooledBody : IDisposable
{
    private readonly byte[] _buffer;
    private readonly int _length;

    private PooledBody(ReadOnlySequence<byte> body)
    {
        (_buffer, _length) = (ArrayPool<byte>.Shared.Rent((int)body.Length), (int)body.Length);
        body.CopyTo(_buffer);
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads a body. No memory is taken for bytes that are announced and do not come.</summary>
    public static async ValueTask<PooledBody> ReadAsync(HttpContext context)
    {
        using var body = new BodyPipe(context);
        while (true)
        {
            var read = await body.ReadAsync();
            if (read.IsCompleted)
            {
                var whole = new PooledBody(read.Buffer);
                body.AdvanceTo(read.Buffer.End);
                return whole;
            }
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
