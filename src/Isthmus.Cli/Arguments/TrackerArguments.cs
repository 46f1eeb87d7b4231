using System.CommandLine;
using Isthmus.Tracking;
using Isthmus.Training;

namespace Isthmus.Cli.Arguments;

/// <summary>Options that say where the course of a training is recorded besides its folder.</summary>
internal static class TrackerArguments
{
    private const string TensorBoard = "tensorboard",
        Mlflow = "mlflow";
    private const string AddressVariable = "MLFLOW_TRACKING_URI",
        TokenVariable = "MLFLOW_TRACKING_TOKEN",
        ExperimentVariable = "MLFLOW_EXPERIMENT_NAME";

    private static readonly Option<string?> Log = new("--log")
    {
        Description = "Record the run's figures for tensorboard (files in the run's folder), mlflow (a server), or both, joined by a comma.",
        HelpName = "tensorboard,mlflow",
    };
    private static readonly Option<string?> Server = new("--mlflow-url")
    {
        Description = $"Address of the MLflow server for --log mlflow. Default: {AddressVariable}; a token is taken from {TokenVariable}.",
        HelpName = "url",
    };

    /// <summary>Names of the options; each has a value.</summary>
    public static IReadOnlyList<string> Names => [Log.Name, Server.Name];

    public static void AddTo(Command command)
    {
        OptionGroup.In("Trackers", Log, Server);
        command.Add(Log);
        command.Add(Server);
    }

    /// <summary>Returns true if a tracker has left files in a folder.</summary>
    public static bool HasRecords(RunFolder folder) =>
        TensorBoardTracker.HasEvents(folder.Path) || File.Exists(Path.Combine(folder.Path, MlflowCourse.FileName));

    /// <summary>The trackers asked for.</summary>
    /// <exception cref="InvalidInputException">No such tracker, one twice, no address of a server, or one without its tracker.</exception>
    public static IReadOnlyList<IRunTracker> Of(Session session)
    {
        var names = session.Get(Log)?.Split(',') ?? [];
        if (names.FirstOrDefault(name => name is not (TensorBoard or Mlflow)) is { } unknown)
            throw new InvalidInputException($"--log {unknown}", "is no tracker", NearestName.RemedyOfAll(unknown, [TensorBoard, Mlflow]));
        if (names.Length != names.Distinct().Count())
            throw new InvalidInputException($"--log {session.Get(Log)}", "names a tracker twice", "give each once");
        if (session.Get(Server) is { } unused && !names.Contains(Mlflow))
            throw new InvalidInputException($"--mlflow-url {unused}", "has no effect without its tracker", $"add --log {Mlflow}");
        return [.. names.Select(name => name == TensorBoard ? new TensorBoardTracker() : (IRunTracker)MlflowOf(session))];
    }

    private static MlflowTracker MlflowOf(Session session)
    {
        var address = session.Get(Server)
            ?? Variable(AddressVariable)
            ?? throw new InvalidInputException(
                $"--log {Mlflow}",
                "needs the address of a server",
                $"give --mlflow-url, such as http://127.0.0.1:5000, or set {AddressVariable}"
            );
        if (!Uri.TryCreate(address, UriKind.Absolute, out var server))
            throw new InvalidInputException($"--mlflow-url {address}", "is no address", "give one such as http://127.0.0.1:5000");
        return new(server)
        {
            Experiment = Variable(ExperimentVariable) ?? MlflowTracker.UsualExperiment,
            Token = Variable(TokenVariable),
            Warn = session.Note,
        };
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
