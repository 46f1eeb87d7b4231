using System.CommandLine;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Data.Cells;
using Isthmus.Lines;
using Isthmus.Models;
using Isthmus.Reporting.Pages;
using Isthmus.Tables;
using Isthmus.Training;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus score</c>: how surprising each row of a table is, in bits, and which columns make it so.</summary>
internal static class ScoreCommand
{
    private const int Shown = 10,
        UsualSamples = 50;

    private static readonly Option<RowScoreKind> Score = new("--score")
    {
        Description = $"Kind of score: {CommonOptions.Words<RowScoreKind>()}.",
        DefaultValueFactory = _ => RowScore.Default,
        HelpName = "name",
        CustomParser = result => CommonOptions.Word<RowScoreKind>(result, "--score", $"one of {CommonOptions.Words<RowScoreKind>()}") ?? default,
    };

    private static readonly Option<double?> FalseAlarms = CommonOptions.OptionalNumber(
        "--false-alarms",
        "Fraction of usual rows that may be called unusual. Default: 0.01"
    );
    private static readonly Option<bool> Explain = new("--explain")
    {
        Description = "Write the bits of every column too; of lines those of the oddest words, and the nearest training line.",
    };
    private static readonly Option<int> Samples = CommonOptions.Whole("--samples", "Draws of the code for elbo and nll", UsualSamples, 1).AtMost(100_000);
    private static readonly Option<string[]> Ensemble = new("--ensemble")
    {
        Description = "Further models of the same table, such as with other seeds; scores are averaged.",
        DefaultValueFactory = _ => [],
        HelpName = "file",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string?> Page = new("--html")
    {
        Description = "Write a page of the scores; of a series or of lines, with a chart of its unusual stretches.",
        HelpName = "file",
    };
    private static readonly Option<int?> Window = CommonOptions.OptionalWhole(
        "--window",
        "Of lines: look at so many at a time too, at which templates come after which, and how often each comes. Default: at each line alone",
        2
    );
    private static readonly Option<bool> Follow = new("--follow")
    {
        Description = "Of lines: wait for more, also after rotation or truncation, and tell odd ones at once, until interrupted; then the summary.",
    };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "File for every row's score: .csv or .parquet.", HelpName = "file" };

    public static Command Create()
    {
        ModelArguments? model = null;
        ReadingArguments? reading = null;
        var data = new Argument<string>("data")
        {
            Description =
                "Table with the model's columns: .csv .tsv .json .parquet, a folder of them, or a pattern; of a model of lines, "
                + "text files, or - for standard input.",
        };
        var verb = new Verb(
            "score",
            "Find unusual rows of a table, or lines of a log: how surprising each is, in bits, and which columns or tokens make it so.",
            "isthmus score new.csv -m runs/customers-table-vae --explain -o scores.csv",
            session => Run(session, session.Get(data), model!, reading!)
        )
        {
            ComputesOnCpu = true,
        };
        verb.Add(data);
        model = ModelArguments.AddTo(verb);
        foreach (var option in (Option[])[Score, FalseAlarms, Explain, Samples, Ensemble, Output, Page, Window, Follow])
            verb.Add(option);
        reading = ReadingArguments.AddTo(verb);
        ShareArguments.AddTo(verb);
        return verb;
    }

