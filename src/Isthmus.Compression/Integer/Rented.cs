using System.Buffers;

namespace Isthmus.Compression.Integer;

/// <summary>
/// Array from the shared pool for the duration of one piece of work: fresh arrays of a block's size would be fetched from the system every time.
/// </summary>
internal readonly struct Rented<T>(int length) : IDisposable
{
    private readonly T[] _array = ArrayPool<T>.Shared.Rent(length);

    /// <summary>The array's elements; undefined at first.</summary>
    public Span<T> Span => _array.AsSpan(0, length);

    /// <summary>Returns the array to the pool.</summary>
    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
