using System.Collections.Concurrent;
using Isthmus.Training;

namespace Isthmus.Tracking;

/// <summary>
/// What a run still has to tell MLflow, and the work that sends it, beside the training. Where the server does not answer, all is kept and sent later. How
/// far it has come is noted in the run's folder after each batch, so that a resumed run goes on from there.
/// </summary>
internal sealed class MlflowUpload
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly MlflowTracker _tracker;
    private readonly TrackedRun _run;
    private readonly MlflowClient _client;
    private readonly ConcurrentQueue<(EpochMetrics Epoch, long Time)> _waiting = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly long _began;
    private readonly Task _work;
    private bool _isRunning;
    private RunEnd? _end;
    private volatile string? _trouble;

    public MlflowUpload(MlflowTracker tracker, TrackedRun run, MlflowCourse? course)
    {
        (_tracker, _run, Course) = (tracker, run, course);
        (_client, _began) = (new(tracker.Server, tracker.Token), Now);
        foreach (var epoch in run.Epochs)
            Add(epoch);
        _work = Task.Run(WorkAsync);
    }

    /// <summary>What the server has; null before the run is created there.</summary>
    public MlflowCourse? Course { get; private set; }

    /// <summary>What is wrong with the server; null while all is well.</summary>
    public string? Trouble => _trouble;

    /// <summary>True once the server has all figures and the run's end.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Adds an epoch's figures to what is sent.</summary>
    public void Add(EpochMetrics epoch) => _waiting.Enqueue((epoch, Now));

    /// <summary>Sends the rest and the run's end, and waits for that, for a limited time.</summary>
    public void End(RunOutcome outcome, IReadOnlyDictionary<string, double> figures)
    {
        Volatile.Write(ref _end, new(outcome, figures, Now));
        _ended.SetResult();
        if (!_work.Wait(_tracker.FinalWait))
        {
            _stop.Cancel();
            _work.Wait();
        }
        _client.Dispose();
        _stop.Dispose();
    }

    private long Now => _tracker.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task WorkAsync()
    {
        var pause = _tracker.Pause;
        while (true)
        {
            // What was added before the end was said is then sent with it.
            var end = Volatile.Read(ref _end);
            try
            {
                await SendAsync(end).ConfigureAwait(false);
                (_trouble, pause) = (null, _tracker.Pause);
                if (end is not null)
                {
                    IsComplete = true;
                    return;
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                _trouble ??= "it did not answer in time";
                return;
            }
            catch (Exception e) when (e is MlflowException or InvalidInputException)
            {
                _trouble = e.Message.TrimEnd('.');
                if (e is MlflowException { IsFinal: true })
                    return;
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            try
            {
                if (end is null)
                    await Task.WhenAny(_ended.Task, Task.Delay(pause, _tracker.Clock, _stop.Token)).ConfigureAwait(false);
                else
                    await Task.Delay(_tracker.Pause, _tracker.Clock, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task SendAsync(RunEnd? end)
    {
        var stop = _stop.Token;
        if (Course is null)
        {
            var experiment = await _client.ExperimentAsync(_tracker.Experiment, stop).ConfigureAwait(false);
            var id = await _client.CreateRunAsync(experiment, _run.Name, _began, Tags(), stop).ConfigureAwait(false);
            Note(new(_tracker.Server.AbsoluteUri, id, HasParameters: false, Epochs: 0));
        }
        else if (!_isRunning && _run.IsResumed)
            await _client.UpdateRunAsync(Course.RunId, "RUNNING", null, stop).ConfigureAwait(false);
        _isRunning = true;
        var course = Course!;
        if (!course.HasParameters)
        {
            foreach (var some in _run.Settings.Select(setting => (object)new { setting.Key, setting.Value }).Chunk(MlflowClient.MostParameters))
                await _client.LogBatchAsync(course.RunId, [], some, stop).ConfigureAwait(false);
            Note(course with { HasParameters = true });
        }
        while (Batch() is { Length: > 0 } batch)
        {
            var metrics = batch.SelectMany(item => TrackedScalars.Of(item.Epoch).Select(scalar => Metric(scalar, item.Time, item.Epoch.Epoch)));
            await _client.LogBatchAsync(course.RunId, [.. metrics], [], stop).ConfigureAwait(false);
            Note(Course! with { Epochs = batch[^1].Epoch.Epoch });
        }
        if (end is null)
            return;
        var step = Course!.Epochs;
        foreach (var some in end.Figures.Where(figure => double.IsFinite(figure.Value)).Chunk(MlflowClient.MostMetrics))
        {
            var metrics = some.Select(figure => Metric(new($"test/{figure.Key.Replace('/', '_')}", figure.Value), end.Time, step));
            await _client.LogBatchAsync(course.RunId, [.. metrics], [], stop).ConfigureAwait(false);
        }
        var status = end.Outcome switch
        {
            RunOutcome.Finished => "FINISHED",
            RunOutcome.Failed => "FAILED",
            _ => "KILLED",
        };
        await _client.UpdateRunAsync(course.RunId, status, end.Time, stop).ConfigureAwait(false);
    }

    /// <summary>The first epochs that the server lacks, as many as a batch holds; they stay waiting until it has them.</summary>
    private (EpochMetrics Epoch, long Time)[] Batch()
    {
        // A resumed run does again what came after its checkpoint, to the same figures.
        while (_waiting.TryPeek(out var first) && first.Epoch.Epoch <= Course!.Epochs)
            _waiting.TryDequeue(out _);
        return [.. _waiting.Take(MlflowClient.MostMetrics / TrackedScalars.Count)];
    }

    private void Note(MlflowCourse course)
    {
        Course = course;
        if (_run.Folder is { } folder)
            course.Save(folder);
    }

    private object[] Tags() =>
        [
            new { key = "mlflow.source.name", value = "isthmus" },
            new { key = "isthmus.version", value = TrainingRun.Software },
            .. _run.Folder is { } folder ? [new { key = "isthmus.folder", value = Path.GetFullPath(folder.Path) }] : Array.Empty<object>(),
        ];

    private static MlflowMetric Metric(KeyValuePair<string, double> scalar, long time, int step) =>
        new(string.Concat(scalar.Key.Select(c => char.IsAsciiLetterOrDigit(c) || "_-./: ".Contains(c) ? c : '_')), scalar.Value, time, step);

    private sealed record RunEnd(RunOutcome Outcome, IReadOnlyDictionary<string, double> Figures, long Time);
}
