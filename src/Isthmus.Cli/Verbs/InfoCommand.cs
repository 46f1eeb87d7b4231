using System.CommandLine;
using System.Text.Json;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Compression.Archive;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus info</c>: what a model, a checkpoint, an archive, an ONNX file of a model or a data set is. Needs no tensor library.</summary>
internal static class InfoCommand
{
    private static readonly Option<string?> Model = DecompressCommand.ModelOption();

    public static Command Create()
    {
        DataArguments? data = null;
        var verb = new Verb(
            "info",
            "Say what a model, a checkpoint, an archive or a data set is; of an archive, where every bit went.",
            "isthmus info runs/shapes-vae/model.isthmus",
            session => Run(session, data!)
        )
        {
            ComputesOnCpu = true,
        };
        data = DataArguments.AddTo(verb);
        verb.Add(Model);
        verb.Add(InformationUnit.Nats);
        return verb;
    }

    private static void Run(Session session, DataArguments arguments)
    {
        var path = arguments.Name(session);
        if (File.Exists(Path.Combine(path, "model.isthmus")))
            path = new RunFolder(path).Model;
        else if (File.Exists(Path.Combine(path, "checkpoint.isthmus")))
            path = new RunFolder(path).Checkpoint;
        if (ArchiveReader.IsIn(path))
            ArchiveLines.Print(session, path, session.Get(Model));
        else if (CheckpointManifest.IsIn(path))
            PrintCheckpoint(session, path, session.Detached(() => CheckpointManifest.Read(path)));
        else if (ModelManifest.IsIn(path) || Path.GetExtension(path) == ".isthmus")
            PrintModel(session, path, session.Detached(() => ModelManifest.Read(path)));
        else if (File.Exists(path) && OnnxFile.IsNamed(path))
            OnnxFile.Print(session, path);
        else
            PrintData(
                session,
                path,
                arguments.Options(session) is var options && DataSource.IsTable(path, options) ? options with { Table = arguments.Table(session) } : options
            );
    }

    private static void PrintModel(Session session, string path, ModelManifest model)
    {
        var made = model.Provenance;
        string[] lines =
        [
            $"{path}: model {model.Preset} of {model.Schema}",
            .. made.IsImported
                ? (string[])[$"  imported from {made.Data}, {made.Created.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {made.MadeBy}"]
                :
                [
                    $"  trained on {made.Data} ({NumberText.Of(made.TrainRecords)} records), {Counted.Of(made.Epochs, "epoch")}, the best {made.BestEpoch}, in "
                        + $"{NumberText.Duration(made.TrainingSeconds)} on {made.Threads} thread{(made.Threads == 1 ? "" : "s")}",
                    .. made.Origin is { } origin
                        ? (string[])
                            [
                                $"  started from {(origin.File is { } file ? $"{file}, " : "")}a model of {origin.Data} "
                                    + $"({Counted.Of(origin.TrainRecords, "record")}, {Counted.Of(origin.Epochs, "epoch")} in "
                                    + $"{Counted.Of(origin.Starts, "training")}), weights {origin.WeightsSha256[..12]}...",
                            ]
                        : [],
                    $"  seed {made.Seed}, split seed {made.SplitSeed}, {made.Created.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {made.MadeBy}",
                ],
            .. KindOutput.Of(model.Schema).OfModel(),
            .. Settings(model.Settings),
            "Figures on its test records:",
            .. model
                .Metrics.Where(metric => !metric.Key.EndsWith("_standard_error"))
                .Select(metric =>
                    $"  {metric.Key} = {NumberText.Of(metric.Value, model.Metrics.TryGetValue($"{metric.Key}_standard_error", out var error) ? error : null)}"
                ),
            .. model.Metrics.Count == 0 ? ["  none: it has not been evaluated"] : Array.Empty<string>(),
        ];
        session.Result(
            lines,
            [
                new("verb", "info"),
                new("kind", "model"),
                new("model", model.Preset),
                new("data", made.Data),
                new("seed", made.Seed),
                new("records", made.TrainRecords),
                new("schema", Json(model.Schema)),
                new("settings", model.Settings),
                new("provenance", made),
                new("metrics", model.Metrics),
                new("model_path", path),
            ]
        );
    }

