using System.Diagnostics;
using System.Text.Json;
using Isthmus.Cli.Arguments;
using Isthmus.Data.Cells;
using Isthmus.Lines;
using Isthmus.Models;
using Isthmus.Reporting.Pages;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus score</c> of lines of text: read once, some thousands at a time, or followed as they are written.</summary>
internal static class LineScores
{
    private const int Batch = 4096,
        Characters = 120;

    /// <summary>Options of such a scoring.</summary>
    /// <param name="Path">File, folder, pattern, or - for standard input.</param>
    /// <param name="FalseAlarms">Share of usual lines that may be called unusual.</param>
    /// <param name="Output">File for every line's score.</param>
    /// <param name="Page">File for the page.</param>
    /// <param name="Explain">True for the words that make a line odd.</param>
    /// <param name="Window">Lines in a window; null for none.</param>
    /// <param name="Follow">True to wait for more lines until interrupted.</param>
    public sealed record Options(string Path, double FalseAlarms, string? Output, string? Page, bool Explain, int? Window, bool Follow);

    /// <summary>Scores lines and prints what was found.</summary>
    public static void Run(Session session, string modelPath, ModelManifest manifest, Options options)
    {
        if (options.Follow && options.Path == "-")
            throw new InvalidInputException("--follow -: standard input is read as it comes, to its end; leave --follow out.");
        // An interrupt ends the watch in order: what was found is printed.
        var (report, lines, json) = options.Follow
            ? WithModel(modelPath, model => Found(session, model, modelPath, manifest, options), session)
            : session.Compute(modelPath, (model, _) => Found(session, model, modelPath, manifest, options));
        if (report.Count == 0 && !options.Follow)
            throw new InvalidInputException(options.Path, "holds no lines", "give a file with text");
        session.Result(lines, json);
    }

    private static T WithModel<T>(string path, Func<TrainedModel, T> work, Session session)
    {
        using var model = TrainedModel.Load(path).MoveTo(session.SelectDevice());
        return work(model);
    }

    private static (LineReport Report, IReadOnlyList<string> Lines, IReadOnlyList<KeyValuePair<string, object?>> Json) Found(
        Session session,
        TrainedModel model,
        string modelPath,
        ModelManifest manifest,
        Options options
    )
    {
        var scorer = new LineScorer(model);
        var report = new LineReport(scorer, options.FalseAlarms, options.Window is { } window ? new LineOrder(scorer, window) : null);
        var (clock, cut) = (Stopwatch.StartNew(), 0L);
        void Pass(Action<IReadOnlyList<Column>>? write)
        {
            var batch = new List<(long, string)>();
            void Flush()
            {
                if (!options.Follow)
                    session.CancellationToken.ThrowIfCancellationRequested();
                var judged = scorer.Judge(batch);
                report.Add(judged);
                IReadOnlyList<LineScore> scores = [.. judged.Select(line => line.Score)];
                if (options.Follow)
                    foreach (var score in scores.Where(score => score.Deviations > report.Threshold))
                        Say(session, options.Explain ? scorer.Explained(score) : score, options.Explain);
                write?.Invoke(Columns(scores, scorer, options.Explain, report.Threshold));
                batch.Clear();
            }
            bool Take(string line, long number)
            {
                batch.Add((number, line));
                cut += line.Length > LineScorer.MostCharacters ? 1 : 0;
                if (batch.Count == Batch)
                    Flush();
                return true;
            }
            void Rest()
            {
                if (batch.Count > 0)
                    Flush();
            }
            if (options.Follow)
                TextLines.Follow(options.Path, model, (line, number) => Take(line, number), Rest, session.Note, session.CancellationToken);
            else
                TextLines.ForEach(options.Path, model, Take);
            if (batch.Count > 0 || report.Count == 0)
                Flush();
        }
        if (options.Output is null)
            Pass(null);
        else
            TableWriter.Write(options.Output, Pass);
        var seconds = Math.Max(1e-9, clock.Elapsed.TotalSeconds);
        LineScore[] most = [.. report.Most.Select(score => options.Explain || options.Page is not null ? scorer.Explained(score) : score)];
        if (options.Page is { } page && report.Count > 0)
            LineScorePage.Write(page, options.Path, manifest, report, most, scorer);
        return (report, [.. Lines(options, report, most, seconds, cut)], Json(session, modelPath, manifest, options, report, most, seconds, cut));
    }

    private static IEnumerable<string> Lines(Options options, LineReport report, IReadOnlyList<LineScore> most, double seconds, long cut) =>
        [
            $"{options.Path}: {LineScorePage.Summary(report)}",
            .. most.SelectMany(score => Shows(score, options.Explain)),
            LineScorePage.Meaning(report),
            .. report.Events is { Count: > 0 } events
                ?
                [
                    $"{Counted.Of(events.Count, "event")} of odd lines:",
                    .. events
                        .Take(LineReport.Shown)
                        .Select(found =>
                            (
                                found.Over == 1
                                    ? $"  line {found.First}: score {NumberText.Of(found.Peak.Deviations, 3)}"
                                    : $"  lines {found.First} to {found.Last}: {NumberText.Of(found.Over)} odd, the oddest line {found.Peak.Line} with score "
                                        + $"{NumberText.Of(found.Peak.Deviations, 3)}"
                            ) + $"  {Short(found.Peak.Text)}"
                        ),
                ]
                : Array.Empty<string>(),
            LineScorePage.NewLines(report),
            .. report.NewTemplates.Take(LineReport.Shown).Select(form => $"  line {form.Line}, {Counted.Of(form.Times, "line")}: {Short(form.Text)}"),
            .. report.Window is null
                ? Array.Empty<string>()
                : [LineScorePage.Windows(report), .. report.MostOddWindows.Where(window => window.PValue <= report.MostP).SelectMany(Shows)],
            .. LineScorePage.Drift(report) is { } drift ? [drift] : Array.Empty<string>(),
            .. cut == 0
                ? Array.Empty<string>()
                :
                [
                    $"{Counted.Of(cut, "line")} longer than {NumberText.Of(LineScorer.MostCharacters)} characters: scored by the beginning; what follows is "
                        + "not looked at",
                ],
            FormattableString.Invariant($"{Counted.Of(report.Count, "line")} in {seconds:F1} s, {report.Count / seconds:N0} lines/s"),
            .. options.Output is null ? Array.Empty<string>() : [$"scores  {options.Output}"],
            .. options.Page is null || report.Count == 0 ? Array.Empty<string>() : [$"page    {options.Page}"],
        ];

