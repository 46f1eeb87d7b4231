using System.CommandLine;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Data.Formats;
using Isthmus.Models;
using Isthmus.Reporting.Experiments;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus sweep</c>: a grid of runs and one page of them.</summary>
internal static class SweepCommand
{
    private static readonly Option<string> Model = new("--model", "-m")
    {
        Description = "Model to train; 'isthmus models' lists them.",
        DefaultValueFactory = _ => "vae",
        HelpName = "name",
    };
    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "Setting to vary, such as beta=0.1,0.5,1,4; may be repeated.",
        HelpName = "key=value,value",
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<string[]> Fix = new("--fix")
    {
        Description = "Setting that is the same in all runs, such as hidden=500,300; may be repeated.",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<int> Seeds = CommonOptions.Whole("--seeds", "Runs of each combination, from --seed up", 1, 1).AtMost(10_000);
    private static readonly Option<string?> Epochs = new("--epochs") { Description = "Most passes over the training records.", HelpName = "n" };
    private static readonly Option<string?> Latent = new("--latent") { Description = "Size of the code: numbers per record.", HelpName = "n" };
    private static readonly Option<string?> Target = new("--target")
    {
        Description = "Label that the model is given (cond-vae) or predicts (vib), where the data have several.",
        HelpName = "label",
    };
    private static readonly Option<string?> Name = new("--name")
    {
        Description = "Name of the sweep's folder. Default: after the data and the model.",
        HelpName = "name",
    };
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "Folder that holds all runs.",
        DefaultValueFactory = _ => "runs",
        HelpName = "folder",
    };
    private static readonly Option<int> ImportanceSamples = EvaluateCommand.ImportanceSamplesOption();
    private static readonly Option<int> SplitSeed = CommonOptions.Whole(
        "--split-seed",
        "Random seed of the split into training, validation and test records",
        1,
        int.MinValue
    );

    public static Command Create()
    {
        DataArguments? data = null;
        var verb = new Verb(
            "sweep",
            "Train a grid of settings and seeds, and draw all runs on one page. Run again after an interruption, it continues.",
            "isthmus sweep mnist --model beta-vae --set beta=0.1,0.5,1,4 --seeds 3 --epochs 20",
            session => Run(session, data!)
        );
        TrackerArguments.AddTo(verb);
        data = DataArguments.AddTo(verb);
        foreach (var option in (Option[])[Model, Set, Fix, Seeds, Epochs, Latent, Target, Name, Output, ImportanceSamples, SplitSeed, InformationUnit.Nats])
            verb.Add(option);
        ShareArguments.AddTo(verb);
        return verb;
    }

    private static void Run(Session session, DataArguments arguments)
    {
        var share = ShareArguments.Of(session);
        var preset = Preset.Named(session.Get(Model));
        var grid = SweepGrid.Parse(session.Get(Set), [.. Enumerable.Range(session.Seed, session.Get(Seeds))]);
        var (source, fix) = (arguments.Name(session), Fixed(session));
        var options = arguments.Options(session) with { Seed = session.Get(SplitSeed) };
        var choice = session.Detached(() => ModelChoice.Of(preset.Name, source, options, arguments.Table(session)));
        if (choice.Why is { } why)
            session.NoteLater($"{why}; --user and --item take others.");
        var trackers = TrackerArguments.Of(session);
        var data = session.Detached(() => DataSource.Load(source, choice.Options, session.Downloads, session.CancellationToken));
        var name = session.Get(Name) ?? $"{RunNames.Default(source, preset.Name, fix)}-sweep";
        if (name is "" or "." or ".." || name != Path.GetFileName(name))
            throw new InvalidInputException($"--name {name}: expected the name of one folder; where it lies is said by --output.");
        var folder = Path.Combine(session.Get(Output), name);
        var definition = new SweepDefinition(source, preset.Name, grid, fix, session.Get(SplitSeed), data.Train.Count, session.Get(ImportanceSamples));
        var count = grid.Points().Count;
        IReadOnlyList<SweptRun> runs;
        try
        {
            runs = ShareArguments.IsMerge(session)
                ? Sweep.Merge(definition, data, folder, ShareArguments.Command(session, null))
                : session.Progress.Show(report =>
                    Sweep.Run(
                        definition,
                        data,
                        folder,
                        new()
                        {
                            Device = session.SelectDevice(),
                            Threads = session.Threads,
                            Trackers = trackers,
                        },
                        share,
                        new ImmediateProgress<SweepProgress>(at =>
                        {
                            if (at.Training is { } training)
                                report(
                                    (at.Run + training.Fraction) / count,
                                    FormattableString.Invariant(
                                        $"run {at.Run + 1} of {count}  {at.Point.Words} seed {at.Point.Seed}  epoch {training.Epoch}/{training.Epochs}"
                                    )
                                );
                            else
                                session.Note($"run {at.Run + 1} of {count}: {at.Point.Name}{(at.State == "new" ? "" : $", {at.State}")}");
                        }),
                        session.CancellationToken
                    )
                );
        }
        catch (OperationCanceledException) when (session.CancellationToken.IsCancellationRequested)
        {
            throw new InterruptedException($"interrupted; finished runs are in {folder}. The same command goes on with the rest.");
        }
        if (share is { } own)
        {
            ReportShare(session, own, folder, runs, [.. Enumerable.Range(0, count).Where(own.Takes)]);
            return;
        }
        if (runs.Count < count)
            throw new InvalidInputException(folder, "has runs that another process is training", "wait for it, and give the same command again");
        var page = Path.Combine(folder, "sweep.html");
        SweepPage.Write(page, name, definition, runs);
        Print(session, definition, runs, page);
    }

