using System.CommandLine;
using Isthmus.Cli.Arguments;
using Isthmus.Codes;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus reconstruct</c>: records beside their reconstructions.</summary>
internal static class ReconstructCommand
{
    private static readonly Option<int> Count = CommonOptions.Whole("--count", "Images in the grid", 10, 1);
    private static readonly Option<DataPart?> Part = ModelArguments.PartOption();

    public static Command Create()
    {
        DataArguments? data = null;
        ModelArguments? model = null;
        RecordOutput? output = null;
        var verb = new Verb(
            "reconstruct",
            "Write reconstructions: a grid of originals over reconstructions, or a table.",
            "isthmus reconstruct mnist -m runs/mnist-vae -o reconstructions.png --count 20",
            session => Run(session, data!, model!, output!)
        );
        data = DataArguments.AddTo(verb);
        model = ModelArguments.AddTo(verb);
        output = RecordOutput.AddTo(verb);
        verb.Add(Count);
        verb.Add(Part);
        return verb;
    }

    private static void Run(Session session, DataArguments arguments, ModelArguments model, RecordOutput output)
    {
        var manifest = model.Manifest(session);
        output.Check(session, manifest.Schema);
        var data = arguments.For(manifest, session, session.Get(Part));
        var shown = Math.Min(session.Get(Count), data.Records.Count);
        var first = data.Records.Select([.. Enumerable.Range(0, shown)]);
        var (originals, made) = session.Compute(model.Path(session), (trained, device) =>
            (
                RecordValues.Of(first),
                Reconstruction.Of(trained, output.WantsAll(session, manifest.Schema) ? data.Records : first, device, session.CancellationToken)
            )
        );
        output.Write(session, [originals, made.Take(shown)], made, data.Records.RecordNames, data.Records.LabelColumns());
        session.Result(
            [output.Words(session, made, "reconstructed", shown)],
            [
                new("verb", "reconstruct"),
                new("data", data.Records.Name),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("records", made.Count),
                new("part", data.Part),
                new("model_path", model.Path(session)),
                .. output.Json(session),
            ]
        );
    }
}
