using System.CommandLine;
using System.Globalization;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Codes;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Models;

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
    private static readonly Option<string?> Against = new("--against")
    {
        Description = "Model to compare with on the same records: the differences of distortion, rate and their sum, with standard errors.",
        HelpName = "file",
    };
    private static readonly Option<string?> Baseline = new("--baseline")
    {
        Description = "Of lines of text, a language model of the same data (lstm-lm) to stand in the same table and in the verdict.",
        HelpName = "file",
    };
    private static readonly Option<bool> Each = new("--each")
    {
        Description = "Evaluate each file of a folder or pattern of tables on its own, and write a table of all figures (-o).",
    };
    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "With --each: file for the figures, .csv or .parquet.",
        HelpName = "file",
    };

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
        foreach (
            var option in (Option[])
                [ImportanceSamples, Annealed, AnnealedRecords, Samples, Reference, Part, Against, Baseline, Each, Output, InformationUnit.Nats]
        )
            verb.Add(option);
        RankArguments.AddTo(verb);
        ShareArguments.AddTo(verb);
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
        var share = ShareArguments.Of(session);
        if (session.Get(Each) != session.Get(Output) is not null)
            throw new InvalidInputException(
                session.Get(Each) ? "--each writes a table; give -o figures.csv or .parquet." : "-o is for --each; the figures of one data set are printed."
            );
        if (!session.Get(Each) && (share is not null || ShareArguments.IsMerge(session)))
            throw new InvalidInputException(
                "--share and --merge are for --each: the figures of one data set are not means over its parts. Processes of mpirun share its samples."
            );
        if (
            session.Get(Baseline) is { } file
            && ModelManifest.Read(ModelArguments.PathOf(file)) is { Schema: var lines }
            && !Isthmus.Lines.LineScorer.AreLines(lines)
        )
            throw new InvalidInputException($"--baseline {file} is of {lines}; give a language model of lines of text (lstm-lm).");
        if (session.Get(Each) && session.Get(Against) is not null)
            throw new InvalidInputException("--against compares two models on one data set, and --each is for many; give one of them.");
        RankArguments.Join(session);
        foreach (var note in RankArguments.Notes(session))
            session.NoteLater(note);
        var path = model.Path(session);
        var manifest = model.Manifest(session);
        if (session.Get(Each))
            EachFile(session, arguments, manifest, path, share);
        else if (session.Get(Against) is { } other)
            PrintDifferences(session, arguments, (path, manifest), ModelArguments.PathOf(other));
        else
            Print(session, path, arguments.For(manifest, session, session.Get(Part)));
    }

    private static EvaluationReport Evaluated(Session session, string path, ModelData data)
    {
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
        return session.Progress.Show(report =>
        {
            var left = new TimeLeft();
            var progress = new ImmediateProgress<double>(done => report(done, Words(data.Records, options.ImportanceSamples, done, left)));
            return session.Compute(path, (trained, device) =>
            {
                using var baseline = session.Get(Baseline) is { } other ? TrainedModel.Load(ModelArguments.PathOf(other)).MoveTo(device) : null;
                return Evaluator.Evaluate(
                    trained,
                    data.Records,
                    data.Part is DataPart.Train ? null : data.Train,
                    options with
                    {
                        Device = device,
                        Baseline = baseline,
                    },
                    progress,
                    session.CancellationToken
                );
            });
        });
    }

    private static void EachFile(Session session, DataArguments arguments, ModelManifest manifest, string path, Share? share)
    {
        var (name, output) = (arguments.Name(session), session.Get(Output)!);
        TableWriter.CheckName(output);
        var parts = ShareArguments.Parts(session, output, name, path);
        if (share is { } done && ShareArguments.IsDone(session, parts!, done))
            return;
        if (!TableFiles.Are(name))
            throw new InvalidInputException($"{name} is no table; --each is for a folder or a pattern of tables.");
        var all = TableFiles.Of(name).Paths;
        var (first, end) = share?.Of(all.Count) ?? (0, all.Count);
        string[] files = [.. all.Skip((int)first).Take((int)(end - first))];
        void Write(Action<IReadOnlyList<Column>> write)
        {
            foreach (var file in files)
            {
                session.CancellationToken.ThrowIfCancellationRequested();
                var evaluation = Evaluated(session, path, arguments.For(manifest, session, file, session.Get(Part)));
                session.Note($"{file}: {Counted.Of(evaluation.Records, "record")}");
                var values = evaluation.Values.ToArray();
                write([
                    new("file", [.. values.Select(_ => (string?)file)]),
                    new("records", Array.ConvertAll(values, _ => evaluation.Records)),
                    new("figure", [.. values.Select(value => (string?)value.Key)]),
                    new("value", [.. values.Select(value => value.Value.ToString("R", CultureInfo.InvariantCulture))], "DOUBLE"),
                ]);
            }
        }
        if (session.Communicator.Rank > 0)
        {
            Write(_ => { });
            return;
        }
        if (share is { } own)
        {
            parts!.Write(own, Write, () => files);
            ShareArguments.Report(session, parts, own);
            return;
        }
        if (parts is null)
            TableWriter.Write(output, Write);
        else
            parts.Merge();
        session.Result(
            [$"figures of {Counted.Of(all.Count, "file")}: {output}"],
            [
                new("verb", "evaluate"),
                new("data", name),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("files", all.Count),
                new("model_path", path),
                new("output_path", output),
            ]
        );
    }

    private static void PrintDifferences(Session session, DataArguments arguments, (string Path, ModelManifest Manifest) model, string other)
    {
        var theirs = session.Detached(() => ModelManifest.Read(other));
        if (!theirs.Schema.Equals(model.Manifest.Schema))
            throw new InvalidInputException(
                $"--against {other} takes {theirs.Schema}, but {model.Path} takes {model.Manifest.Schema}; give a model of the same records."
            );
        var (own, against) = (arguments.For(model.Manifest, session, session.Get(Part)), arguments.For(theirs, session, session.Get(Part)));
        // The part of the data depends on the seed by which each model's were split.
        if (own.Records.Count != against.Records.Count || IsSplit() && Seed(model.Manifest) != Seed(theirs))
            throw new InvalidInputException(
                $"--against {other}: its {against.Records.Count:N0} {against.Records.Schema.Noun}s are not the {own.Records.Count:N0} of {model.Path}; "
                    + "give a model that was trained on the same data with the same --split-seed."
            );
        var differences = session.Compute(model.Path, (first, device) =>
        {
            using var second = TrainedModel.Load(other).MoveTo(device);
            return PairedComparison.Of(first, second, (own.Records, against.Records), session.Seed, device);
        });
        var unit = session.Unit;
        string Line(string name, Information.Estimate difference) =>
            $"  {name,-12}{NumberText.Of(unit.Of(difference.Value), unit.Of(difference.StandardError))} {unit.Name}";
        session.Result(
            [
                $"{model.Path} less {other} on the same {DataArguments.Count(own)}, differences ± standard errors",
                Line("distortion", differences.Distortion),
                Line("rate", differences.Rate),
                Line("sum", differences.Sum),
            ],
            [
                new("verb", "evaluate"),
                new("data", own.Records.Name),
                new("model", model.Manifest.Preset),
                new("seed", session.Seed),
                new("records", differences.Records),
                new("part", own.Part),
                new("distortion_difference_nats", differences.Distortion.Value),
                new("distortion_difference_nats_standard_error", differences.Distortion.StandardError),
                new("rate_difference_nats", differences.Rate.Value),
                new("rate_difference_nats_standard_error", differences.Rate.StandardError),
                new("sum_difference_nats", differences.Sum.Value),
                new("sum_difference_nats_standard_error", differences.Sum.StandardError),
                new("model_path", model.Path),
                new("against_path", other),
            ]
        );

        bool IsSplit() => own.Part is not null;
        static int Seed(ModelManifest manifest) => manifest.Provenance.SplitSeed;
    }

    private static void Print(Session session, string path, ModelData data)
    {
        var evaluation = Evaluated(session, path, data);
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
