namespace Isthmus.Compute;

/// <summary>
/// Threads that share the work of a step, the caller among them. Between two pieces of work they spin briefly before they
/// sleep: a step has several, some tens of microseconds apart.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    private const int Spins = 2000;

    private readonly ManualResetEventSlim[] _begin;
    private readonly CountdownEvent _left = new(1);
    private readonly Thread[] _threads;
    private readonly Exception?[] _failures;
    private Action<int>? _work;
    private volatile bool _disposed;

    /// <summary>Starts <paramref name="count"/> - 1 threads, each of which takes one thread of the tensor library.</summary>
    public ThreadTeam(int count)
    {
        Count = count;
        _failures = new Exception?[count];
        _begin = [.. Enumerable.Range(1, count - 1).Select(_ => new ManualResetEventSlim(false, Spins))];
        _threads = [.. Enumerable.Range(1, count - 1).Select(index => new Thread(() => Serve(index)) { IsBackground = true, Name = $"step {index}" })];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>Number of threads, the caller's included.</summary>
    public int Count { get; }

    /// <summary>Runs the work once for each of 0 .. Count - 1, 0 on the calling thread, and waits for all.</summary>
    public void Run(Action<int> work)
    {
        _work = work;
        _left.Reset(_threads.Length + 1);
        foreach (var begin in _begin)
            begin.Set();
        Do(0);
        _left.Signal();
        for (var spin = new SpinWait(); !_left.IsSet && spin.Count < 40;)
            spin.SpinOnce(sleep1Threshold: -1);
        _left.Wait();
        if (_failures.FirstOrDefault(failure => failure is not null) is { } first)
        {
            Array.Clear(_failures);
            throw new AggregateException(first).InnerException!;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        foreach (var begin in _begin)
            begin.Set();
        foreach (var thread in _threads)
            thread.Join();
        foreach (var begin in _begin)
            begin.Dispose();
        _left.Dispose();
    }

    private void Serve(int index)
    {
        TensorThreads.Set(1);
        while (true)
        {
            _begin[index - 1].Wait();
            _begin[index - 1].Reset();
            if (_disposed)
                return;
            Do(index);
            _left.Signal();
        }
    }

    private void Do(int index)
    {
        try
        {
            _work!(index);
        }
        catch (Exception e)
        {
            _failures[index] = e;
        }
    }
}
