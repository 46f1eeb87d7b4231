using Isthmus.Training;

namespace Isthmus.Tracking;

/// <summary>
/// Sends runs to an MLflow server over its REST interface: hyperparameters, the figures of each epoch in nats a record as in <c>metrics.jsonl</c>, the figures
/// of the evaluation as <c>test/</c> and their names, and how the run ended (FINISHED, FAILED, KILLED). Figures are sent about once a second from a thread of
/// the pool. A server that is away or fails does not stop the training: that is said once, all is kept and tried again, and the end says what is lacking.
/// A resumed run goes on in the same run of MLflow, which <c>mlflow.json</c> in its folder names.
/// </summary>
/// <remarks>Not safe for use by several threads; trainings that run side by side need a tracker each.</remarks>
/// <example>
/// <code>
/// var mlflow = new MlflowTracker(new("http://127.0.0.1:5000")) { Warn = Console.Error.WriteLine };
/// using var model = Autoencoders.Vae().Fit(data, new() { Trackers = [mlflow] });
/// </code>
/// </example>
public sealed class MlflowTracker : IRunTracker
{
    internal const string UsualExperiment = "isthmus";

    private MlflowUpload? _upload;
    private TrackedRun? _run;
    private int _epochs;
    private bool _hasWarned;

    /// <summary>A tracker for a server.</summary>
    /// <param name="server">Address of the server, http or https.</param>
    /// <exception cref="InvalidInputException">It is no such address, or holds a password, which would be kept with the run.</exception>
    public MlflowTracker(Uri server)
    {
        if (!server.IsAbsoluteUri || server.Scheme != Uri.UriSchemeHttp && server.Scheme != Uri.UriSchemeHttps)
            throw new InvalidInputException(
                $"MLflow's address {server.OriginalString}",
                "is not the address of a server",
                "give one that begins with http:// or https://, such as http://127.0.0.1:5000",
                OptionNames.MlflowServer
            );
        if (server.UserInfo.Length > 0)
            throw new InvalidInputException(
                "MLflow's address",
                "holds a name or a password, which would be kept with the run",
                "leave it out and give a token instead",
                OptionNames.MlflowServer
            );
        Server = server;
    }

    /// <summary>Address of the server.</summary>
    public Uri Server { get; }

    /// <summary>Name of the experiment that runs belong to; created if there is none. Default <c>isthmus</c>.</summary>
    public string Experiment { get; init; } = UsualExperiment;

    /// <summary>Token that the server asks for, sent as <c>Authorization: Bearer</c>. Default null: none.</summary>
    public string? Token { get; init; }

    /// <summary>Called with a line for people if the server does not answer, on the thread that trains. Default null.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Clock of the figures. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Longest wait at a run's end for a server that does not answer. Default 5 seconds.</summary>
    public TimeSpan FinalWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause between two batches; after a failure it doubles each time.</summary>
    internal TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException"><c>mlflow.json</c> of a resumed run is damaged.</exception>
    public void Begin(TrackedRun run)
    {
        (_run, _hasWarned, _epochs) = (run, false, run.Epochs.Count);
        _upload = new(this, run, run is { IsResumed: true, Folder: { } folder } ? MlflowCourse.Read(folder, Server) : null);
    }

    /// <inheritdoc/>
    public void Epoch(EpochMetrics epoch)
    {
        _upload!.Add(epoch);
        _epochs = epoch.Epoch;
        if (_hasWarned || _upload.Trouble is not { } trouble)
            return;
        _hasWarned = true;
        Warn?.Invoke($"MLflow at {Server} does not take the figures ({trouble}); training goes on, and they are sent when it does.");
    }

    /// <inheritdoc/>
    public void End(RunOutcome outcome, IReadOnlyDictionary<string, double> figures)
    {
        _upload!.End(outcome, figures);
        if (!_upload.IsComplete)
            Warn?.Invoke(
                $"MLflow at {Server} has the figures of {_upload.Course?.Epochs ?? 0} of {Counted.Of(_epochs, "epoch")}, and not the run's end "
                    + $"({_upload.Trouble}){(_run!.Folder is { } folder ? $"; all figures are in {folder.Path}" : "")}."
            );
        else if (_hasWarned)
            Warn?.Invoke($"MLflow at {Server} now has all figures.");
        _upload = null;
    }
}
