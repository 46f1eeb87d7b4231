namespace Isthmus.Tests;

/// <summary>Progress that is acted on at once, on the thread that reports it; <see cref="Progress{T}"/> hands it to another.</summary>
internal sealed class ImmediateProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
