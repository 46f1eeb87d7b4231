using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>
/// Number of threads of torch's operations for the calling thread, until disposed of: the thread then has its own number again, and no other thread's changes.
/// Dispose of it on the thread that made it.
/// </summary>
/// <remarks>
/// <c>torch.set_num_threads</c> sets the calling thread's number and, besides, the one that every thread begins with that uses torch for the first time later.
/// The second is put back at once, by a thread that begins for that.
/// </remarks>
internal sealed class TensorThreads : IDisposable
{
    private static readonly Lock Gate = new();

    [ThreadStatic]
    private static bool _isBegun;

    private readonly int _before;

    private TensorThreads(int before) => _before = before;

    /// <summary>
    /// Takes the number that was set for the process on a thread that has none of its own yet. Its first matrix product would take one for each core instead,
    /// and on some processors add up in another order than later ones.
    /// </summary>
    public static void Begin()
    {
        if (_isBegun)
            return;
        _ = get_num_threads();
        _isBegun = true;
    }

    /// <summary>Takes so many threads for the calling thread.</summary>
    /// <param name="count">0 leaves the number as it is.</param>
    /// <returns>What gives the number back; null where it is left as it is.</returns>
    public static TensorThreads? Use(int count)
    {
        var before = get_num_threads();
        if (count == 0 || count == before)
            return null;
        Set(count);
        return new(before);
    }

    /// <inheritdoc/>
    public void Dispose() => Set(_before);

    /// <summary>Takes so many threads for the calling thread for good: for threads that end with their work.</summary>
    public static void Set(int count)
    {
        lock (Gate)
        {
            using ManualResetEventSlim known = new(),
                isSet = new();
            var keeper = new Thread(() =>
            {
                var first = get_num_threads();
                known.Set();
                isSet.Wait();
                Apply(first);
            })
            {
                IsBackground = true,
            };
            keeper.Start();
            known.Wait();
            Apply(count);
            isSet.Set();
            keeper.Join();
        }
    }

#pragma warning disable RS0030 // The one place that may.
    private static void Apply(int count) => set_num_threads(count);
#pragma warning restore RS0030
}
