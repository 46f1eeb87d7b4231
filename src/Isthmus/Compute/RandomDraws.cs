using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>
/// Torch's generator for the caller alone, seeded, until disposed of; then it goes on where it was. There is one generator in the process
/// and every draw moves it on: whoever seeds it outside such a scope disturbs what trains or imputes beside it. A scope may lie inside
/// another of the same thread; another thread's waits. Dispose of it on the thread that took it.
/// </summary>
internal sealed class RandomDraws : IDisposable
{
    private static readonly Lock Gate = new();
    private static Generator? _shared;

    private readonly Tensor _before;

    private RandomDraws(long seed)
    {
        _before = Shared.get_state().DetachFromDisposeScope();
#pragma warning disable RS0030 // The one place that may.
        manual_seed(seed);
#pragma warning restore RS0030
    }

    private static Generator Shared => _shared ??= Generator.Default;

    /// <summary>Takes the generator, waiting until no other thread has it, and seeds it.</summary>
    public static RandomDraws Seeded(long seed)
    {
        Gate.Enter();
        try
        {
            return new(seed);
        }
        catch
        {
            Gate.Exit();
            throw;
        }
    }

    /// <summary>Restores the generator's state, and releases it.</summary>
    public void Dispose()
    {
        try
        {
            Shared.set_state(_before);
            _before.Dispose();
        }
        finally
        {
            Gate.Exit();
        }
    }
}
