using System.CommandLine;
using System.Security.Cryptography;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Codes;
using Isthmus.Compression.Archive;
using Isthmus.Compression.Integer;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Lines;
using Isthmus.Models;
using Isthmus.Photographs;
using Isthmus.Quantisation;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus export</c>: a trained model in integers, as archives hold it, and what that costs; or as ONNX (<see cref="OnnxFile"/>).</summary>
internal static class ExportCommand
{
    private const int ReportedRecords = 2000;

    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "File to write: model.isth-model for whole numbers, model.onnx for any program that runs ONNX; of --format saelens, the folder.",
        Required = true,
        HelpName = OutputPaths.FileOrFolder,
    };
    private static readonly Option<string?> Format = new("--format")
    {
        Description = $"{SaeLensExport.Format}: write a sparse dictionary as a folder that SAELens reads. Default: by the name of the file.",
        HelpName = SaeLensExport.Format,
    };
    private static readonly Option<string?> Data = new("--data")
    {
        Description =
            "Records to measure ranges, cost and differences on. Default: ranges from training, the rest on the model's test records where they are here.",
        HelpName = "name|path",
    };

    public static Command Create()
    {
        ModelArguments? model = null;
        OnnxFile? onnx = null;
        var verb = new Verb(
            "export",
            "Convert a model to whole numbers, which decode to the same bytes on every machine, or to ONNX, and report how much either differs.",
            "isthmus export -m runs/mnist-vae -o mnist.isth-model",
            session => Run(session, model!, onnx!)
        )
        {
            ComputesOnCpu = true,
        };
        model = ModelArguments.AddTo(verb);
        verb.Add(Output);
        verb.Add(Format);
        verb.Add(Data);
        onnx = OnnxFile.AddTo(verb);
        return verb;
    }

    private static void Run(Session session, ModelArguments arguments, OnnxFile onnx)
    {
        var path = session.Get(Output);
        if (session.Get(Format) is { } format)
        {
            SaeLensExport.Run(session, arguments, format, path);
            return;
        }
        session.CheckOutput(path);
        if (onnx.Is(session, path))
        {
            onnx.Run(session, arguments, path, session.Get(Data));
            return;
        }
        var manifest = arguments.Manifest(session);
        if (PhotographCodec.IsOne(manifest) || LosslessPhotographCodec.IsOne(manifest) || LineScorer.AreLines(manifest.Schema))
        {
            var whole = session.Compute(arguments.Path(session), (trained, _) =>
            {
                if (LineScorer.AreLines(manifest.Schema))
                    return LineForm.Of(trained).ToBytes();
                using var made = PhotographCoder.Of(trained);
                return made.Model.Bytes;
            });
            AtomicFile.Write(path, stream => stream.Write(whole));
            var sum = Convert.ToHexStringLower(SHA256.HashData(whole));
            session.Result(
                [$"{path}: {NumberText.Of(whole.Length)} bytes, SHA-256 {sum}; 'isthmus decompress -m' takes it"],
                [
                    new("verb", "export"),
                    new("model", manifest.Preset),
                    new("model_bytes", whole.Length),
                    new("model_sha256", sum),
                    new("model_path", arguments.Path(session)),
                    new("output_path", path),
                ]
            );
            return;
        }
        var schema = manifest.Schema.Demand<ImageSchema>(
            $"{arguments.Path(session)} is a model of {manifest.Schema}; models of pictures, and language models of lines, have an integer form."
        );
        var name = session.Get(Data) ?? manifest.Provenance.Data;
        var options = new DataOptions();
        var own = session.Get(Data) is null;
        // To report is not worth a download: a model that was carried here is exported without its data.
        var (data, missing) = session.Detached(() => Read(session, manifest, name, options with { Offline = own }, own));
        var (model, evaluation) = session.Compute(arguments.Path(session), (trained, device) => (
                own || data is null
                    ? IntegerForm.Of(trained, options, session.Downloads, session.CancellationToken)
                    : IntegerForm.From(trained, IntegerForm.Calibration(data)),
                data is null
                    ? null
                    : Evaluator.Evaluate(
                        trained,
                        IntegerForm.First(data.Records, ReportedRecords),
                        null,
                        new()
                        {
                            ImportanceSamples = 0,
                            Seed = session.Seed,
                            Device = device,
                        },
                        cancellationToken: session.CancellationToken
                    )
            ));
        var bytes = model.ToBytes();
        AtomicFile.Write(path, stream => stream.Write(bytes));
        var hash = Convert.ToHexStringLower(model.Hash);
        List<string> lines = [$"{path}: {NumberText.Of(bytes.Length)} bytes, SHA-256 {hash}"];
        List<KeyValuePair<string, object?>> json = [new("verb", "export"), new("model", manifest.Preset), new("data", name), new("seed", session.Seed)];
        if (data is not null)
            Report(session, name, schema, model, IntegerForm.First(data.Records, ReportedRecords), evaluation!, lines, json);
        else
            session.Note($"what whole numbers cost is not reported: {missing!.TrimEnd('.')}. Give records with --data to see it on them.");
        session.Result(
            lines,
            [.. json, new("model_bytes", bytes.Length), new("model_sha256", hash), new("model_path", arguments.Path(session)), new("output_path", path)]
        );
    }

    /// <summary>The data to report on; of a model's own, what is missing where they are not there.</summary>
    private static (ModelData? Data, string? Missing) Read(Session session, ModelManifest manifest, string name, DataOptions options, bool own)
    {
        try
        {
            return (ModelData.Load(manifest, name, options, progress: session.Downloads, cancellationToken: session.CancellationToken), null);
        }
        catch (InvalidInputException e) when (own)
        {
            return (null, e.OnCommandLine());
        }
    }

    private static void Report(
        Session session,
        string name,
        ImageSchema schema,
        IntegerModel model,
        Dataset test,
        EvaluationReport evaluation,
        List<string> lines,
        List<KeyValuePair<string, object?>> json
    )
    {
        var pixels = new byte[test.Count * schema.Dimension];
        test.CopyPixels([.. Enumerable.Range(0, test.Count)], pixels);
        var (distortion, rate) = ArchiveModel.Of(model).Promise!(pixels, test.Count);
        // The prior of certain codes is the trained one: nothing is fitted to records, and all that differs is rounding.
        var standard = model.IsOfStandardPrior ? ArchiveModel.Of(model.WithStandardPrior()).Promise!(pixels, test.Count) : (Distortion: distortion, Rate: rate);
        var elbo = evaluation.Elbo!.Bits;
        var (real, whole) = (-elbo.Value, (distortion + rate) / test.Count);
        var rounded = (standard.Distortion + standard.Rate) / test.Count;
        lines.AddRange([
            $"  −ELBO of {NumberText.Of(test.Count)} records of {name}, seed {session.Seed}: {NumberText.Fixed(real, 2)} ± "
                + $"{NumberText.Fixed(elbo.StandardError ?? 0, 2)} bits in floating point, {NumberText.Fixed(whole, 2)} in whole numbers "
                + $"({NumberText.Fixed(100 * ((whole / real) - 1), 2)} %)",
            model is { HasBitsBack: true, IsOfStandardPrior: false }
                ? "  the prior is fitted to the records, whose codes lie far outside of N(0, 1); how much is rounding cannot be told apart"
            : model.HasBitsBack
                ? $"  of that {NumberText.Fixed(100 * ((rounded / real) - 1), 2)} % are rounding, at the prior N(0, 1) of both, and "
                    + $"{NumberText.Fixed(100 * (whole - rounded) / real, 2)} % the prior that is fitted to the records"
            : "  all of that is rounding: codes are certain, and their prior is the trained one",
        ]);
        json.AddRange([
            new("records", test.Count),
            new("float_negative_elbo_bits", real),
            new("float_standard_error_bits", elbo.StandardError),
            new("integer_negative_elbo_bits", whole),
            new("integer_distortion_bits", distortion / test.Count),
            new("integer_rate_bits", rate / test.Count),
            new("cost_share", (whole / real) - 1),
            new("rounding_share", model is { HasBitsBack: true, IsOfStandardPrior: false } ? null : (rounded / real) - 1),
            new("cost_bits_per_dim", (whole - real) / schema.Dimension),
        ]);
    }
}
