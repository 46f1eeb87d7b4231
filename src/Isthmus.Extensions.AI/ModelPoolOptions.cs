namespace Isthmus.Extensions.AI;

/// <summary>Models of a pool, and how they are reloaded.</summary>
public sealed class ModelPoolOptions
{
    /// <summary>Paths of ONNX files by the names under which they are used. Default: none.</summary>
    public IDictionary<string, string> Models { get; } = new Dictionary<string, string>();

    /// <summary>Pause between two looks at the files; <see cref="Timeout.InfiniteTimeSpan"/> for none. Default 2 seconds.</summary>
    public TimeSpan ReloadEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Threads of one call; 0 for as many as there are cores. Where many calls run side by side, 1 is fastest. Default 1.</summary>
    public int Threads { get; set; } = 1;
}
