namespace Isthmus.Processes;

/// <summary>
/// Processes that work on one thing together, each with a number, its rank, from 0 on. They exchange bytes and add nothing up: who needs a sum adds in the
/// order of ranks, so that every process has the same bits.
/// </summary>
/// <remarks>All processes call the same members in the same order, each from one thread at a time.</remarks>
public abstract class Communicator : IDisposable
{
    internal Communicator() { }

    /// <summary>One process by itself.</summary>
    public static Communicator Alone { get; } = new OneProcess();

    /// <summary>Number of processes, at least 1.</summary>
    public abstract int Count { get; }

    /// <summary>Number of this process, 0 to <see cref="Count"/> - 1. Rank 0 writes the files and reports.</summary>
    public abstract int Rank { get; }

    /// <summary>Waits until every process is here.</summary>
    public abstract void Barrier();

    /// <summary>Exchanges in place: process r has filled the r-th of <see cref="Count"/> equal parts, and then every process has all of them.</summary>
    /// <param name="memory">Address of the first part.</param>
    /// <param name="bytesOfPart">Bytes of a part.</param>
    internal abstract void AllGather(nint memory, long bytesOfPart);

    /// <summary>Sends to each process r the r-th of <see cref="Count"/> equal parts, and receives from each the part for this one, by rank.</summary>
    internal abstract void AllToAll(nint sent, nint received, long bytesOfPart);

    /// <summary>Overwrites the bytes of every process with those of rank 0.</summary>
    internal abstract void Broadcast(nint memory, long bytes);

    /// <summary>Ends all processes at once, this one too, for a failure that the others do not know of.</summary>
    /// <param name="exitCode">Exit code of the job.</param>
    internal abstract void Abort(int exitCode);

    /// <summary>Ends the work together: waits for the others, and leaves. An exception that only one process meets must end that process instead.</summary>
    public abstract void Dispose();

    /// <summary>Overwrites the numbers of every process with those of rank 0.</summary>
    internal unsafe void Broadcast<T>(Span<T> numbers)
        where T : unmanaged
    {
        fixed (T* first = numbers)
            Broadcast((nint)first, (long)numbers.Length * sizeof(T));
    }

    /// <summary>Exchanges in place equal parts of so many numbers, one of each process.</summary>
    internal unsafe void AllGather<T>(T[] all, int numbersOfPart)
        where T : unmanaged
    {
        fixed (T* first = all)
            AllGather((nint)first, (long)numbersOfPart * sizeof(T));
    }

    /// <summary>Returns one number of each process, by rank.</summary>
    internal T[] Gather<T>(T own)
        where T : unmanaged
    {
        var all = new T[Count];
        all[Rank] = own;
        AllGather(all, 1);
        return all;
    }

    /// <summary>
    /// Returns on every process the bytes that rank 0 makes. If it cannot, rank 0 throws what it met, and the others <see cref="OperationCanceledException"/>.
    /// </summary>
    internal byte[] FromFirst(Func<byte[]> make)
    {
        if (Count == 1)
            return make();
        Span<long> length = [-1];
        byte[] bytes = [];
        try
        {
            if (Rank == 0)
                (bytes, length[0]) = (make(), 0);
        }
        finally
        {
            if (length[0] == 0)
                length[0] = bytes.Length;
            Broadcast(length);
        }
        if (length[0] < 0)
            throw new OperationCanceledException("Rank 0 could not go on; it says why.");
        if (Rank > 0)
            bytes = new byte[length[0]];
        Broadcast(bytes.AsSpan());
        return bytes;
    }

    /// <summary>Does on rank 0 first what the others then find done, such as a download.</summary>
    /// <exception cref="OperationCanceledException">Rank 0 failed, and throws what it met.</exception>
    internal T FirstThenOthers<T>(Func<T> work)
    {
        T? done = default;
        FromFirst(() =>
        {
            done = work();
            return [];
        });
        return Rank == 0 ? done! : work();
    }

    private sealed class OneProcess : Communicator
    {
        public override int Count => 1;

        public override int Rank => 0;

        public override void Barrier() { }

        internal override void AllGather(nint memory, long bytesOfPart) { }

        internal override void AllToAll(nint sent, nint received, long bytesOfPart) => throw new NotSupportedException("One process has nothing to send.");

        internal override void Broadcast(nint memory, long bytes) { }

        internal override void Abort(int exitCode) => Environment.Exit(exitCode);

        public override void Dispose() { }
    }
}
