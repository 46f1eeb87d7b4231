using System.CommandLine;
using Isthmus.Cli.Arguments;
using Isthmus.Codes;
using Isthmus.Data.Arrays;
using Isthmus.Data.Cells;
using Isthmus.Models;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus encode</c>: codes as a table.</summary>
internal static class EncodeCommand
{
    private static readonly Option<string?> File = new("-o")
    {
        Description = "File for the codes: .parquet or .csv as a table, .npy for the numbers alone. With --onnx by default activations.npy.",
        HelpName = "file",
    };
    private static readonly Option<string?> Output = new("--output")
    {
        Description = "The same as -o; with --onnx, the node of the network whose values are written.",
        HelpName = "file|node",
    };
    private static readonly Option<int?> Layer = CommonOptions.OptionalWhole(
        "--layer",
        "Write the activations of this hidden layer of the encoder, 1 for the first, instead of the code; of a convolution, one row per place of a picture",
        1
    );
    private static readonly Option<DataPart?> Part = ModelArguments.PartOption();

    public static Command Create()
    {
        DataArguments? data = null;
        ModelArguments? model = null;
        var verb = new Verb(
            "encode",
            "Write the codes of records as a table: z0, z1, ..., with row numbers or names, identifiers and labels; or the activations of a network.",
            "isthmus encode photos/ -m runs/photos-vae -o codes.parquet",
            session => Run(session, data!, model!)
        );
        data = DataArguments.AddTo(verb);
        model = ModelArguments.AddTo(verb, isRequired: false);
        foreach (var option in (Option[])[File, Output, Layer, Part, .. NetworkEncoding.Options])
            verb.Add(option);
        RankArguments.AddTo(verb);
        ShareArguments.AddTo(verb);
        return verb;
    }

    private static void Run(Session session, DataArguments arguments, ModelArguments model)
    {
        if (session.Get(NetworkEncoding.Network) is { } network)
        {
            if (ShareArguments.Of(session) is not null || ShareArguments.IsMerge(session))
                throw new InvalidInputException("--onnx", "is not done in shares", "leave out --share and --merge, and give each share data of its own");
            if (model.IsGiven(session) || session.Get(Layer) is not null)
                throw new InvalidInputException("--onnx", "takes the place of a model and its layers", "leave out -m and --layer");
            NetworkEncoding.Run(session, arguments, network, session.Get(Output), session.Get(File), session.Get(Part));
            return;
        }
        if (!model.IsGiven(session))
            throw new InvalidInputException("encode", "needs a model or a network", "give -m RUN, or --onnx FILE and --output NODE");
        if (session.Get(File) is not null && session.Get(Output) is not null)
            throw new InvalidInputException("-o and --output", "are the same without --onnx", "give one of them");
        var (output, layer) = (
            session.Get(File) ?? session.Get(Output) ?? throw new InvalidInputException("encode", "needs a file for the codes", "give -o FILE"),
            session.Get(Layer)
        );
        RankArguments.Join(session);
        foreach (var note in RankArguments.Notes(session))
            session.NoteLater(note);
        var share = ShareArguments.Of(session);
        session.CheckOutput(output);
        NetworkEncoding.CheckUnused(session);
        if (!NumpyWriter.IsName(output))
            TableWriter.CheckName(output);
        var manifest = model.Manifest(session);
        var parts = ShareArguments.Parts(session, output, arguments.Name(session), model.Path(session));
        if (share is { } done && ShareArguments.IsDone(session, parts!, done))
            return;
        if (share is null && parts is not null)
        {
            var merged = parts.Merge();
            session.Result(
                [$"codes of {Counted.Of(merged, "row")}, put together: {output}"],
                [new("verb", "encode"), new("model", manifest.Preset), new("rows", merged), new("model_path", model.Path(session)), new("output_path", output)]
            );
            return;
        }
        var data = arguments.For(manifest, session, session.Get(Part), whole: true);
        // Not detached: an interrupt between two batches leaves nothing of the file behind.
        using var trained = session.Compute(device => TrainedModel.Load(model.Path(session)).MoveTo(device));
        if (share is { } own)
        {
            Encoding.WriteShare(output, trained, data.Records, layer, session.SelectDevice(), session.Communicator, own, parts!, session.CancellationToken);
            ShareArguments.Report(session, parts!, own);
            return;
        }
        var (rows, units) = Encoding.Write(output, trained, data.Records, layer, session.SelectDevice(), session.Communicator, session.CancellationToken);
        string[] columns = NumpyWriter.IsName(output) ? [.. units] : [.. data.Records.Select([0]).PlaceColumns().Select(column => column.Name), .. units];
        var what = layer is null
            ? $"codes of {DataArguments.Count(data)}"
            : $"layer {layer} of {DataArguments.Count(data)}{(rows > data.Records.Count ? $", {rows / data.Records.Count} places each" : "")}";
        session.Result(
            [$"{what}, {units.Count} numbers each: {output}"],
            [
                new("verb", "encode"),
                new("data", data.Records.Name),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("records", data.Records.Count),
                new("part", data.Part),
                new("layer", layer),
                new("rows", rows),
                new("latent_units", units.Count),
                new("columns", columns),
                new("model_path", model.Path(session)),
                new("output_path", output),
            ]
        );
    }
}
