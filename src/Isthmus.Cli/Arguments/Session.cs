using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Isthmus.Cli.Output;
using Isthmus.Compute;
using Isthmus.Data.Files;
using Isthmus.Models;
using Isthmus.Processes;
using static TorchSharp.torch;

namespace Isthmus.Cli.Arguments;

/// <summary>One command under way: its options, where it writes, and how it is stopped.</summary>
internal sealed class Session(ParseResult parsed, CancellationToken cancellationToken)
{
    private readonly List<string> _later = [];
    private readonly HashSet<string> _warnings = [];

    /// <summary>Ctrl-C.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Exit code of the program, unless something is thrown.</summary>
    public int ExitCode { get; set; } = ExitCodes.Done;

    /// <summary>Processes that do the command together; this one alone unless <see cref="RankArguments.Join"/> says otherwise.</summary>
    public Communicator Communicator { get; set; } = Communicator.Alone;

    /// <summary>Temporary files that the processes have in common where all of them read the same data; null for one process.</summary>
    public MachineFiles? Files => field ??= MachineFiles.Of(Communicator);

    /// <summary>Progress on standard error; nowhere above rank 0.</summary>
    public ProgressDisplay Progress => field ??= new(Communicator.Rank > 0 ? TextWriter.Null : parsed.InvocationConfiguration.Error);

    /// <summary>Receiver of the progress of downloads.</summary>
    public IProgress<DownloadProgress> Downloads => field ??= new DownloadNotes(Progress);

    /// <summary>The arguments as they were given.</summary>
    public IReadOnlyList<string> Words => [.. parsed.Tokens.Select(token => token.Value)];

    /// <summary>Name of the verb.</summary>
    public string Verb => parsed.CommandResult.Command.Name;

    /// <summary>True if files that are there may be replaced.</summary>
    public bool IsForced => parsed.GetValue(OutputPaths.Force);

    /// <summary>Standard output, for what must be said before the end.</summary>
    public TextWriter Output => parsed.InvocationConfiguration.Output;

    /// <summary>Returns the options that were given other values than their own, sorted: <c>--score elbo --seed 3</c>.</summary>
    /// <param name="without">Names of options to leave out.</param>
    public string Settings(IReadOnlySet<string> without) =>
        string.Join(
            ' ',
            parsed
                .CommandResult.Children.OfType<OptionResult>()
                .Where(result => !result.Implicit && !without.Contains(result.Option.Name))
                .Select(result => (result.Option.Name, Value: string.Join(' ', result.Tokens.Select(token => token.Value)), Usual: Usual(result.Option)))
                .Where(option => option.Value != option.Usual)
                .OrderBy(option => option.Name, StringComparer.Ordinal)
                .Select(option => option.Value.Length == 0 ? option.Name : $"{option.Name} {option.Value}")
        );

    private static string? Usual(Option option) =>
        option.HasDefaultValue ? Convert.ToString(option.GetDefaultValue(), System.Globalization.CultureInfo.InvariantCulture)?.ToLowerInvariant() : null;

    /// <summary>The seed.</summary>
    public int Seed => Get(CommonOptions.Seed);

    /// <summary>The threads asked for, of each process; 0 for the library's own, where this process is alone.</summary>
    public int Threads => Communicator.Count > 1 ? Math.Max(1, Get(CommonOptions.Threads)) : Get(CommonOptions.Threads);

    /// <summary>The unit of its information.</summary>
    public InformationUnit Unit => new(Get(InformationUnit.Nats));

    /// <summary>The value of an option.</summary>
    public T Get<T>(Option<T> option) => parsed.GetValue(option)!;

    /// <summary>The value of an argument.</summary>
    public T Get<T>(Argument<T> argument) => parsed.GetValue(argument)!;

    /// <summary>Returns true if an argument was left out, and has its default.</summary>
    public bool IsDefault(Argument argument) => parsed.GetResult(argument)?.Implicit ?? true;

    /// <summary>Checks that a file may be written which no option names: one of several, such as <c>name.1.csv</c>.</summary>
    /// <exception cref="InvalidInputException">It is there already, or is what the command reads.</exception>
    public void CheckOutput(string path) => OutputPaths.Check(parsed, path);

    /// <summary>Returns true if a file is one that the command reads.</summary>
    public bool Reads(string path) => OutputPaths.Reads(parsed, RealPath.Of(path));

    /// <summary>
    /// Does what cannot be stopped from inside (reading a file, fitting a probe) on a thread of its own, so that an
    /// interrupt need not wait for it. The work must change nothing that outlives the process.
    /// </summary>
    /// <exception cref="OperationCanceledException">Interrupted; the work is left to its fate.</exception>
    public T Detached<T>(Func<T> work) => Reporting.Experiments.Detached.Run(work, cancellationToken);

    /// <summary><see cref="Detached{T}"/> with the tensor library loaded, on the device that was asked for.</summary>
    public T Compute<T>(Func<Device, T> work) => Detached(() => work(SelectDevice()));

    /// <summary><see cref="Compute{T}(Func{Device, T})"/> with a model on that device.</summary>
    public T Compute<T>(string modelPath, Func<TrainedModel, Device, T> work) => Compute(() => TrainedModel.Load(modelPath), work);

    /// <summary><see cref="Compute{T}(Func{Device, T})"/> with a model on that device.</summary>
    public T Compute<T>(Func<TrainedModel> load, Func<TrainedModel, Device, T> work) =>
        Compute(device =>
        {
            using var model = load().MoveTo(device);
            return work(model, device);
        });

    /// <summary>Loads the tensor library and gives the device that was asked for.</summary>
    public Device SelectDevice()
    {
        var device = ComputeDevice.Select(Get(CommonOptions.Device));
        // The program is the process: its threads are the tensor library's.
        if (Threads > 0)
            set_num_threads(Threads);
        return device;
    }

    /// <summary>Throws if another device than the CPU is asked for what computes there alone.</summary>
    public void DemandCpu(string what) => CommonOptions.DemandCpu(parsed, what);

    /// <summary>A note for people, on standard error.</summary>
    public void Note(string line) => Progress.Line(line, always: true);

    /// <summary>A note for people that is said with the result, so that an error stands alone.</summary>
    public void NoteLater(string line) => _later.Add(line);

    /// <summary>The command's result: the lines, or with --json the object.</summary>
    public void Result(IEnumerable<string> lines, params IEnumerable<KeyValuePair<string, object?>> json)
    {
        _later.ForEach(Note);
        if (Communicator.Rank > 0)
            return;
        var output = parsed.InvocationConfiguration.Output;
        if (Get(CommonOptions.Json))
        {
            output.WriteLine(JsonSerializer.Serialize(new OrderedDictionary<string, object?>(json), JsonFormat.Compact));
            return;
        }
        var text = new TerminalText(output);
        foreach (var line in lines)
            text.WriteLine(line, _warnings.Contains(line) ? "yellow" : null);
    }

    /// <summary>Marks which lines of the result are warnings: a terminal shows them in colour.</summary>
    public IReadOnlyList<string> Warnings(IReadOnlyList<string> lines)
    {
        _warnings.UnionWith(lines);
        return lines;
    }

    private sealed class DownloadNotes(ProgressDisplay display) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) =>
            display.Line(
                FormattableString.Invariant($"downloading {value.File}: {value.Received / 1e6:F1} of {value.Total / 1e6:F1} MB"),
                always: value.Received == value.Total
            );
    }
}

/// <summary>An interrupt that left something to go on with; the message says what.</summary>
internal sealed class InterruptedException(string message) : OperationCanceledException(message);
