using Isthmus.Onnx;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Isthmus.Extensions.AI;

/// <summary>
/// Encoders in ONNX files by name, each read when it is first used, and once for all threads. A file that is replaced is read again within <see
/// cref="ModelPoolOptions.ReloadEvery"/>: calls under way end with the old model, later ones have the new. A file that is damaged, cut short or of another
/// kind is refused, and the old model stays; the log and <see cref="States"/> say so.
/// </summary>
/// <remarks>Safe to use from several threads at once. One session serves them all, as ONNX Runtime allows: there is nothing to rent and to return.</remarks>
public sealed partial class ModelPool : IDisposable
{
    private readonly Dictionary<string, PooledModel> _models;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;

    /// <summary>A pool of models.</summary>
    /// <param name="options">Names, files, and how they are reloaded.</param>
    /// <param name="logger">Receiver of a line a reload. Default: none.</param>
    /// <param name="clock">Clock of the reloads. Default: the system's.</param>
    public ModelPool(ModelPoolOptions options, ILogger<ModelPool>? logger = null, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        _logger = logger ?? NullLogger<ModelPool>.Instance;
        _models = options.Models.ToDictionary(model => model.Key, model => new PooledModel(model.Key, model.Value, options.Threads, clock));
        if (options.ReloadEvery > TimeSpan.Zero)
            _timer = clock.CreateTimer(_ => Refresh(), null, options.ReloadEvery, options.ReloadEvery);
    }

    /// <summary>State of each model, for health checks.</summary>
    public IReadOnlyList<ModelPoolState> States => [.. _models.Values.Select(model => model.State)];

    /// <summary>Does work with the present model of a name, which lives at least until the work returns.</summary>
    /// <exception cref="InvalidInputException">No such name, or no model of it has been read yet and its file cannot be.</exception>
    /// <exception cref="ObjectDisposedException">The pool has been disposed of.</exception>
    public T Use<T>(string name, Func<OnnxModel, T> work) => Named(name).Use(work);

    /// <summary>A generator that always has the present model of a name. Disposing of it does nothing; the pool holds the model.</summary>
    /// <typeparam name="TInput">Type of a record.</typeparam>
    /// <exception cref="InvalidInputException">No such name.</exception>
    public IEmbeddingGenerator<TInput, Embedding<float>> Generator<TInput>(string name) => new IsthmusEmbeddingGenerator<TInput>(new Kept(Named(name)));

    /// <summary>Looks at all files now, and reads those again that have changed.</summary>
    public void Refresh()
    {
        foreach (var model in _models.Values)
            if (model.Refresh() is { Refused: var refused } state)
                if (refused is null)
                    LogReloaded(state.Name, state.ModelId, state.Path);
                else
                    LogRefused(state.Name, state.ModelId, refused);
    }

    /// <summary>Gives all models up; calls under way still end.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        foreach (var model in _models.Values)
            model.Dispose();
    }

    private PooledModel Named(string name) =>
        _models.GetValueOrDefault(name)
        ?? throw new InvalidInputException(
            "The pool",
            $"has no model '{name}'",
            _models.Count == 0 ? "add it to its options" : $"it has {string.Join(", ", _models.Keys)}"
        );

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Name} is now {ModelId}, read again from {Path}")]
    private partial void LogReloaded(string name, string? modelId, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "Model {Name} stays {ModelId}: {Reason}")]
    private partial void LogRefused(string name, string? modelId, string reason);

    /// <summary>A model that its pool disposes of.</summary>
    private sealed class Kept(PooledModel model) : IModelSource
    {
        public T Use<T>(Func<OnnxModel, T> work) => model.Use(work);

        public void Dispose() { }
    }
}
