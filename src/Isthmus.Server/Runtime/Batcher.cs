using System.Threading.Channels;

namespace Isthmus.Server.Runtime;

/// <summary>
/// Records of several requests that enter a network together. A request waits only while others run, or for the time that is set; one that is cancelled
/// leaves the batch before it runs. Safe to use from several threads.
/// </summary>
internal sealed class Batcher : IDisposable
{
    private readonly Channel<Waiting> _waiting;
    private readonly Func<IReadOnlyList<float[]>, float[][]> _run;
    private readonly int _most;
    private readonly TimeSpan _wait;

    /// <summary>Starts the batcher.</summary>
    /// <param name="run">Runs the network on records, and returns as many results in their order. Called from several threads.</param>
    /// <param name="most">Records of a batch at most; a request of more runs alone.</param>
    /// <param name="wait">Time for which a record waits for others; zero to take those that are there.</param>
    public Batcher(Func<IReadOnlyList<float[]>, float[][]> run, int most, TimeSpan wait)
    {
        (_run, _most, _wait) = (run, most, wait);
        // Requests wait here, and the gate limits their number.
        _waiting = Channel.CreateUnbounded<Waiting>(new() { AllowSynchronousContinuations = false });
        for (var worker = 0; worker < Math.Clamp(Environment.ProcessorCount, 1, 4); worker++)
            _ = Task.Run(WorkAsync);
    }

    /// <summary>Called after each batch with the number of its records. Default: nobody.</summary>
    public Action<int>? Ran { get; set; }

    /// <summary>Runs the network on the records of one request.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the batch ran.</exception>
    public Task<float[][]> RunAsync(IReadOnlyList<float[]> records, CancellationToken cancellationToken)
    {
        if (records.Count == 0)
            return Task.FromResult<float[][]>([]);
        var item = new Waiting(records, cancellationToken);
        return _waiting.Writer.TryWrite(item) ? item.Result.Task : throw new ObjectDisposedException(nameof(Batcher));
    }

    /// <summary>Ends the workers once all that waits has run.</summary>
    public void Dispose() => _waiting.Writer.TryComplete();

    private async Task WorkAsync()
    {
        Waiting? next = null;
        while (next is not null || await _waiting.Reader.WaitToReadAsync())
        {
            var (batch, records) = (new List<Waiting>(), 0);
            var until = _wait > TimeSpan.Zero ? Task.Delay(_wait) : Task.CompletedTask;
            while (records < _most)
            {
                if (next is null && !_waiting.Reader.TryRead(out next))
                {
                    if (batch.Count == 0 || until.IsCompleted)
                        break;
                    // Another request, or the end of the wait.
                    await Task.WhenAny(_waiting.Reader.WaitToReadAsync().AsTask(), until);
                    if (_waiting.Reader.Completion.IsCompleted)
                        break;
                    continue;
                }
                if (next.Cancel.IsCancellationRequested)
                    next.Result.TrySetCanceled(next.Cancel);
                else if (batch.Count > 0 && records + next.Records.Count > _most)
                    break;
                else
                {
                    batch.Add(next);
                    records += next.Records.Count;
                }
                next = null;
            }
            if (batch.Count > 0)
                Run(batch, records);
        }
    }

    private void Run(List<Waiting> batch, int records)
    {
        try
        {
            var results = _run(batch.Count == 1 ? batch[0].Records : [.. batch.SelectMany(item => item.Records)]);
            Ran?.Invoke(records);
            var first = 0;
            foreach (var item in batch)
            {
                item.Result.TrySetResult(results[first..(first + item.Records.Count)]);
                first += item.Records.Count;
            }
        }
        catch (Exception e) when (batch.Count == 1)
        {
            batch[0].Result.TrySetException(e);
        }
        catch (Exception)
        {
            // One request's fault is not the others'.
            foreach (var item in batch)
                Run([item], item.Records.Count);
        }
    }

    private sealed class Waiting(IReadOnlyList<float[]> records, CancellationToken cancel)
    {
        public IReadOnlyList<float[]> Records => records;

        public CancellationToken Cancel => cancel;

        public TaskCompletionSource<float[][]> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
