using System.CommandLine;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Codes;
using Isthmus.Data.Records;
using Isthmus.Evaluation;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus evaluate</c>: every figure of a model on data.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<int> ImportanceSamples = ImportanceSamplesOption();
    private static readonly Option<int> Annealed = CommonOptions.Whole(
        "--ais",
        "Annealed importance sampling over this many distributions, for variational models; slow, 0 for none",
        0,
        0
    );
    private static readonly Option<int> AnnealedRecords = CommonOptions.Whole("--ais-records", "Records for --ais, the first ones", 100, 1);
    private static readonly Option<int> Samples = CommonOptions.Whole(
        "--samples",
        "Samples to compare with as many test pictures (precision, recall, density, coverage, MMD, Frechet distance), for variational models; 0 for none",
        0,
        0
    );
    private static readonly Option<string?> Reference = new("--reference")
    {
        Description = "Required start of the hash of --samples' reference encoder, so that figures can be compared.",
        HelpName = "hash",
    };
    private static readonly Option<DataPart?> Part = ModelArguments.PartOption();

    public static Option<int> ImportanceSamplesOption() =>
        CommonOptions.Whole("--importance-samples", "Importance samples per record for the likelihood of variational models; 0 for none", 100, 0);

    public static Command Create()
    {
        DataArguments? data = null;
        ModelArguments? model = null;
        var verb = new Verb(
            "evaluate",
            "Report every figure of a model on data, with standard errors.",
            "isthmus evaluate mnist -m runs/mnist-vae/model.isthmus --importance-samples 1000",
            session => Run(session, data!, model!)
        );
        data = DataArguments.AddTo(verb);
        model = ModelArguments.AddTo(verb);
        foreach (var option in (Option[])[ImportanceSamples, Annealed, AnnealedRecords, Samples, Reference, Part, InformationUnit.Nats])
            verb.Add(option);
        RankArguments.AddTo(verb);
        return verb;
    }

    /// <summary>Returns the stage of an evaluation, the fraction done, and the time left.</summary>
    public static string Words(Dataset test, int importanceSamples, double done, TimeLeft left)
    {
        var work = KindOutput.Of(test.Schema).Evaluating(importanceSamples);
        return FormattableString.Invariant($"{work}, {100 * done:F0} % of the records{left.Words(done)}");
    }

    private static void Run(Session session, DataArguments arguments, ModelArguments model)
    {
        RankArguments.Join(session);
        foreach (var note in RankArguments.Notes(session))
            session.NoteLater(note);
        var path = model.Path(session);
        var manifest = model.Manifest(session);
        var data = arguments.For(manifest, session, session.Get(Part));
        var options = new EvaluationOptions
        {
            ImportanceSamples = session.Get(ImportanceSamples),
            AnnealedDistributions = session.Get(Annealed),
            AnnealedRecords = session.Get(AnnealedRecords),
            Samples = session.Get(Samples),
            ReferenceHash = session.Get(Reference),
            ModelPath = path,
            Seed = session.Seed,
            Communicator = session.Communicator,
        };
        var evaluation = session.Progress.Show(report =>
        {
            var left = new TimeLeft();
            var progress = new ImmediateProgress<double>(done => report(done, Words(data.Records, options.ImportanceSamples, done, left)));
            return session.Compute(path, (trained, device) =>
                Evaluator.Evaluate(
                    trained,
                    data.Records,
                    data.Part is DataPart.Train ? null : data.Train,
                    options with
                    {
                        Device = device,
                    },
                    progress,
                    session.CancellationToken
                )
            );
        });
        string[] lines =
        [
            $"{evaluation.Model} on {evaluation.Data}: {DataArguments.Count(data)}, figures ± standard errors",
            .. FigureLines.Of(evaluation, session.Unit),
            .. FigureLines.Units(evaluation, session.Unit),
            .. FigureLines.Rankings(evaluation),
            .. session.Warnings(evaluation.Warnings),
            .. VerdictLines.Of(evaluation),
        ];
        session.Result(
            lines,
            [
                new("verb", "evaluate"),
                new("data", evaluation.Data),
                new("model", evaluation.Model),
                new("seed", evaluation.Seed),
                new("records", evaluation.Records),
                new("part", data.Part),
                new("importance_samples", evaluation.ImportanceSamples),
                .. evaluation.Values.Select(pair => KeyValuePair.Create(pair.Key, (object?)pair.Value)),
                new("unit_rates_nats", evaluation.UnitRatesNats),
                new("warnings", evaluation.Warnings),
                new("verdict", evaluation.Verdict),
                new("next_command", evaluation.Next),
                new("model_path", path),
            ]
        );
    }
}
