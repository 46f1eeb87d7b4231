using System.CommandLine;
using System.Security.Cryptography;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Codes;
using Isthmus.Models;
using Isthmus.Onnx;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus export -o FILE.onnx</c>: a part of a model for any program that runs ONNX, compared with the model before it is written.</summary>
internal sealed class OnnxFile
{
    private const string Ending = ".onnx";

    private readonly Option<OnnxPart?> _part = new("--part")
    {
        Description =
            "Of an .onnx file, part of the model: encoder (records to codes), decoder (codes to records), reconstruct (records to records), or of tables score "
            + "(rows to bits and p-values). Default: encoder.",
        HelpName = "part",
        CustomParser = result => CommonOptions.Word<OnnxPart>(result, "--part", "encoder, decoder, reconstruct or score"),
    };
    private readonly Option<bool> _scaledRows = new("--scaled-rows")
    {
        Description = "Of an .onnx file of a table: one input of numbers on the model's scale in place of an input a column.",
    };
    private DataArguments? _reading;

    /// <summary>Adds the options to a verb.</summary>
    public static OnnxFile AddTo(Command command)
    {
        var file = new OnnxFile();
        command.Add(file._part);
        command.Add(file._scaledRows);
        file._reading = DataArguments.AddOptionsTo(command);
        return file;
    }

    /// <summary>Returns true if a path has the ending of such a file.</summary>
    public static bool IsNamed(string path) => path.EndsWith(Ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>Prints the description in a file, for <c>isthmus info</c>.</summary>
    public static void Print(Session session, string path)
    {
        using var onnx = session.Detached(() => OnnxModel.Load(path));
        var metadata = onnx.Metadata;
        session.Result(
            [
                $"{path}: {Name(metadata.Part)} of a model {metadata.Preset} of {metadata.Schema}",
                $"  {Some(onnx.Inputs)} → {Some(onnx.Outputs)}: {metadata.Output}",
                $"  units: {metadata.Units}",
                $"  {metadata.Latent} numbers in a code; SHA-256 of the weights {metadata.WeightsSha256}",
                .. metadata.Labels.Select(label =>
                    $"  label {label.Name}: {string.Join(", ", label.Classes.Take(20))}{(label.Classes.Count > 20 ? ", …" : "")}"
                ),
                .. metadata.More.Where(entry => entry.Key != "inputs").Select(entry => $"  {entry.Key} = {entry.Value}"),
            ],
            [
                new("verb", "info"),
                new("kind", "onnx"),
                new("model", metadata.Preset),
                new("part", Name(metadata.Part)),
                new("inputs", onnx.Inputs),
                new("outputs", onnx.Outputs),
                new("units", metadata.Units),
                new("latent", metadata.Latent),
                new("weights_sha256", metadata.WeightsSha256),
                new("metadata", metadata.More),
                new("onnx_path", path),
            ]
        );
    }

    /// <summary>Returns true if a path names such a file.</summary>
    /// <exception cref="InvalidInputException">It names another, and an option is given that only such files have.</exception>
    public bool Is(Session session, string path)
    {
        var isOnnx = IsNamed(path);
        return isOnnx || (session.Get(_part) is null && !session.Get(_scaledRows))
            ? isOnnx
            : throw new InvalidInputException(path, $"has no parts to choose from: only {Ending} files have", $"give a name that ends in {Ending}");
    }

    /// <summary>Writes the file, and says how much it differs from the model.</summary>
    /// <param name="session">The command under way.</param>
    /// <param name="arguments">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="data">Name or path of records to compare on; null for the model's own test records.</param>
    public void Run(Session session, ModelArguments arguments, string path, string? data)
    {
        var (manifest, part) = (arguments.Manifest(session), session.Get(_part) ?? OnnxPart.Encoder);
        var (records, missing) = session.Detached(() => Read(session, manifest, data));
        using var bytes = new MemoryStream();
        var comparison = session.Compute(arguments.Path(session), (model, _) => model.ExportOnnx(bytes, part, records?.Records, session.Get(_scaledRows)));
        AtomicFile.Write(path, bytes.WriteTo);
        if (records?.Part is { } own)
            comparison = comparison with { Source = $"{own.ToString().ToLowerInvariant()} {comparison.Source}" };
        if (missing is not null)
            session.Note($"the model's own test records are not compared: {missing.TrimEnd('.')}. Give records with --data to compare on them.");
        bytes.Position = 0;
        using var onnx = OnnxModel.Load(bytes);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()));
        session.Result(
            [
                $"{path}: {NumberText.Of(comparison.Bytes)} bytes, SHA-256 {hash}",
                $"  {Name(comparison.Part)} of {manifest.Preset}: {Some(onnx.Inputs)} → {Some(onnx.Outputs)}; units: {onnx.Metadata.Units}",
                $"  differs from the model by {comparison.Difference} at most on {NumberText.Of(comparison.Records)} {comparison.Source}"
                    + (comparison.Ties > 0 ? $", {NumberText.Of(comparison.Ties)} left out at which rounding alone chooses a unit of the code" : ""),
                .. onnx.Metadata.More.TryGetValue("privacy", out var privacy) ? [$"  {privacy}"] : Array.Empty<string>(),
            ],
            new("verb", "export"),
            new("model", manifest.Preset),
            new("part", Name(comparison.Part)),
            new("inputs", onnx.Inputs),
            new("outputs", onnx.Outputs),
            new("units", onnx.Metadata.Units),
            new("privacy", onnx.Metadata.More.GetValueOrDefault("privacy")),
            new("compared_records", comparison.Records),
            new("compared_source", comparison.Source),
            new("largest_difference", comparison.LargestDifference),
            new("ties", comparison.Ties),
            new("tolerance", OnnxComparison.Tolerance),
            new("onnx_bytes", comparison.Bytes),
            new("onnx_sha256", hash),
            new("weights_sha256", onnx.Metadata.WeightsSha256),
            new("model_path", arguments.Path(session)),
            new("output_path", path)
        );
    }

    /// <summary>Reads the records to compare on; of the model's own, what is missing where they are not there.</summary>
    private (ModelData? Data, string? Missing) Read(Session session, ModelManifest manifest, string? name)
    {
        var options = _reading!.Options(session) with { Offline = name is null };
        try
        {
            return (ModelData.Load(manifest, name ?? manifest.Provenance.Data, options, null, false, session.Downloads, session.CancellationToken), null);
        }
        catch (InvalidInputException e) when (name is null)
        {
            return (null, e.OnCommandLine());
        }
    }

    private static string Name(OnnxPart part) => part.ToString().ToLowerInvariant();

    private static string Some(IReadOnlyList<string> names) =>
        names.Count <= 6 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(5))}, … ({names.Count})";
}