    private static void ReportShare(Session session, Share share, string folder, IReadOnlyList<SweptRun> runs, IReadOnlyList<int> own) =>
        session.Result(
            [
                $"share {share}: {runs.Count} of its {Counted.Of(own.Count, "run")} in {folder}"
                    + (runs.Count < own.Count ? "; another process is training the others" : ""),
                .. runs.Select(run => $"  {run.Folder}"),
                "When all are: the same command with --merge for --share.",
            ],
            [
                new("verb", "sweep"),
                new("share", share.Index),
                new("shares", share.Count),
                new("runs", runs.Select(run => Path.Combine(folder, run.Folder))),
                new("trained_elsewhere", own.Count - runs.Count),
            ]
        );

    private static void Print(Session session, SweepDefinition definition, IReadOnlyList<SweptRun> runs, string page)
    {
        var axis = SweepAxis.Horizontal(runs);
        var frontier = Sweep.Frontier(runs, axis.Value, SweepAxis.Distortion.Value);
        string Figure(SweptRun run, SweepAxis of) => of.Of(run.Figures) is { } figure ? $"{FigureLines.In(figure, session.Unit)}" : "not known";
        var width = runs.Max(run => run.Folder.Length);
        string[] lines =
        [
            $"{definition.Model} on {definition.Data}: {Counted.Of(runs.Count, "run")}; * on the frontier",
            .. runs.Select(run =>
                $"{(frontier.Contains(run) ? "*" : " ")} {run.Folder.PadRight(width)}  {axis.Name.ToLowerInvariant()} {Figure(run, axis)}  distortion "
                + $"{Figure(run, SweepAxis.Distortion)}"
            ),
            $"page  {page}",
        ];
        session.Result(
            lines,
            [
                new("verb", "sweep"),
                new("data", definition.Data),
                new("model", definition.Model),
                new("split_seed", definition.SplitSeed),
                new(
                    "runs",
                    runs.Select(run => new
                    {
                        settings = run.Point.Settings.ToDictionary(),
                        seed = run.Point.Seed,
                        on_frontier = frontier.Contains(run),
                        figures = run.Figures.Values,
                        run_path = Path.Combine(Path.GetDirectoryName(page)!, run.Folder),
                    })
                ),
                new("page_path", page),
            ]
        );
    }

    private static Dictionary<string, string> Fixed(Session session)
    {
        var settings = new Dictionary<string, string>();
        foreach (var (key, value) in new[] { ("epochs", session.Get(Epochs)), ("latent", session.Get(Latent)), ("target", session.Get(Target)) })
            if (value is not null)
                settings[key] = value;
        foreach (var pair in session.Get(Fix))
            if (pair.Split('=', 2) is not [{ Length: > 0 } key, { Length: > 0 } value])
                throw new InvalidInputException($"--fix {pair}: expected key=value, such as hidden=500,300; 'isthmus train --help settings' lists the keys.");
            else if (!settings.TryAdd(key, value))
                throw new InvalidInputException($"Setting {key} is given twice; give it once.");
        return settings;
    }
}
