using Isthmus.Onnx.Hosting;
using Isthmus.Server.Runtime;
using Isthmus.Server.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Isthmus.Server.Models;

/// <summary>
/// The models that are served, by name. All are read and tried before the server is ready; a file that changes is read again, while requests under way end with
/// the old model. Safe to use from several threads.
/// </summary>
/// <remarks>
/// <code>
/// using var lease = registry.Lease("fraud");   // throws UnknownModelException
/// lease.Model.Schema                           // the model lives at least as long as the lease
/// </code>
/// </remarks>
internal sealed partial class ModelRegistry : IHostedLifecycleService, IDisposable
{
    private readonly Dictionary<string, ReloadedFile<ServedModel>> _files;
    private readonly ServerOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly TensorQueue _queue;
    private ITimer? _timer;
    private volatile bool _isLoaded,
        _isStopping;

    /// <summary>A registry, whose models are read when the application starts.</summary>
    public ModelRegistry(IOptions<ServerOptions> options, ILogger<ModelRegistry> logger, TimeProvider? clock = null)
    {
        (_options, _logger, _clock) = (options.Value, logger, clock ?? TimeProvider.System);
        _queue = new(_options.MaxWaiting);
        foreach (var name in _options.Models.Keys)
            if (name.Length is 0 or > 100 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
                throw new InvalidInputException(
                    $"The name '{name}' of a model",
                    "is not made of the letters a to z, digits, '-', '_' and '.'",
                    "give it such a name of up to 100 characters"
                );
        _files = _options.Models.ToDictionary(
            model => model.Key,
            model => new ReloadedFile<ServedModel>(
                ServedModel.FileOf(model.Value),
                path => Load(model.Key, path),
                Difference,
                "serve it under another name",
                _clock
            ),
            StringComparer.Ordinal
        );
    }

    /// <summary>Names of the models, in the order in which they were given.</summary>
    public IReadOnlyCollection<string> Names => _files.Keys;

    /// <summary>True from when all models have been read and tried until the server is told to stop.</summary>
    public bool IsReady => _isLoaded && !_isStopping;

    /// <summary>Called with every model that has been read and tried, before requests get it. Default: nobody.</summary>
    public event Action<ServedModel>? Loaded;

    /// <summary>Called with the name of a model whose file has changed, and whether the new one is in use. Default: nobody.</summary>
    public event Action<string, bool>? Reloaded;

    /// <summary>The present model of a name, for one request.</summary>
    /// <exception cref="UnknownModelException">No such name.</exception>
    public ModelLease Lease(string name) => _files.TryGetValue(name, out var file) ? new(file.Enter()) : throw new UnknownModelException(name, Names);

    /// <summary>Requests that wait for the tensor library.</summary>
    public int Waiting => _queue.Length;

    /// <summary>Looks at all files now, and reads those again that have changed.</summary>
    public void Refresh()
    {
        foreach (var (name, file) in _files)
            if (file.Refresh())
            {
                if (file.Refused is { } reason)
                    LogRefused(name, reason);
                else
                    LogReloaded(name, file.Path);
                Reloaded?.Invoke(name, file.Refused is null);
            }
    }

    /// <summary>Reads and tries all models.</summary>
    /// <exception cref="InvalidInputException">One cannot be read.</exception>
    public Task StartingAsync(CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                foreach (var (name, file) in _files)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    file.Enter().Leave();
                    LogLoaded(name, file.Path);
                }
                _isLoaded = true;
                if (_options.ReloadEvery > TimeSpan.Zero)
                    _timer = _clock.CreateTimer(_ => Look(), null, _options.ReloadEvery, Timeout.InfiniteTimeSpan);
            },
            cancellationToken
        );

    /// <summary>Says that the server is not ready, and waits for balancers to see it.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        LogStopping(_options.DrainFor.TotalSeconds);
        if (_options.DrainFor > TimeSpan.Zero)
            await Task.Delay(_options.DrainFor, _clock, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        foreach (var file in _files.Values)
            file.Dispose();
        _queue.Dispose();
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // One look at a time, however long it takes.
    private void Look()
    {
        Refresh();
        _timer?.Change(_options.ReloadEvery, Timeout.InfiniteTimeSpan);
    }

    private ServedModel Load(string name, string path)
    {
        var model = ServedModel.Load(name, path, _queue, _options);
        try
        {
            Loaded?.Invoke(model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    // Clients send records of that kind and shape.
    private static string? Difference(ServedModel old, ServedModel other) =>
        old.Schema.Kind != other.Schema.Kind ? $"is a model of {other.Schema}, and the one in use of {old.Schema}" : null;

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Name} has been read from {Path}")]
    private partial void LogLoaded(string name, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Name} has been read again from {Path}")]
    private partial void LogReloaded(string name, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "Model {Name} stays as it was: {Reason}")]
    private partial void LogRefused(string name, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Told to stop: not ready, and taking connections for {Seconds} seconds more")]
    private partial void LogStopping(double seconds);
}

/// <summary>A request's hold on a model.</summary>
/// <param name="shared">The model, which has been entered.</param>
internal sealed class ModelLease(Shared<ServedModel> shared) : IDisposable
{
    private Shared<ServedModel>? _shared = shared;

    /// <summary>The model, until the lease ends.</summary>
    public ServedModel Model { get; } = shared.Value;

    /// <summary>Ends the hold.</summary>
    public void Dispose() => Interlocked.Exchange(ref _shared, null)?.Leave();
}

/// <summary>No model is served under a name.</summary>
internal sealed class UnknownModelException(string name, IReadOnlyCollection<string> names)
    : Exception(
        $"No model is called '{name}'; {(names.Count == 0 ? "none is served" : $"there {(names.Count == 1 ? "is" : "are")} {string.Join(", ", names)}")}."
    );
