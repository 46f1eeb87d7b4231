using System.CommandLine;
using Isthmus.Applications;
using Isthmus.Data;
using Isthmus.Models;
using Isthmus.Reporting;

namespace Isthmus.Cli;

/// <summary><c>isthmus sample</c>: new records from the prior.</summary>
internal static class SampleCommand
{
    private static readonly Option<int> Count = CommonOptions.Whole("--count", "Records to make", 64, 1, "-n");
    private static readonly Option<bool> Draw = new("--draw") { Description = "Draw each pixel from p(x|z). Default: its mean, E[x|z]." };

    private static readonly Option<string?> Label = new("--label") { Description = "Of a model that is given labels: the class of the new records. Default: each class in turn.", HelpName = "class" };

    public static Command Create()
    {
        ModelArguments? model = null;
        RecordOutput? output = null;
        var verb = new Verb("sample", "Make new records from codes drawn from the prior (variational models).",
            "isthmus sample -m runs/shapes-vae -o samples.png --count 100 --seed 7", session => Run(session, model!, output!));
        model = ModelArguments.AddTo(verb);
        output = RecordOutput.AddTo(verb);
        verb.Add(Count);
        verb.Add(Draw);
        verb.Add(Label);
        return verb;
    }

    private static void Run(Session session, ModelArguments model, RecordOutput output)
    {
        var manifest = model.Manifest(session);
        if (manifest.Schema is TableSchema)
        {
            SampleRows(session, model, output, manifest);
            return;
        }
        output.Check(session, manifest.Schema);
        var samples = session.Compute(model.Path(session), (trained, device) => Generation.Sample(trained, session.Get(Count), session.Seed, session.Get(Draw), device, session.Get(Label)));
        output.Write(session, [samples], samples, columns: (int)Math.Ceiling(Math.Sqrt(samples.Count)));
        session.Result([output.Words(session, samples, "drawn", samples.Count)],
        [
            new("verb", "sample"), new("data", manifest.Provenance.Data), new("model", manifest.Preset), new("seed", session.Seed), new("records", samples.Count),
            new("drawn", session.Get(Draw)), new("label", session.Get(Label)), new("model_path", model.Path(session)), .. output.Json(session),
        ]);
    }

    private static void SampleRows(Session session, ModelArguments model, RecordOutput output, ModelManifest manifest)
    {
        var path = output.TablePath(session);
        var columns = session.Compute(model.Path(session), (trained, _) => Generation.Rows(trained, session.Get(Count), session.Seed, asTexts: path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)));
        TableWriter.Write(path, columns);
        session.Result([$"{NumberText.Of(columns[0].Count)} rows drawn: {path}"],
        [
            new("verb", "sample"), new("data", manifest.Provenance.Data), new("model", manifest.Preset), new("seed", session.Seed), new("records", columns[0].Count),
            new("drawn", true), new("model_path", model.Path(session)), .. output.Json(session),
        ]);
    }
}
