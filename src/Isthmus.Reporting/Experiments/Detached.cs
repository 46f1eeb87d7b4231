using Isthmus.Compute;
using TorchSharp;

namespace Isthmus.Reporting.Experiments;

/// <summary>
/// Runs work that cannot be cancelled from inside (reading a file, fitting a probe) on a separate thread, so that an interrupt need not wait for it. Tensors
/// are computed with the caller's number of threads: another one adds up in another order.
/// </summary>
internal static class Detached
{
    /// <summary>Does the work, which must change nothing that outlives the process.</summary>
    /// <exception cref="OperationCanceledException">Interrupted; the work is left to its fate.</exception>
    public static T Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var threads = TensorLibrary.IsLoaded ? torch.get_num_threads() : 0;
        var task = Task.Run(
            () =>
            {
                using var same = threads == 0 ? null : TensorThreads.Use(threads);
                return work();
            },
            CancellationToken.None
        );
        // The task's own failure is thrown below, as it is and not in an AggregateException.
        Task.WaitAny([task], cancellationToken);
        return task.GetAwaiter().GetResult();
    }
}
