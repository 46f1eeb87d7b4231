using System.CommandLine;
using Isthmus.Applications;
using Isthmus.Data;
using Isthmus.Reporting;

namespace Isthmus.Cli;

/// <summary><c>isthmus encode</c>: codes as a table.</summary>
internal static class EncodeCommand
{
    private static readonly Option<string> Output = new("--output", "-o") { Description = "The table of codes: .parquet or .csv.", Required = true, HelpName = "file" };
    private static readonly Option<DataPart?> Part = ModelArguments.PartOption();

    public static Command Create()
    {
        DataArguments? data = null;
        ModelArguments? model = null;
        var verb = new Verb("encode", "Write the codes of records as a table: z0, z1, ..., with labels and names where known.",
            "isthmus encode photos/ -m runs/photos-vae -o codes.parquet", session => Run(session, data!, model!));
        data = DataArguments.AddTo(verb);
        model = ModelArguments.AddTo(verb);
        verb.Add(Output);
        verb.Add(Part);
        return verb;
    }

    private static void Run(Session session, DataArguments arguments, ModelArguments model)
    {
        var output = session.Get(Output);
        TableWriter.CheckName(output);
        var manifest = model.Manifest(session);
        var data = arguments.For(manifest, session, session.Get(Part));
        var columns = session.Compute(model.Path(session), (trained, device) => Encoding.Of(trained, data.Records, device));
        TableWriter.Write(output, columns);
        var units = columns.Count(column => !column.IsText);
        session.Result([$"{NumberText.Of(data.Records.Count)} codes of {units} numbers: {output}"],
        [
            new("verb", "encode"), new("data", data.Records.Name), new("model", manifest.Preset), new("seed", session.Seed), new("records", data.Records.Count),
            new("part", data.Part), new("latent_units", units), new("columns", columns.Select(column => column.Name).ToArray()),
            new("model_path", model.Path(session)), new("output_path", output),
        ]);
    }
}
