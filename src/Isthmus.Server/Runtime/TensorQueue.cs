using System.Collections.Concurrent;

namespace Isthmus.Server.Runtime;

/// <summary>
/// The one thread on which requests use the tensor library, one after another: it has threads of its own for each thread that calls it, and memory for each
/// call. Safe to use from several threads.
/// </summary>
internal sealed class TensorQueue : IDisposable
{
    private readonly BlockingCollection<Action> _work;

    /// <summary>Starts the thread.</summary>
    /// <param name="most">Requests that wait at most.</param>
    public TensorQueue(int most)
    {
        _work = new(Math.Max(1, most));
        new Thread(Work) { IsBackground = true, Name = "Isthmus tensors" }.Start();
    }

    /// <summary>Number of requests that wait.</summary>
    public int Length => _work.Count;

    /// <summary>Does work on the thread; work that is cancelled before its turn is passed over.</summary>
    /// <exception cref="QueueFullException">As many wait as may.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Run()
        {
            if (cancellationToken.IsCancellationRequested)
                result.TrySetCanceled(cancellationToken);
            else
                try
                {
                    result.TrySetResult(work());
                }
                catch (OperationCanceledException e)
                {
                    result.TrySetCanceled(e.CancellationToken);
                }
                catch (Exception e)
                {
                    result.TrySetException(e);
                }
        }
        return _work.TryAdd(Run) ? result.Task : throw new QueueFullException();
    }

    /// <summary>Ends the thread once all that waits is done.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Work()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }
}

/// <summary>As many requests wait for the tensor library as may.</summary>
internal sealed class QueueFullException() : Exception("As many requests wait for this model as may; send the request again later.");
