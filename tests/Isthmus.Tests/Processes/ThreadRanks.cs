using System.Runtime.InteropServices;
using Isthmus.Processes;

namespace Isthmus.Tests.Processes;

/// <summary>Ranks that are threads of this process, exchanging bytes as processes do: for tests of what is the same on any number of them.</summary>
internal sealed class ThreadRanks : Communicator
{
    private readonly Shared _shared;

    private ThreadRanks(Shared shared, int rank) => (_shared, Rank) = (shared, rank);

    public override int Count => _shared.Count;

    public override int Rank { get; }

    /// <summary>Does the work on as many threads, and returns the results by rank; throws what one throws.</summary>
    public static T[] Run<T>(int count, Func<Communicator, T> work)
    {
        var shared = new Shared(count);
        var (results, failures) = (new T[count], new Exception?[count]);
        var threads = Enumerable
            .Range(0, count)
            .Select(rank => new Thread(() =>
            {
                try
                {
                    results[rank] = work(new ThreadRanks(shared, rank));
                }
                catch (Exception e)
                {
                    failures[rank] = e;
                    // A rank that leaves has the others ended.
                    shared.Left.Cancel();
                }
            }))
            .ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return failures.OrderBy(failure => failure is OperationCanceledException).FirstOrDefault(failure => failure is not null) is { } first
            ? throw new AggregateException(first).InnerException!
            : results;
    }

    public override void Barrier() => _shared.Barrier.SignalAndWait(_shared.Left.Token);

    internal override void AllGather(nint memory, long bytesOfPart)
    {
        _shared.Addresses[Rank] = memory;
        Barrier();
        for (var other = 0; other < Count; other++)
            if (other != Rank)
                Copy((nint)(_shared.Addresses[other] + other * bytesOfPart), (nint)(memory + other * bytesOfPart), bytesOfPart);
        Barrier();
    }

    internal override void AllToAll(nint sent, nint received, long bytesOfPart)
    {
        _shared.Addresses[Rank] = sent;
        Barrier();
        for (var other = 0; other < Count; other++)
            Copy((nint)(_shared.Addresses[other] + Rank * bytesOfPart), (nint)(received + other * bytesOfPart), bytesOfPart);
        Barrier();
    }

    internal override void Broadcast(nint memory, long bytes)
    {
        _shared.Addresses[Rank] = memory;
        Barrier();
        if (Rank > 0)
            Copy(_shared.Addresses[0], memory, bytes);
        Barrier();
    }

    internal override void Abort(int exitCode) => throw new InvalidOperationException($"Aborted with {exitCode}.");

    public override void Dispose() { }

    private static void Copy(nint from, nint to, long bytes)
    {
        if (bytes == 0)
            return;
        var between = new byte[bytes];
        Marshal.Copy(from, between, 0, between.Length);
        Marshal.Copy(between, 0, to, between.Length);
    }

    private sealed class Shared(int count)
    {
        public int Count => count;

        public Barrier Barrier { get; } = new(count);

        public CancellationTokenSource Left { get; } = new();

        public nint[] Addresses { get; } = new nint[count];
    }
}