    private static void Run(Session session, string path, ModelArguments model, ReadingArguments reading)
    {
        var rate = session.Get(FalseAlarms) ?? 0.01;
        if (rate is <= 0 or >= 1)
            throw new InvalidInputException($"--false-alarms {rate}: expected a share between 0 and 1, such as 0.01.");
        if (session.Get(Output) is { } output)
            TableWriter.CheckName(output);
        string[] paths = [model.Path(session), .. session.Get(Ensemble).Select(member => Directory.Exists(member) ? new RunFolder(member).Model : member)];
        var manifest = ModelManifest.Read(paths[0]);
        if (LineScorer.AreLines(manifest.Schema))
        {
            if (session.Get(Score) != RowScore.Default || paths.Length > 1 || session.Get(Samples) != UsualSamples || ShareArguments.Of(session) is not null)
                throw new InvalidInputException(
                    "--score, --ensemble, --samples and --share are for tables; lines have one score. Leave them out, and give one model."
                );
            if (ShareArguments.IsMerge(session) || reading.Get(session) != new TableReading())
                throw new InvalidInputException(
                    "--merge, --header, --missing, --decimal and --dates are for tables, and the model is of lines of text; leave them out."
                );
            LineScores.Run(
                session,
                paths[0],
                manifest,
                new(path, rate, session.Get(Output), session.Get(Page), session.Get(Explain), session.Get(Window), session.Get(Follow))
            );
            return;
        }
        if (session.Get(Window) is not null || session.Get(Follow))
            throw new InvalidInputException($"--window and --follow are for lines of text, and the model is of {manifest.Schema}; leave them out.");
        var options = new TableScoreOptions
        {
            Kind = session.Get(Score),
            Samples = session.Get(Samples),
            Seed = session.Seed,
            FalseAlarms = rate,
            Output = session.Get(Output),
            Explain = session.Get(Explain),
            Reading = reading.Get(session),
        };
        var share = ShareArguments.Of(session);
        var parts = ShareArguments.Parts(session, session.Get(Output), path, paths);
        if (share is { } own)
        {
            if (ShareArguments.IsDone(session, parts!, own))
                return;
            session.Compute(_ => WithModels(paths, models =>
                {
                    ScoredTable.WriteShare(models, path, options, own, parts!, session.CancellationToken);
                    return true;
                }));
            ShareArguments.Report(session, parts!, own);
            return;
        }
        var scores = session.Compute(_ =>
            WithModels(paths, models =>
                parts is null
                    ? ScoredTable.Of(models, path, options, session.CancellationToken)
                    : ScoredTable.Merge(models, path, options, parts, session.CancellationToken)
            )
        );
        foreach (var note in scores.Notes)
            session.Note($"{path}: {note.OnCommandLine()}");
        if (session.Get(Page) is { } page)
            ScorePage.Write(page, path, manifest, options, scores);
        var name = session.Get(Score).ToString().ToLowerInvariant();
        string[] lines =
        [
            $"{path}: {scores.Summary}",
            .. new[] { scores.Series?.Drift?.ToString(), scores.Drift, scores.SmallSample }.OfType<string>(),
            .. scores.Series is { } series ? Events(series) : Rows(scores),
            $"unusual: more than {NumberText.Of(scores.Threshold, 3)} bits ({name}), from {NumberText.Of(scores.Usual.Ascending.Count)} usual rows. "
                + $"{ScorePage.Meaning(session.Get(Score))}",
            scores.Verdict,
            .. session.Get(Output) is { } written ? [$"scores  {written}"] : Array.Empty<string>(),
            .. session.Get(Page) is { } shown ? [$"page    {shown}"] : Array.Empty<string>(),
        ];
        session.Result(
            lines,
            [
                new("verb", "score"),
                new("data", path),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("score", name),
                new("models", paths.Length),
                new("records", scores.Count),
                new("false_alarm_rate", rate),
                new("threshold_bits", scores.Threshold),
                new("over_threshold", scores.Over),
                new("expected_over_threshold", scores.Expected),
                new("usual_records", scores.Usual.Ascending.Count),
                new("least_p_value", scores.Usual.SmallestPValue),
                new("rank_correlation_with_norm", scores.CorrelationWithNorm),
                new("summary", scores.Summary),
                new("verdict", scores.Verdict),
                new(
                    "drift",
                    scores.Series?.Drift is { } drift
                        ? new
                        {
                            drift.Since,
                            drift.Time,
                            drift.ShareBefore,
                            drift.ShareAfter,
                            drift.Columns,
                        }
                        : null
                ),
                new("moved_columns", scores.Moved),
                new(
                    "most_surprising",
                    scores
                        .MostSurprising.Select(row => new
                        {
                            row.Row,
                            Identifiers = row.Identifiers.ToDictionary(own => own.Name, own => own.Value),
                            row.Time,
                            row.Bits,
                            row.PValue,
                            Reasons = Json(row.Why),
                            row.Why.OtherColumns,
                            row.Why.NoColumn,
                        })
                        .ToArray()
                ),
                new(
                    "events",
                    scores
                        .Series?.Events.Select(found => new
                        {
                            found.First,
                            found.Last,
                            found.Start,
                            found.End,
                            found.Peak,
                            found.PeakTime,
                            found.Bits,
                            found.PValue,
                            Reasons = Json(found.Why),
                            found.Why.OtherColumns,
                            found.Why.NoColumn,
                        })
                        .ToArray()
                ),
                new("model_path", paths[0]),
                new("output_path", session.Get(Output)),
                new("html_path", session.Get(Page)),
            ]
        );
    }

    private static T WithModels<T>(IReadOnlyList<string> paths, Func<IReadOnlyList<TrainedModel>, T> work)
    {
        var models = paths.Select(TrainedModel.Load).ToArray();
        try
        {
            return work(models);
        }
        finally
        {
            foreach (var loaded in models)
                loaded.Dispose();
        }
    }

    private static IEnumerable<string> Rows(ScoredTable scores) =>
        scores.MostSurprising.SelectMany(row =>
            (string[])
                [
                    $"  row {row.Row}{string.Concat(row.Identifiers.Select(own => $"  {own.Name} {own.Value}"))}  {NumberText.Of(row.Bits, 3)} bits, p "
                        + $"{NumberText.Of(row.PValue, 2)}",
                    .. row.Why.Lines.Select(line => $"      {line}"),
                ]
        );

    private static IEnumerable<string> Events(ScoredSeries series) =>
        series
            .Events.OrderByDescending(found => found.Bits)
            .Take(Shown)
            .SelectMany(found =>
                (string[])
                    [
                        $"  event {found.Start} to {found.End} (rows {found.First} to {found.Last}), peak {found.PeakTime}  {NumberText.Of(found.Bits, 3)} "
                            + $"bits, p {NumberText.Of(found.PValue, 2)}",
                        .. found.Why.Lines.Select(line => $"      {line}"),
                    ]
            )
            .Concat(series.Events.Count > Shown ? [$"  and {series.Events.Count - Shown} smaller events"] : []);

    private static object[] Json(ScoreReasons why) =>
        [
            .. why.Reasons.Select(reason => new
            {
                reason.Column,
                reason.Value,
                reason.Usual,
                reason.Bits,
            }),
        ];
}
