using Isthmus.Onnx;

namespace Isthmus.Extensions.AI;

/// <summary>One name of a pool: its file, and the model that was last read from it.</summary>
internal sealed class PooledModel(string name, string path, int threads, TimeProvider clock) : IModelSource
{
    private readonly Lock _loading = new();
    private SharedModel? _current;
    private FileStamp? _seen;
    private bool _isDisposed;

    /// <summary>State for health checks.</summary>
    public ModelPoolState State { get; private set; } = new(name, path, null, null, null);

    /// <summary>Does work with the present model, which is loaded if it is not yet.</summary>
    public T Use<T>(Func<OnnxModel, T> work)
    {
        var shared = Enter();
        try
        {
            return work(shared.Model);
        }
        finally
        {
            shared.Leave();
        }
    }

    /// <summary>Reads the file again if it has changed since it was last looked at; the old model stays where the new one cannot be used.</summary>
    /// <returns>The state after a change; null if there was none.</returns>
    public ModelPoolState? Refresh()
    {
        lock (_loading)
        {
            if (_isDisposed || _current is not { } old || FileStamp.Of(path) is var stamp && stamp == _seen)
                return null;
            _seen = stamp;
            try
            {
                var model = Encoder.Load(path, threads);
                if (Unlike(old.Model.Metadata, model.Metadata) is { } difference)
                {
                    model.Dispose();
                    throw new InvalidInputException(path, difference, "give it another name in the pool");
                }
                Take(model);
                old.Leave();
            }
            catch (InvalidInputException e)
            {
                State = State with { Refused = e.Message };
            }
            return State;
        }
    }

    /// <summary>Gives the model up; calls under way still end.</summary>
    public void Dispose()
    {
        lock (_loading)
        {
            _isDisposed = true;
            Interlocked.Exchange(ref _current, null)?.Leave();
        }
    }

    private SharedModel Enter()
    {
        while (true)
        {
            var shared = Volatile.Read(ref _current) ?? First();
            // Otherwise replaced just now.
            if (shared.TryEnter())
                return shared;
        }
    }

    private SharedModel First()
    {
        lock (_loading)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(ModelPool));
            if (_current is null)
            {
                _seen = FileStamp.Of(path);
                Take(Encoder.Load(path, threads));
            }
            return _current!;
        }
    }

    private void Take(OnnxModel model)
    {
        State = new(name, path, Encoder.IdOf(model.Metadata), clock.GetUtcNow(), null);
        Volatile.Write(ref _current, new SharedModel(model));
    }

    // Callers hold embeddings of that length, and give records of that kind.
    private static string? Unlike(OnnxMetadata old, OnnxMetadata other) =>
        old.Latent != other.Latent ? $"has codes of {other.Latent} numbers, and the model in use {old.Latent}"
        : old.Schema.Kind != other.Schema.Kind ? $"is a model of {other.Schema}, and the one in use of {old.Schema}"
        : null;

    /// <summary>Identity of a file's content: path, time and length. A link is followed, as volumes of Kubernetes replace files by changing links.</summary>
    private sealed record FileStamp(string Path, DateTime Written, long Length)
    {
        public static FileStamp? Of(string path)
        {
            try
            {
                var file = new FileInfo(path);
                file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
                return file.Exists ? new(file.FullName, file.LastWriteTimeUtc, file.Length) : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }
}

/// <summary>A model of a pool, for health checks.</summary>
/// <param name="Name">Name in the pool.</param>
/// <param name="Path">Its file.</param>
/// <param name="ModelId">Id of the model in use; null before the first call.</param>
/// <param name="LoadedAt">Time when it was read; null before the first call.</param>
/// <param name="Refused">Reason why the file as it is now is not in use, and the model of before still is; null while all is well.</param>
public sealed record ModelPoolState(string Name, string Path, string? ModelId, DateTimeOffset? LoadedAt, string? Refused);
