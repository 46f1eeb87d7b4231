namespace Isthmus.Data.Storage;

/// <summary>N records of D numbers each, record after record, in memory or in a file. Safe to read from several threads.</summary>
/// <typeparam name="T">32-bit floats, of which NaN is a missing value, or bytes.</typeparam>
/// <param name="count">N.</param>
/// <param name="width">D.</param>
internal abstract class RecordStore<T>(int count, int width)
    where T : unmanaged
{
    /// <summary>Number of records, N.</summary>
    public int Count => count;

    /// <summary>Numbers in a record, D.</summary>
    public int Width => width;

    /// <summary>True if the records stay in a file; memory then holds those asked for.</summary>
    public abstract bool IsInFile { get; }

    /// <summary>Reads consecutive records from <paramref name="first"/> until <paramref name="destination"/> is full.</summary>
    /// <exception cref="InvalidInputException">The file has become shorter, or cannot be read any more.</exception>
    public abstract void Read(int first, Span<T> destination);

    /// <summary>Copies the records at <paramref name="places"/>, in that order; consecutive ones are read at once.</summary>
    public void Copy(ReadOnlySpan<int> places, Span<T> destination)
    {
        for (var row = 0; row < places.Length;)
        {
            var run = 1;
            while (row + run < places.Length && places[row + run] == places[row] + run)
                run++;
            Read(places[row], destination.Slice(row * width, run * width));
            row += run;
        }
    }
}
