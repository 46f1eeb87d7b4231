namespace Isthmus.Data.Storage;

/// <summary>
/// Windows of consecutive rows as records: a window takes no memory beside the rows that it shares with others. Safe to read from several threads.
/// </summary>
/// <param name="rows">The rows.</param>
/// <param name="first">First row of the first window.</param>
/// <param name="window">Rows of a window.</param>
/// <param name="stride">Rows from a window to the next.</param>
/// <param name="count">Number of windows.</param>
internal sealed class WindowStore(RecordStore<float> rows, int first, int window, int stride, int count) : RecordStore<float>(count, window * rows.Width)
{
    /// <inheritdoc/>
    public override bool IsInFile => rows.IsInFile;

    /// <inheritdoc/>
    public override void Read(int record, Span<float> destination)
    {
        for (; !destination.IsEmpty; destination = destination[Width..])
            rows.Read(first + record++ * stride, destination[..Width]);
    }
}
