using System.Buffers;

namespace Isthmus.Compression.Integer;

/// <summary>
/// Numbers for as long as one piece of work takes, from the shared pool: arrays of a block's size, made anew for each, would be fetched from the
/// system every time.
/// </summary>
internal readonly struct Rented<T>(int length) : IDisposable
{
    private readonly T[] _array = ArrayPool<T>.Shared.Rent(length);

    /// <summary>The numbers; at first they are anything.</summary>
    public Span<T> Span => _array.AsSpan(0, length);

    /// <summary>Gives them back.</summary>
    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
