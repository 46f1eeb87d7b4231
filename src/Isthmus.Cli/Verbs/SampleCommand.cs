using System.CommandLine;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Codes;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Lines;
using Isthmus.Models;
using Isthmus.Reporting.Pages;
using Isthmus.Tables;
using static TorchSharp.torch;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus sample</c>: new records from the prior.</summary>
internal static class SampleCommand
{
    private static readonly Option<int> Count = CommonOptions.Whole("--count", "Records to generate", 64, 1, "-n");
    private static readonly Option<string?> Page = new("--fidelity")
    {
        Description = "Tables: write a page on how similar synthetic and training rows are, and whether rows are copied.",
        HelpName = "file",
    };
    private static readonly Option<string?> Target = new("--target")
    {
        Description = "Tables: column of categories that the page predicts from the other columns, after training on real and on synthetic rows.",
        HelpName = "column",
    };
    private static readonly Option<bool> Draw = new("--draw") { Description = "Draw each pixel from p(x|z). Default: its mean, E[x|z]." };
    private static readonly Option<string?> Label = new("--label")
    {
        Description =
            "Class of the new records, for models that are given labels; for several labels NAME=CLASS, separated by commas. Default: each class in turn.",
        HelpName = "class",
    };

    private static readonly Option<string?> CodesOf = new("--codes-of")
    {
        Description = "Draw codes from a distribution fitted to the codes of these records, instead of from the prior.",
        HelpName = "name|path",
    };
    private static readonly Option<string> CodesBy = new("--codes-by")
    {
        Description = "Distribution for --codes-of: a Gaussian mixture or an autoregressive flow.",
        DefaultValueFactory = _ => Mixture,
        HelpName = "mixture|flow",
    };
    private static readonly Option<int> Components = CommonOptions.Whole("--components", "Gaussians in the mixture of --codes-by", 10, 1);

    private static readonly Option<bool> Greedy = new("--greedy") { Description = "Lines: take the most likely token each time." };
    private static readonly Option<double?> Temperature = CommonOptions.OptionalNumber(
        "--temperature",
        "Lines: divide logits by this before a token is drawn; below 1 likely tokens become likelier. Default: 1"
    );
    private static readonly Option<int?> TopK = CommonOptions.OptionalWhole("--top-k", "Lines: draw among so many of the likeliest tokens only", 1);
    private static readonly Option<double?> Nucleus = CommonOptions.OptionalNumber(
        "--nucleus",
        "Lines: draw among the likeliest tokens that together have this probability only. Default: 1"
    );
    private static readonly Option<int?> Beam = CommonOptions.OptionalWhole(
        "--beam",
        "Lines: follow so many at once to find the likeliest line of each code",
        1
    );

    private const string Mixture = "mixture",
        Flow = "flow";

