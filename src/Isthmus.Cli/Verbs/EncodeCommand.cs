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
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "File for the codes: .parquet or .csv as a table, .npy for the numbers alone.",
        Required = true,
        HelpName = "file",
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
            "Write the codes of records as a table: z0, z1, ..., with row numbers or names, a table's identifiers, and labels.",
            "isthmus encode photos/ -m runs/photos-vae -o codes.parquet",
            session => Run(session, data!, model!)
        );
        data = DataArguments.AddTo(verb);
        model = ModelArguments.AddTo(verb);
        foreach (var option in (Option[])[Output, Layer, Part])
            verb.Add(option);
        return verb;
    }

    private static void Run(Session session, DataArguments arguments, ModelArguments model)
    {
        var (output, layer) = (session.Get(Output), session.Get(Layer));
        if (!NumpyWriter.IsName(output))
            TableWriter.CheckName(output);
        var manifest = model.Manifest(session);
        var data = arguments.For(manifest, session, session.Get(Part), whole: true);
        // Not detached: an interrupt between two batches leaves nothing of the file behind.
        using var trained = session.Compute(device => TrainedModel.Load(model.Path(session)).MoveTo(device));
        var (rows, units) = Encoding.Write(output, trained, data.Records, layer, session.SelectDevice(), session.CancellationToken);
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
