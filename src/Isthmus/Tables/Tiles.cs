namespace Isthmus.Tables;

/// <summary>Division of rows into tiles that threads work on. One tile is worked on by the caller's own thread.</summary>
internal static class Tiles
{
    /// <summary>Works on all tiles.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="size">Rows of a tile.</param>
    /// <param name="threads">Number of threads.</param>
    /// <param name="work">Work on the rows from the first to before the second.</param>
    public static void ForEach(int rows, int size, int threads, Action<int, int> work)
    {
        if (rows <= size)
            work(0, rows);
        else
            Parallel.For(0, (rows + size - 1) / size, new ParallelOptions { MaxDegreeOfParallelism = threads }, tile =>
                work(tile * size, Math.Min(rows, (tile + 1) * size))
            );
    }
}
