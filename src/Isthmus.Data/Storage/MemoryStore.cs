namespace Isthmus.Data.Storage;

/// <summary>Records in an array. Safe to read from several threads.</summary>
/// <param name="values">N x D numbers.</param>
/// <param name="width">D.</param>
internal sealed class MemoryStore<T>(T[] values, int width) : RecordStore<T>(values.Length / width, width)
    where T : unmanaged
{
    /// <inheritdoc/>
    public override bool IsInFile => false;

    /// <inheritdoc/>
    public override void Read(int first, Span<T> destination) => values.AsSpan(first * Width, destination.Length).CopyTo(destination);
}