    private static void PrintCheckpoint(Session session, string path, CheckpointManifest checkpoint)
    {
        var state = checkpoint.State;
        string[] lines =
        [
            $"{path}: checkpoint of {checkpoint.Preset} of {checkpoint.Schema}",
            $"  {(state.Stopped ? "finished" : "interrupted")} after {NumberText.Of(state.Step)} steps ({state.Epochs.Count} whole epochs), "
                + $"{NumberText.Duration(state.Seconds)}, seed {checkpoint.Seed}",
            state.BestLossNats is { } best
                ? $"  best validation loss {NumberText.Of(session.Unit.Of(best))} {session.Unit.Name}, epoch {state.BestEpoch}"
                : "  no epoch has ended yet",
            .. Settings(checkpoint.Settings),
        ];
        session.Result(
            lines,
            [
                new("verb", "info"),
                new("kind", "checkpoint"),
                new("model", checkpoint.Preset),
                new("seed", checkpoint.Seed),
                new("schema", Json(checkpoint.Schema)),
                new("settings", checkpoint.Settings),
                new("step", state.Step),
                new("epochs", state.Epochs.Count),
                new("best_epoch", state.BestEpoch),
                new("best_validation_loss_nats", state.BestLossNats),
                new("training_seconds", state.Seconds),
                new("stopped", state.Stopped),
                new("checkpoint_path", path),
            ]
        );
    }

    private static void PrintData(Session session, string name, DataOptions options)
    {
        DataSplits? splits = null;
        var all = session.Detached(() =>
        {
            if (!DataSource.HasParts(name, options))
                return DataSource.LoadAll(name, options, session.Downloads, session.CancellationToken);
            splits = DataSource.Load(name, options, session.Downloads, session.CancellationToken);
            return splits.Train;
        });
        var parts = splits is null
            ? []
            : new Dictionary<string, int>
            {
                ["train"] = splits.Train.Count,
                ["validation"] = splits.Validation.Count,
                ["test"] = splits.Test.Count,
            };
        var records = splits is null ? all.Count : parts.Values.Sum();
        string[] lines =
        [
            $"{name}: {Counted.Of(records, "record")}, {all.Schema}",
            parts.Count > 0
                ? $"  {string.Join(", ", parts.Select(part => $"{NumberText.Of(part.Value)} {part.Key}"))}"
                : "  split by --split-seed in training: 80 % training, 10 % validation, 10 % test",
            .. KindOutput.Of(all.Schema).OfData(all.Count),
            .. all.Notes.Select(note => $"  {note.OnCommandLine()}"),
            .. all.Labels.Select(label =>
                $"  label {label.Name}: {label.Classes.Count} class{(label.Classes.Count == 1 ? "" : "es")} ({KindOutput.Some(label.Classes)})"
            ),
            .. all.Labels.Count == 0 ? ["  no labels"] : Array.Empty<string>(),
        ];
        session.Result(
            lines,
            [
                new("verb", "info"),
                new("kind", "data"),
                new("data", name),
                new("seed", session.Seed),
                new("records", records),
                new("parts", parts.Count > 0 ? parts : null),
                new("schema", Json(all.Schema)),
                new("notes", all.Notes.Select(note => note.OnCommandLine())),
                new("labels", all.Labels.Select(label => new { label.Name, label.Classes }).ToArray()),
            ]
        );
    }

    private static IEnumerable<string> Settings(IReadOnlyDictionary<string, string> settings) =>
        settings.Select(setting => $"  {setting.Key} = {setting.Value}").Prepend("Settings:");

    // As the base type, so that the object says which kind it is.
    private static JsonElement Json(DataSchema schema) => JsonSerializer.SerializeToElement(schema, JsonFormat.Compact);
}
