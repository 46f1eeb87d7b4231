namespace Isthmus.Onnx.Hosting;

/// <summary>
/// A file and what was last read from it, read when it is first used and again when it changes. Uses under way end with the old value; a new one that cannot be
/// used is refused, and the old one stays. Safe to use from several threads.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="load">Reads the file.</param>
/// <param name="difference">Says why a new value (the second) cannot take the place of the old (the first); null if it can.</param>
/// <param name="remedy">Remedy for such a difference.</param>
/// <param name="clock">Clock of <see cref="LoadedAt"/>.</param>
internal sealed class ReloadedFile<T>(string path, Func<string, T> load, Func<T, T, string?> difference, string remedy, TimeProvider clock) : IDisposable
    where T : class, IDisposable
{
    private readonly Lock _loading = new();
    private Shared<T>? _current;
    private FileStamp? _seen;
    private bool _isDisposed;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Time when the present value was read; null before the first use.</summary>
    public DateTimeOffset? LoadedAt { get; private set; }

    /// <summary>Reason why the file as it is now is not in use, and what was read before still is; null while all is well.</summary>
    public string? Refused { get; private set; }

    /// <summary>Begins a use of the present value, which is read if it is not yet; the caller ends it by <see cref="Shared{T}.Leave"/>.</summary>
    /// <exception cref="InvalidInputException">Nothing has been read yet, and the file cannot be.</exception>
    /// <exception cref="ObjectDisposedException">Given up.</exception>
    public Shared<T> Enter()
    {
        while (true)
        {
            var shared = Volatile.Read(ref _current) ?? First();
            // Otherwise replaced just now.
            if (shared.TryEnter())
                return shared;
        }
    }

    /// <summary>Reads the file again if it has changed since it was last looked at.</summary>
    /// <returns>True if it had; <see cref="Refused"/> says whether the new value is in use.</returns>
    public bool Refresh()
    {
        lock (_loading)
        {
            if (_isDisposed || _current is not { } old || FileStamp.Of(path) is var stamp && stamp == _seen)
                return false;
            _seen = stamp;
            try
            {
                var value = load(path);
                if (difference(old.Value, value) is { } problem)
                {
                    value.Dispose();
                    throw new InvalidInputException(path, problem, remedy);
                }
                Take(value);
                old.Leave();
            }
            catch (InvalidInputException e)
            {
                Refused = e.Message;
            }
            // On the thread of a timer any exception would end the process.
            catch (Exception e)
            {
                Refused = $"{path} cannot be read: {e.Message.ReplaceLineEndings(" ")}";
            }
            return true;
        }
    }

    /// <summary>Gives the value up; uses under way still end.</summary>
    public void Dispose()
    {
        lock (_loading)
        {
            _isDisposed = true;
            Interlocked.Exchange(ref _current, null)?.Leave();
        }
    }

    private Shared<T> First()
    {
        lock (_loading)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_current is null)
            {
                _seen = FileStamp.Of(path);
                Take(load(path));
            }
            return _current!;
        }
    }

    private void Take(T value)
    {
        (LoadedAt, Refused) = (clock.GetUtcNow(), null);
        Volatile.Write(ref _current, new Shared<T>(value));
    }
}