    private static IReadOnlyList<KeyValuePair<string, object?>> Json(
        Session session,
        string modelPath,
        ModelManifest manifest,
        Options options,
        LineReport report,
        IReadOnlyList<LineScore> most,
        double seconds,
        long cut
    ) =>
        [
            new("verb", "score"),
            new("data", options.Path),
            new("model", manifest.Preset),
            new("seed", session.Seed),
            new("records", report.Count),
            new("false_alarm_rate", options.FalseAlarms),
            new("threshold", report.Threshold),
            new("over_threshold", report.Over),
            new("usual_records", report.Usual),
            new("new_lines", report.New),
            new(
                "new_templates",
                report
                    .NewTemplates.Select(form => new
                    {
                        form.Line,
                        form.Text,
                        form.Times,
                    })
                    .ToArray()
            ),
            new("most_surprising", most.Select(Object).ToArray()),
            new(
                "events",
                report
                    .Events.Select(found => new
                    {
                        found.First,
                        found.Last,
                        found.Over,
                        Peak = Object(found.Peak),
                    })
                    .ToArray()
            ),
            new("window", report.Window),
            new("windows", report.Windows),
            new("windows_over_threshold", report.OddWindows),
            new("most_odd_windows", report.Window is null ? null : report.MostOddWindows),
            new("drift", report.Drift()),
            new("stretches", report.Stretches),
            new("cut_lines", cut),
            new("lines_per_second", report.Count / seconds),
            new("model_path", modelPath),
            new("output_path", options.Output),
            new("html_path", options.Page),
        ];

    private static object Object(LineScore score) =>
        new
        {
            score.Line,
            score.Text,
            Score = score.Deviations,
            score.Bits,
            score.PValue,
            score.IsNew,
            score.Odd,
            score.Nearest,
        };

    // While a file is followed each odd line is said at once: with --json as an object a line.
    private static void Say(Session session, LineScore score, bool explain)
    {
        if (session.Get(CommonOptions.Json))
            session.Output.WriteLine(JsonSerializer.Serialize(Object(score), JsonFormat.Compact));
        else
            foreach (var line in Shows(score, explain))
                session.Output.WriteLine(line);
        session.Output.Flush();
    }

    private static IReadOnlyList<Column> Columns(IReadOnlyList<LineScore> scores, LineScorer scorer, bool explain, double threshold) =>
        [
            new("line", [.. scores.Select(score => (int)score.Line)]),
            new("score", [.. scores.Select(score => (float)score.Deviations)]),
            new("bits", [.. scores.Select(score => (float)score.Bits)]),
            new("p", [.. scores.Select(score => (float)score.PValue)]),
            new("new", [.. scores.Select(score => score.IsNew ? 1 : 0)]),
            // Of usual lines nobody asks why.
            .. explain
                ? [new Column("odd_words", [.. scores.Select(score => score.Deviations > threshold ? Words(scorer.Explained(score).Odd) : "")])]
                : Array.Empty<Column>(),
            new("text", [.. scores.Select(score => score.Text)]),
        ];

    private static IEnumerable<string> Shows(LineScore score, bool explain) =>
        [
            $"  line {score.Line}  score {NumberText.Of(score.Deviations, 3)}, {NumberText.Of(score.Bits, 3)} bits, p {NumberText.Of(score.PValue, 2)}"
                + $"{(score.IsNew ? ", new" : "")}  {Short(score.Text)}",
            .. explain ? [$"      odd: {Words(score.Odd)}", $"      nearest: {Short(score.Nearest ?? "")}"] : Array.Empty<string>(),
        ];

    private static IEnumerable<string> Shows(OddWindow window) =>
        [
            $"  lines {window.First} to {window.Last}  p {NumberText.Of(window.PValue, 2)}: order {NumberText.Of(window.Order, 3)} deviations, counts "
                + $"{NumberText.Of(window.Counts, 3)} bits",
            .. window.Steps.Select(step => $"      line {step.Line} after those before it: {NumberText.Of(step.Bits, 2)} bits  {Short(step.Text)}"),
            .. window.Odd.Select(count => $"      {NumberText.Of(count.Times)} times, usually {NumberText.Of(count.Usual, 2)}: {Short(count.Text)}"),
        ];

    private static string Words(IReadOnlyList<OddWord> odd) => string.Join("; ", odd.Select(word => $"'{word.Text}' {NumberText.Of(word.Bits, 2)} bits"));

    private static string Short(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length > Characters ? $"{line[..Characters]} ..." : line;
    }
}
