using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Isthmus.Training;
using Tensorboard;

namespace Isthmus.Tracking;

/// <summary>
/// Writes runs as event files for TensorBoard: the figures of each epoch, the hyperparameters, and the figures of the evaluation. Epochs are in nats a record
/// as in <c>metrics.jsonl</c>, under <c>train/</c> and <c>validation/</c>: <c>distortion_nats</c>, <c>rate_nats</c>, and their sum <c>loss_nats</c>; figures of
/// the test records under <c>test/</c>, each named with its unit. TensorBoard holds 32-bit floats. A resumed run writes another file in the same folder.
/// </summary>
/// <remarks>Not safe for use by several threads; trainings that run side by side need a tracker each.</remarks>
/// <param name="folder">Folder for the event files, one for each run. Default null: the run's own folder, so that TensorBoard shows every run of a folder of
/// runs under its name.</param>
/// <example>
/// <code>
/// using var model = Autoencoders.Vae().Fit(data, new() { Trackers = [new TensorBoardTracker("logs/first")] });
/// </code>
/// </example>
public sealed class TensorBoardTracker(string? folder = null) : IRunTracker
{
    // Fields of TensorBoard's plugin of hyperparameters (HParamsPluginData), which TorchSharp's copy of the messages lacks.
    private const string HyperparametersPlugin = "hparams";
    private const int StartInfo = 3,
        EndInfo = 4,
        StartSeconds = 5,
        EndStatus = 1,
        EndSeconds = 2;
    private const int Success = 1,
        Failure = 2;

    private EventFile? _file;
    private int _epoch;

    /// <summary>Clock of the events. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The folder cannot be written to, or neither the tracker nor the run has one.</exception>
    public void Begin(TrackedRun run)
    {
        var target = folder
            ?? run.Folder?.Path
            ?? throw new InvalidInputException(
                "TensorBoard",
                "needs a folder for its event files, and neither the tracker nor the run has one",
                $"give {nameof(TensorBoardTracker)} a folder, or the run its {OptionNames.Folder}",
                OptionNames.Folder
            );
        var goesOn = run.IsResumed && HasEvents(target);
        _file?.Dispose();
        _file = new EventFile(target, Clock);
        _epoch = run.Epochs.Count;
        // Whatever an earlier file has from this step on is void: those epochs are done once more.
        _file.Write(goesOn ? _epoch + 1 : 0, new Event { SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
        Write(0, Hyperparameters("_hparams_/session_start_info", StartInfo, started => WriteSettings(started, run.Settings)));
        if (!goesOn)
            foreach (var epoch in run.Epochs)
                Write(epoch);
    }

    /// <inheritdoc/>
    public void Epoch(EpochMetrics epoch) => Write(epoch);

    /// <inheritdoc/>
    public void End(RunOutcome outcome, IReadOnlyDictionary<string, double> figures)
    {
        Write(_epoch, figures.Select(figure => Scalar($"test/{figure.Key}", figure.Value)));
        Write(_epoch, Hyperparameters("_hparams_/session_end_info", EndInfo, ended =>
            {
                ended.WriteTag(EndStatus, WireFormat.WireType.Varint);
                ended.WriteEnum(outcome == RunOutcome.Finished ? Success : Failure);
                WriteSeconds(ended, EndSeconds);
            }));
        _file?.Dispose();
        _file = null;
    }

    /// <summary>Returns true if a folder has event files.</summary>
    internal static bool HasEvents(string path) => Directory.Exists(path) && Directory.EnumerateFiles(path, $"{EventFile.Prefix}*").Any();

    private void Write(EpochMetrics epoch)
    {
        _epoch = epoch.Epoch;
        Write(epoch.Epoch, TrackedScalars.Of(epoch).Select(scalar => Scalar(scalar.Key, scalar.Value)));
    }

    private void Write(int step, params IEnumerable<Summary.Types.Value> values)
    {
        var summary = new Summary();
        summary.Value.AddRange(values);
        if (summary.Value.Count > 0)
            _file!.Write(step, new Event { Summary = summary });
    }

    private static Summary.Types.Value Scalar(string tag, double value) => new() { Tag = tag, SimpleValue = (float)value };

    /// <summary>A message to the plugin: HParamsPluginData with one field, whose content <paramref name="write"/> writes.</summary>
    private static Summary.Types.Value Hyperparameters(string tag, int field, Action<CodedOutputStream> write)
    {
        var content = Message(write);
        return new()
        {
            Tag = tag,
            // Readers skip a value that holds nothing.
            Tensor = new()
            {
                Dtype = DataType.DtFloat,
                TensorShape = new() { Dim = { new TensorShapeProto.Types.Dim { Size = 0 } } },
            },
            Metadata = new()
            {
                PluginData = new()
                {
                    PluginName = HyperparametersPlugin,
                    Content = Message(data =>
                    {
                        data.WriteTag(field, WireFormat.WireType.LengthDelimited);
                        data.WriteBytes(content);
                    }),
                },
            },
        };
    }

    // SessionStartInfo begins as a Struct does: field 1 maps names to values.
    private void WriteSettings(CodedOutputStream started, IReadOnlyDictionary<string, string> settings)
    {
        var values = new Struct();
        foreach (var (key, text) in settings)
            values.Fields[key] = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? Value.ForNumber(number)
                : Value.ForString(text);
        values.WriteTo(started);
        WriteSeconds(started, StartSeconds);
    }

    private void WriteSeconds(CodedOutputStream message, int field)
    {
        message.WriteTag(field, WireFormat.WireType.Fixed64);
        message.WriteDouble((Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
    }

    private static ByteString Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var stream = new CodedOutputStream(bytes, leaveOpen: true))
            write(stream);
        return ByteString.CopyFrom(bytes.ToArray());
    }
}
