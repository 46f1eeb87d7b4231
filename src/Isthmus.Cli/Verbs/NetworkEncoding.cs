using System.CommandLine;
using System.Globalization;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Codes;
using Isthmus.Data.Arrays;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Onnx.Activations;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus encode --onnx</c>: the values of a node of any ONNX network as vectors.</summary>
internal static class NetworkEncoding
{
    private const string Heading = "Activations of an ONNX network (--onnx)",
        DefaultFile = "activations.npy";

    public static readonly Option<string?> Network = new("--onnx") { Description = "ONNX network, in place of a model.", HelpName = "file" };
    private static readonly Option<ActivationPositions?> Positions = new("--positions")
    {
        Description =
            "Positions of a node beside its features (places of a picture, times, tokens): each is a row, or their mean, or all numbers in one row (flatten). "
            + "Default: each.",
        HelpName = "each|mean|flatten",
        CustomParser = result => CommonOptions.Word<ActivationPositions>(result, "--positions", "each, mean or flatten"),
    };
    private static readonly Option<int?> FeatureAxis = new("--feature-axis")
    {
        Description = "Axis of a node's features: 1 for the first after the records, -1 for the last. Default: the first of four axes or more, or the last.",
        HelpName = "n",
    };
    private static readonly Option<PixelScale?> Pixels = new("--pixels")
    {
        Description =
            "Scale of 8-bit pixels p at the input: unit (p / 255), byte (p), signed (p / 127.5 - 1), imagenet (unit, with ImageNet's means and deviations). "
            + "Default: unit.",
        HelpName = "scale",
        CustomParser = result => CommonOptions.Word<PixelScale>(result, "--pixels", "unit, byte, signed or imagenet"),
    };
    private static readonly Option<double[]?> Means = Numbers("--pixel-mean", "Subtracted from pixels on that scale: one number, or one a channel");
    private static readonly Option<double[]?> Deviations = Numbers("--pixel-std", "Pixels are divided by this after the mean: one number, or one a channel");
    private static readonly Option<bool> BlueFirst = new("--bgr") { Description = "The network takes blue, green, red." };
    private static readonly Option<int?> Batch = CommonOptions.OptionalWhole("--batch", "Records in a run of the network. Default: 32", 1);

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Option> Options = [Network, Positions, FeatureAxis, Pixels, Means, Deviations, BlueFirst, Batch];

    static NetworkEncoding() => OptionGroup.In(Heading, [.. Options]);

    /// <summary>Throws if an option of networks is given without one.</summary>
    public static void CheckUnused(Session session)
    {
        if (
            session.Get(Positions) is not null
            || session.Get(FeatureAxis) is not null
            || session.Get(Pixels) is not null
            || Given(session, Means) is not null
            || Given(session, Deviations) is not null
            || session.Get(BlueFirst)
            || session.Get(Batch) is not null
        )
            throw new InvalidInputException(
                "--positions, --feature-axis, --pixels, --pixel-mean, --pixel-std, --bgr and --batch",
                "go with --onnx",
                "leave them out"
            );
    }

    public static void Run(Session session, DataArguments arguments, string network, string? node, string? file, DataPart? part)
    {
        session.DemandCpu("'encode --onnx'");
        var output = file ?? DefaultFile;
        session.CheckOutput(output);
        if (!NumpyWriter.IsName(output))
            TableWriter.CheckName(output);
        if (node is null)
            throw new InvalidInputException(
                "--onnx",
                "needs the node whose values are written",
                $"give --output NODE; the last of the network is {OnnxActivations.NodesOf(network)[^1]}"
            );
        var options = new OnnxActivationOptions
        {
            Positions = session.Get(Positions) ?? ActivationPositions.Each,
            FeatureAxis = session.Get(FeatureAxis),
            Pixels = session.Get(Pixels) ?? PixelScale.Unit,
            PixelMeans = Given(session, Means),
            PixelDeviations = Given(session, Deviations),
            BlueFirst = session.Get(BlueFirst),
            Threads = session.Threads,
        };
        if (session.Get(Batch) is { } batch)
            options = options with { BatchSize = batch };
        using var activations = OnnxActivations.Load(network, node, options);
        var data = session.Detached(() => Read(session, arguments, part));
        foreach (var note in data.Notes)
            session.NoteLater($"{data.Name}: {note.OnCommandLine()}");
        var (rows, units) = session.Progress.Show(report =>
        {
            var left = new TimeLeft();
            var progress = new ImmediateProgress<double>(done =>
                report(done, FormattableString.Invariant($"{100 * done:F0} % of the records{left.Words(done)}"))
            );
            return activations.Write(output, data, progress, session.CancellationToken);
        });
        var each = rows / data.Count;
        session.Result(
            [
                $"{activations.Node} of {Counted.Of(data.Count, data.Schema.Noun)}{(each > 1 ? $", {NumberText.Of(each)} positions each" : "")}, "
                    + $"{NumberText.Of(units.Count)} numbers a row: {output}",
            ],
            [
                new("verb", "encode"),
                new("data", data.Name),
                new("network", network),
                new("node", activations.Node),
                new("records", data.Count),
                new("part", part),
                new("rows", rows),
                new("rows_per_record", each),
                new("latent_units", units.Count),
                new("output_path", output),
            ]
        );
    }

    // An option of several numbers that is not given has none.
    private static double[]? Given(Session session, Option<double[]?> option) => session.Get(option) is { Length: > 0 } numbers ? numbers : null;

    private static Dataset Read(Session session, DataArguments arguments, DataPart? part)
    {
        var (name, options) = (arguments.Name(session), arguments.Options(session));
        if (part is null)
            return DataSource.LoadAll(name, options, session.Downloads, session.CancellationToken);
        var splits = DataSource.Load(name, options, session.Downloads, session.CancellationToken);
        return part switch
        {
            DataPart.Train => splits.Train,
            DataPart.Validation => splits.Validation,
            _ => splits.Test,
        };
    }

    private static Option<double[]?> Numbers(string name, string description) =>
        new(name)
        {
            Description = $"{description}, joined by commas.",
            HelpName = "x",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                var numbers = Array.ConvertAll(text.Split(','), part =>
                    double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : double.NaN
                );
                if (!numbers.Any(double.IsNaN))
                    return numbers;
                result.AddError($"{name} {text}: expected numbers joined by commas, such as 0.485,0.456,0.406");
                return null;
            },
        };
}
