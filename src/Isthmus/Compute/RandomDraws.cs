using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>
/// A random stream of the calling thread's own, from its seed until it is disposed of: all draws of <see cref="RandomOperations"/> on this thread
/// come from it. No other thread sees it, none waits for it, and torch's generator, which is the whole process's, neither gives a number nor moves on.
/// A scope may lie inside another; dispose of it on the thread that made it.
/// </summary>
/// <remarks>
/// The generator is torch's own (Mersenne twister): the same seed gives the numbers that <c>torch.manual_seed</c> gives.
/// </remarks>
internal sealed class RandomDraws : IDisposable
{
    [ThreadStatic]
    private static RandomDraws? _current;

    private readonly Generator _generator;
    private readonly RandomDraws? _outer;

    private RandomDraws(long seed) => (_generator, _outer) = (new Generator(unchecked((ulong)seed), CPU), _current);

    /// <summary>The generator of the innermost scope; null outside of any, for torch's own.</summary>
    public static Generator? Generator => _current?._generator;

    /// <summary>Begins a stream on this thread.</summary>
    public static RandomDraws Seeded(long seed) => _current = new(seed);

    /// <summary>Ends it; the scope around it goes on where it was.</summary>
    public void Dispose()
    {
        _current = _outer;
        _generator.Dispose();
    }
}
