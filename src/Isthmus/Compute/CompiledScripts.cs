using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>
/// Compiled forms of a TorchScript, each for one thread at a time. Those given back serve again: libtorch never frees what it keeps of a form that was called
/// (45 kB for a function of one product). Safe to use from several threads.
/// </summary>
/// <param name="source">The script.</param>
internal sealed class CompiledScripts(string source)
{
    private readonly ConcurrentBag<jit.CompilationUnit> _free = [];

    /// <summary>Returns a form that nobody else uses until it is given back.</summary>
    public jit.CompilationUnit Take() => _free.TryTake(out var script) ? script : jit.compile(source);

    /// <summary>Gives a form back.</summary>
    public void Give(jit.CompilationUnit script) => _free.Add(script);
}