    static SampleCommand() =>
        CodesBy.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } given and not (Mixture or Flow))
                result.AddError($"--codes-by {given}: expected {Mixture} or {Flow}");
        });

    public static Command Create()
    {
        ModelArguments? model = null;
        RecordOutput? output = null;
        var verb = new Verb(
            "sample",
            "Generate new records from codes drawn from the prior (variational models).",
            "isthmus sample -m runs/shapes-vae -o samples.png --count 100 --seed 7",
            session => Run(session, model!, output!)
        );
        model = ModelArguments.AddTo(verb);
        output = RecordOutput.AddTo(verb);
        verb.Add(Count);
        foreach (var option in (Option[])[Draw, Label, CodesOf, CodesBy, Components, Page, Target, Greedy, Temperature, TopK, Nucleus, Beam])
            verb.Add(option);
        return verb;
    }

    private static void Run(Session session, ModelArguments model, RecordOutput output)
    {
        var manifest = model.Manifest(session);
        if (LineScorer.AreLines(manifest.Schema))
        {
            SampleLines(session, model, output, manifest);
            return;
        }
        if (KindOutput.Of(manifest.Schema).IsDrawnByColumns)
        {
            SampleRows(session, model, output, manifest);
            return;
        }
        if (session.Get(Page) is not null || session.Get(Target) is not null)
            throw new InvalidInputException($"--fidelity and --target are for models of tables, and this is of {manifest.Schema}.");
        output.Check(session, manifest.Schema);
        var data = session.Get(CodesOf) is { } name
            ? session.Detached(() => ModelData.Load(manifest, name, new(), progress: session.Downloads, cancellationToken: session.CancellationToken))
            : null;
        var samples = session.Compute(model.Path(session), (trained, device) =>
            Generation.Sample(
                trained,
                session.Get(Count),
                session.Seed,
                session.Get(Draw),
                device,
                session.Get(Label),
                data is null ? null : Fitted(session, trained, data.Train ?? data.Records, device).Sample
            )
        );
        output.Write(session, [samples], samples, columns: (int)Math.Ceiling(Math.Sqrt(samples.Count)));
        session.Result(
            [output.Words(session, samples, "drawn", samples.Count)],
            [
                new("verb", "sample"),
                new("data", manifest.Provenance.Data),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("records", samples.Count),
                new("drawn", session.Get(Draw)),
                new("label", session.Get(Label)),
                new("codes_of", session.Get(CodesOf)),
                new("codes_by", data is null ? null : session.Get(CodesBy)),
                new("model_path", model.Path(session)),
                .. output.Json(session),
            ]
        );
    }

    private static CodeSampler Fitted(Session session, TrainedModel trained, Dataset data, Device device) =>
        session.Get(CodesBy) == Flow
            ? CodeFlow.Of(trained, data, session.Seed, device)
            : CodeMixture.Of(trained, data, session.Get(Components), session.Seed, device);

    private static void SampleLines(Session session, ModelArguments model, RecordOutput output, ModelManifest manifest)
    {
        var path = output.IsAsked(session) ? output.TablePath(session) : null;
        var options = new LineDecodingOptions
        {
            IsGreedy = session.Get(Greedy),
            Temperature = session.Get(Temperature) ?? 1,
            TopK = session.Get(TopK),
            Nucleus = session.Get(Nucleus) ?? 1,
            Beam = session.Get(Beam),
        };
        var lines = session.Compute(model.Path(session), (trained, device) => LineSamples.Draw(trained, session.Get(Count), session.Seed, options, device));
        if (path is not null)
            TableWriter.Write(path, [new Column("line", lines)]);
        session.Result(
            path is null ? lines : [$"{NumberText.Of(lines.Count)} lines drawn: {path}"],
            [
                new("verb", "sample"),
                new("data", manifest.Provenance.Data),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("records", lines.Count),
                new("lines", path is null ? lines : null),
                new("model_path", model.Path(session)),
                .. output.Json(session),
            ]
        );
    }

    private static void SampleRows(Session session, ModelArguments model, RecordOutput output, ModelManifest manifest)
    {
        session.DemandCpu("'sample' of a table's rows");
        var page = session.Get(Page);
        if (page is null && session.Get(Target) is not null)
            throw new InvalidInputException("--target says what the page of --fidelity foretells; give --fidelity page.html too.");
        var path = output.TablePath(session);
        // Read before anything is written.
        var data = page is null
            ? null
            : session.Detached(() =>
                DataSource.Load(
                    manifest.Provenance.Data,
                    new()
                    {
                        Expected = manifest.Schema,
                        Seed = manifest.Provenance.SplitSeed,
                        Shares = manifest.Provenance.Shares,
                        ByBlocks = manifest.Provenance.Streamed,
                    },
                    session.Downloads,
                    session.CancellationToken
                )
            );
        var (columns, fidelity) = session.Compute(model.Path(session), (trained, _) =>
            (
                SyntheticRows.Draw(trained, session.Get(Count), session.Seed),
                data is null
                    ? null
                    : Fidelity.Of(
                        trained,
                        data,
                        session.Get(Target),
                        session.Seed,
                        session.Threads > 0 ? session.Threads : Environment.ProcessorCount,
                        session.CancellationToken
                    )
            )
        );
        TableWriter.Write(path, columns);
        if (fidelity is not null)
            FidelityPage.Write(page!, fidelity);
        session.Result(
            [$"{NumberText.Of(columns[0].Count)} rows drawn: {path}", .. fidelity is null ? [] : FidelityPage.Lines(fidelity).Append($"page  {page}")],
            [
                new("verb", "sample"),
                new("data", manifest.Provenance.Data),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("records", columns[0].Count),
                new("drawn", true),
                new("model_path", model.Path(session)),
                .. output.Json(session),
                new("fidelity", fidelity),
                new("fidelity_path", page),
            ]
        );
    }
}
