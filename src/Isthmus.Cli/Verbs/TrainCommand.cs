using System.CommandLine;
using System.Globalization;
using System.Text;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Primitives;
using Isthmus.Reporting.Experiments;
using Isthmus.Training;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus train</c>: from data to a model, its figures and its report.</summary>
internal static class TrainCommand
{
    private static readonly Option<string?> Model = new("--model", "-m")
    {
        Description = "Model to train; listed below. Default: chosen by what the data hold.",
        HelpName = "name",
    };
    private static readonly Option<string?> Net = new("--net")
    {
        Description = "Network of encoder and decoder: mlp (fully connected) or conv (convolutional).",
        HelpName = "mlp|conv",
    };
    private static readonly Option<string?> Encoder = new("--encoder")
    {
        Description = "For lines of text, network that codes a line: lstm, gru, transformer, or none for a language model.",
        HelpName = "encoder",
    };
    private static readonly Option<string?> Decoder = new("--decoder")
    {
        Description = "For lines of text, network that predicts the tokens: lstm, gru, convolution or transformer.",
        HelpName = "decoder",
    };
    private static readonly Option<string?> Latent = new("--latent") { Description = "Size of the code: numbers per record.", HelpName = "n" };
    private static readonly Option<string?> Topics = new("--topics") { Description = "The same as --latent, for models of documents.", HelpName = "n" };
    private static readonly Option<string?> Target = new("--target")
    {
        Description = "Label that the model is given (cond-vae) or predicts (vib), where the data have several.",
        HelpName = "label",
    };
    private static readonly Option<string?> Epochs = new("--epochs") { Description = "Most passes over the training records.", HelpName = "n" };
    private static readonly Option<string?> Precision = new("--precision")
    {
        Description = "Precision of matrix products in training. auto: bfloat16 where the processor has it in hardware and the data allow it.",
        HelpName = "float32|bfloat16|auto",
    };
    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "Any other setting, such as hidden=500,300; may be repeated.",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<string?> Name = new("--name")
    {
        Description = "Name of the run's folder. Default: after the data and the model.",
        HelpName = "name",
    };
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "Folder that holds all runs.",
        DefaultValueFactory = _ => "runs",
        HelpName = "folder",
    };
    private static readonly Option<string?> From = new("--from")
    {
        Description = "Model to start from (model.isthmus, or the folder of its run) with more data of the same columns, items or pictures.",
        HelpName = "file",
    };
    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Continue an interrupted run; the weights are the same as without the interruption.",
    };
    private static readonly Option<bool> Finish = new("--finish")
    {
        Description = "With --resume: train no further; evaluate and report the best weights of the interrupted run.",
    };
    private static readonly Option<bool> Snapshots = new("--snapshots")
    {
        Description = "Keep looks at the model after epochs (rates of units, a map, reconstructions and samples) in snapshots.jsonl, for the studio's slider.",
    };
    private static readonly Option<int> CheckpointEvery = CommonOptions.Whole("--checkpoint-every", "Seconds between two checkpoints, at least", 20, 1);
    private static readonly Option<int> ImportanceSamples = EvaluateCommand.ImportanceSamplesOption();
    private static readonly Option<int> SplitSeed = CommonOptions.Whole(
        "--split-seed",
        "Random seed of the split into training, validation and test records",
        1,
        int.MinValue
    );

    // Where nothing speaks for another.
    private const string Usual = "vae";

    // A first look should take less than a minute; named data get the default of the setting.
    private const string QuickStartEpochs = "40";

    public static Command Create()
    {
        DataArguments? data = null;
        var verb = new Verb(
            "train",
            "Train a model on data, evaluate it, and write its report.",
            "isthmus train mnist --model vae --net conv --latent 20 --epochs 30 --set learning-rate=0.001",
            session => Run(session, data!)
        )
        {
            Notes = Notes,
            Settings = AllSettings,
        };
        OptionGroup.In("Run", Name, Output, From, Resume, Finish, CheckpointEvery, Snapshots, SplitSeed, ImportanceSamples, InformationUnit.Nats);
        TrackerArguments.AddTo(verb);
        data = DataArguments.AddTo(verb, "shapes");
        foreach (
            var option in (Option[])
                [
                    Model,
                    Net,
                    Encoder,
                    Decoder,
                    Latent,
                    Topics,
                    Target,
                    Epochs,
                    Precision,
                    Set,
                    Name,
                    Output,
                    From,
                    Resume,
                    Finish,
                    Snapshots,
                    CheckpointEvery,
                    ImportanceSamples,
                    SplitSeed,
                    InformationUnit.Nats,
                ]
        )
            verb.Add(option);
        RankArguments.AddTo(verb);
        return verb;
    }

    private static void Run(Session session, DataArguments arguments)
    {
        RankArguments.Join(session);
        var ranks = session.Communicator;
        var settings = Settings(session);
        // Said once all is checked, so that an error stands alone.
        var notes = new List<string>();
        var fromFile = session.Get(From);
        using var from = fromFile is null ? null : session.Detached(() => TrainedModel.Load(ModelArguments.PathOf(fromFile)));
        var choice = Choose(session, arguments, from, notes);
        if (arguments.IsDefault(session) && settings.TryAdd("epochs", QuickStartEpochs))
            notes.Add($"no data given: a quick start on shapes with {QuickStartEpochs} epochs (--epochs).");
        var source = arguments.Name(session);
        // Another process would see the files of the first, and take another name.
        RunFolder run = new(
            Encoding.UTF8.GetString(
                ranks.FromFirst(() =>
                    Encoding.UTF8.GetBytes(
                        RunNames
                            .Choose(session.Get(Output), session.Get(Name) ?? RunNames.Default(source, choice.Preset, settings), session.Get(Resume), notes.Add)
                            .Path
                    )
                )
            )
        );
        var training = new TrainingOptions
        {
            Settings = settings,
            Seed = session.Seed,
            SplitSeed = session.Get(SplitSeed),
            CommandLine = RunNames.Lasting(session.Words),
            Folder = run,
            From = from,
            FromFile = fromFile,
            Resume = session.Get(Resume),
            Finish = session.Get(Finish),
            CheckpointEvery = TimeSpan.FromSeconds(session.Get(CheckpointEvery)),
            Threads = session.Threads,
            Trackers = TrackerArguments.Of(session),
            Communicator = ranks,
            Observe =
                session.Get(Snapshots) && ranks.Rank == 0 ? new EpochSnapshots(Path.Combine(run.Path, EpochSnapshots.FileName), session.Seed).Observe : null,
        };
        if (session.Get(Resume) && ranks.FromFirst(() => BitConverter.GetBytes(Experiment.IsFinished(run, choice.Preset, training))) is [1])
        {
            PrintFinished(session, run);
            return;
        }
        if (session.Get(Resume) && !File.Exists(run.Checkpoint))
            notes.Add($"{run.Path} has no checkpoint: training starts from the beginning.");
        DataSplits Load(DataOptions options) => session.Detached(() => DataSource.Load(source, options, session.Downloads, session.CancellationToken));
        var data = DataSource.Names.Contains(source)
            ? ranks.FirstThenOthers(() => Load(choice.Options))
            : Load(choice.Options with { Sharing = session.Files });
        notes.AddRange(RankArguments.Notes(session));
        notes.AddRange(data.Train.Notes.Select(note => $"{source}: {note.OnCommandLine()}"));
        notes.Add($"training {choice.Preset} on {Counted.Of(data.Train.Count, data.Train.Schema.Noun)} of {data.Train.Name}, in {run.Path}");
        using var result = Run(session, data, choice.Preset, training, notes);
        Print(session, run, data, result);
    }

    private static ExperimentResult Run(Session session, DataSplits data, string preset, TrainingOptions training, IReadOnlyList<string> notes)
    {
        var (unit, samples, run) = (session.Unit, session.Get(ImportanceSamples), training.Folder!);
        TimeLeft? left = null;
        try
        {
            return session.Progress.Show(report =>
                Experiment.Run(
                    data,
                    preset,
                    new() { Training = training with { Device = session.SelectDevice() }, ImportanceSamples = samples },
                    new ImmediateProgress<ExperimentProgress>(progress =>
                    {
                        if (progress.Training is { Epoch: 0 } start)
                            foreach (var note in notes.Concat(start.Notes))
                                session.Note(note);
                        else if (progress.Training is { } step)
                            report(step.Fraction, Words(step, unit));
                        else if (progress.Trained is { } trained)
                        {
                            session.Note(Trained(trained, unit));
                            left = new();
                        }
                        else if (progress.Evaluated is { } done)
                            report(done, EvaluateCommand.Words(data.Test, samples, done, left!));
                    }),
                    session.CancellationToken
                )
            );
        }
        catch (OperationCanceledException) when (IsStopped(session) && left is not null)
        {
            throw new InterruptedException($"interrupted after training; the model is in {run.Model}. For its figures and report: {Again(session, run)}");
        }
        catch (OperationCanceledException) when (IsStopped(session) && File.Exists(run.Checkpoint))
        {
            throw new InterruptedException($"interrupted; the checkpoint is {run.Checkpoint}. Go on with: {Again(session, run)}");
        }
    }

    private static string Again(Session session, RunFolder run) => RankArguments.Launch(session) + RunNames.ResumeCommand(session.Words, run);

    // Of several processes one may have been asked to stop, and all do.
    private static bool IsStopped(Session session) => session.CancellationToken.IsCancellationRequested || session.Communicator.Count > 1;

    /// <summary>Returns the model that was named, or the one for such data, with the options for reading them.</summary>
    private static ModelChoice Choose(Session session, DataArguments arguments, TrainedModel? from, List<string> notes)
    {
        var (named, options) = (session.Get(Model), arguments.Options(session) with { Seed = session.Get(SplitSeed) });
        if (from is not null)
            return new(
                named is null ? from.Specification.Preset : Preset.Named(named).Name,
                session.Detached(() => Codes.ModelData.Reading(from.Manifest, arguments.Name(session), options with { Table = arguments.Table(session) })),
                null
            );
        var choice = session.Detached(() => ModelChoice.Of(named, arguments.Name(session), options, arguments.Table(session)));
        if (choice.Why is { } why && named is not null)
            notes.Add($"{why}; --user and --item take others.");
        else if (choice.Why is not null && choice.Preset != Usual)
            notes.Add($"no --model given: {choice.Preset}, for {choice.Why}.");
        return choice;
    }

    // In one line, as a scheduler may start the same command once more.
    private static void PrintFinished(Session session, RunFolder run) =>
        session.Result(
            [$"{run.Path} is finished, and there is nothing to resume. Its report is {run.Report}."],
            [new("verb", "train"), new("finished", true), new("run_path", run.Path), new("model_path", run.Model), new("report_path", run.Report)]
        );

    private static Dictionary<string, string> Settings(Session session)
    {
        var settings = new Dictionary<string, string>();
        foreach (
            var (key, value) in new[]
            {
                ("net", session.Get(Net)),
                ("encoder", session.Get(Encoder)),
                ("decoder", session.Get(Decoder)),
                ("latent", session.Get(Latent) ?? session.Get(Topics)),
                ("target", session.Get(Target)),
                ("epochs", session.Get(Epochs)),
                ("precision", session.Get(Precision)),
            }
        )
            if (value is not null)
                settings[key] = value;
        if (session.Get(Latent) is { } latent && session.Get(Topics) is { } topics && latent != topics)
            throw new InvalidInputException($"--latent {latent} and --topics {topics} are two numbers for one thing; give one of them.");
        foreach (var pair in session.Get(Set))
        {
            var parts = pair.Split('=', 2);
            if (parts is not [{ Length: > 0 } key, { Length: > 0 } value])
                throw new InvalidInputException(
                    $"--set {pair}: expected key=value, such as learning-rate=0.001; 'isthmus train --help settings' lists the keys."
                );
            if (!settings.TryAdd(key, value) && settings[key] != value)
                throw new InvalidInputException($"Setting {key} is given twice, as {settings[key]} and as {value}; give it once.");
        }
        return settings;
    }

    private static void Print(Session session, RunFolder run, DataSplits data, ExperimentResult result)
    {
        var (model, evaluation) = (result.Model, result.Evaluation);
        var provenance = model.Provenance;
        string[] lines =
        [
            $"{evaluation.Model} on {evaluation.Data}: {Counted.Of(evaluation.Records, $"test {data.Test.Schema.Noun}")}, figures ± standard errors",
            .. FigureLines.Of(evaluation, session.Unit, headlinesOnly: true),
            .. FigureLines.Probes(evaluation),
            .. FigureLines.Rankings(evaluation),
            .. VerdictLines.Of(evaluation),
            $"model   {run.Model}",
            $"report  {run.Report}",
        ];
        session.Result(
            lines,
            [
                new("verb", "train"),
                new("data", evaluation.Data),
                new("model", evaluation.Model),
                new("net", model.Specification.Settings.Get(ModelSpecification.Net)),
                new("seed", session.Seed),
                new("split_seed", provenance.SplitSeed),
                new("threads", provenance.Threads),
                new("precision", model.Specification.Settings.Get(TrainingSettings.Precision)),
                new("records", evaluation.Records),
                new("train_records", data.Train.Count),
                new("validation_records", data.Validation.Count),
                new("test_records", data.Test.Count),
                new("epochs", provenance.Epochs),
                new("best_epoch", provenance.BestEpoch),
                new("training_seconds", provenance.TrainingSeconds),
                new("importance_samples", evaluation.ImportanceSamples),
                .. evaluation.Values.Select(pair => KeyValuePair.Create(pair.Key, (object?)pair.Value)),
                new("verdict", evaluation.Verdict),
                new("next_command", evaluation.Next),
                new("run_path", run.Path),
                new("model_path", run.Model),
                new("report_path", run.Report),
                new("metrics_path", run.Metrics),
            ]
        );
    }

    private static string Words(TrainingProgress progress, InformationUnit unit) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {progress.Epoch}/{progress.Epochs}  {unit.Loss(progress.DistortionNats, progress.RateNats)}  "
                + $"{NumberText.Duration(progress.Remaining.TotalSeconds)} left  {progress.RecordsPerSecond:N0} records/s"
        );

    private static string Trained(TrainingRun trained, InformationUnit unit)
    {
        var provenance = trained.Model.Provenance;
        return $"trained {Counted.Of(provenance.Epochs, "epoch")} in {NumberText.Duration(provenance.TrainingSeconds)}; the best was epoch "
            + $"{provenance.BestEpoch}, with validation loss "
            + $"{NumberText.Of(unit.Of(trained.Epochs[provenance.BestEpoch - 1].ValidationLossNats))} {unit.Name}.";
    }

    private static IEnumerable<string> Notes()
    {
        foreach (var field in Preset.All.GroupBy(preset => preset.Field))
        {
            yield return $"Models of {field.Key}:";
            foreach (var preset in field)
                yield return $"  {preset.Name,-24}{preset.Summary}";
            yield return "";
        }
        yield return "Settings: --set key=value, such as hidden=500,300, learning-rate=0.001 or beta=4. All settings: isthmus train --help settings";
    }

    private static IEnumerable<string> AllSettings()
    {
        yield return "Settings (--set key=value) [default; a model may have its own]:";
        foreach (var line in Listed("", [.. Parts.All.Select(kind => kind.Choice), .. TrainingSettings.All]))
            yield return line;
        foreach (var kind in Parts.All)
            foreach (var line in kind.Names.SelectMany(name => Listed($"{kind.Choice.Key}={name}", kind.SettingsOf(name))))
                yield return line;
    }

    private static IEnumerable<string> Listed(string part, IReadOnlyList<Setting> settings)
    {
        if (part.Length > 0 && settings.Count > 0)
            yield return $"  with {part}:";
        foreach (var setting in settings)
        {
            var choices = setting.Expected.StartsWith("one of ") ? $"; {setting.Expected}" : "";
            yield return $"  {(part.Length > 0 ? "  " : "")}{setting.Key,-24}{setting.Meaning}{choices} [{setting.DefaultText}]";
        }
    }
}
