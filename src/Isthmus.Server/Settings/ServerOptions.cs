namespace Isthmus.Server.Settings;

/// <summary>Models that are served, and the limits of requests.</summary>
/// <remarks>Not safe to change once the application has started.</remarks>
public sealed class ServerOptions
{
    /// <summary>Model files (.isthmus), or the folders of their runs, by the names under which they are served. Default: none.</summary>
    public IDictionary<string, string> Models { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Pause between two looks at the files; <see cref="Timeout.InfiniteTimeSpan"/> for none. Default 2 seconds.</summary>
    public TimeSpan ReloadEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Keys, of which a request must carry one; none for requests without. Default: none.</summary>
    public IList<string> ApiKeys { get; } = [];

    /// <summary>Bytes of a request's body at most, above 0; a stream of lines (ndjson) may be longer. Default 8 MiB.</summary>
    public long MaxBodyBytes { get; set; } = 8 << 20;

    /// <summary>Records of one request at most, above 0; a stream of lines may have more. Default 10,000.</summary>
    public int MaxRows { get; set; } = 10_000;

    /// <summary>Columns of a row, or items of a history, at most, above 0. Default 10,000.</summary>
    public int MaxColumns { get; set; } = 10_000;

    /// <summary>Pixels of a picture in a body at most, width times height, above 0. Default 2^24.</summary>
    public long MaxPixels { get; set; } = 1 << 24;

    /// <summary>Time of one request at most; a stream of lines may take longer. Default 30 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests that are answered at the same time, above 0. Default 64.</summary>
    public int MaxConcurrent { get; set; } = 64;

    /// <summary>Requests that wait for their turn, from 0; more are refused with status 429. Default 256.</summary>
    public int MaxWaiting { get; set; } = 256;

    /// <summary>Requests a second of one key, or without keys of one address; null for any number. Default null.</summary>
    public int? RequestsPerSecond { get; set; }

    /// <summary>Records of several requests that enter a model together at most, above 0. Default 256.</summary>
    public int MaxBatch { get; set; } = 256;

    /// <summary>Time for which a record waits for others to enter the model with it; zero to take those that are there. Default zero.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.Zero;

    /// <summary>Time from the signal to stop, when the server says that it is not ready, until it takes no more connections. Default zero.</summary>
    public TimeSpan DrainFor { get; set; } = TimeSpan.Zero;
}
