using Isthmus.Onnx;
using Isthmus.Onnx.Hosting;

namespace Isthmus.Extensions.AI;

/// <summary>A model for a call: one that stays, or the present one of a name in a pool.</summary>
internal interface IModelSource : IDisposable
{
    /// <summary>Does work with the model, which outlives the work.</summary>
    T Use<T>(Func<OnnxModel, T> work);
}

/// <summary>A model that stays until the generator is disposed of.</summary>
internal sealed class SingleModel(Shared<OnnxModel> shared) : IModelSource
{
    private int _isDisposed;

    public T Use<T>(Func<OnnxModel, T> work)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0 || !shared.TryEnter(), this);
        try
        {
            return work(shared.Value);
        }
        finally
        {
            shared.Leave();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            shared.Leave();
    }
}
