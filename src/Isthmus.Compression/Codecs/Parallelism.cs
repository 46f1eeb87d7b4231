using System.Runtime.ExceptionServices;

namespace Isthmus.Compression.Codecs;

/// <summary>Runs the same work on several threads.</summary>
internal static class Parallelism
{
    /// <summary>Does items 0 to <paramref name="count"/> - 1, <paramref name="threads"/> at a time. The first failure is thrown unchanged.</summary>
    public static void ForEach(int count, int threads, CancellationToken cancellationToken, Action<int> work)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, work);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
