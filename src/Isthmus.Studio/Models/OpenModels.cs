using Isthmus.Models;
using Isthmus.Server.Runtime;
using Isthmus.Studio.Folders;

namespace Isthmus.Studio.Models;

/// <summary>
/// Models that pages look at, each read once; a file that has changed is read again. A model stays open while a page holds it, and the one that was used last a
/// while longer. Safe to use from several threads.
/// </summary>
/// <param name="folder">The opened folder.</param>
internal sealed class OpenModels(StudioFolder folder) : IDisposable
{
    // As many pictures wait for a slider that is dragged as may, and some.
    private const int MostWaiting = 10_000;
    private const int MostIdle = 2;

    private readonly Lock _lock = new();
    private readonly TensorQueue _queue = new(MostWaiting);
    private readonly List<OpenModel> _open = [];

    /// <summary>Opens the model of a run; <see cref="OpenModel.Release"/> gives it back.</summary>
    /// <param name="run">Name of the run.</param>
    /// <exception cref="InvalidInputException">No such run, or its model cannot be read.</exception>
    public async Task<OpenModel> OpenAsync(string run)
    {
        var path = folder.Run(run).Model;
        var stamp = File.GetLastWriteTimeUtc(path);
        if (Held(path, stamp) is { } held)
            return held;
        var trained = await _queue.RunAsync(() => TrainedModel.Load(path), CancellationToken.None);
        lock (_lock)
        {
            if (Held(path, stamp) is { } meanwhile)
            {
                trained.Dispose();
                return meanwhile;
            }
            var model = new OpenModel(run, path, stamp, trained, folder, _queue, Close) { Users = 1 };
            _open.Insert(0, model);
            return model;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private OpenModel? Held(string path, DateTime stamp)
    {
        lock (_lock)
        {
            if (_open.FirstOrDefault(model => model.Path == path && model.Stamp == stamp) is not { } known)
                return null;
            _open.Remove(known);
            _open.Insert(0, known);
            known.Users++;
            return known;
        }
    }

    private void Close(OpenModel model)
    {
        lock (_lock)
        {
            model.Users--;
            foreach (var idle in _open.Where(other => other.Users == 0).Skip(MostIdle).ToArray())
            {
                _open.Remove(idle);
                idle.Dispose();
            }
        }
    }
}
