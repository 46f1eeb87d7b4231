using System.Diagnostics;
using Isthmus.Cli.Arguments;
using Isthmus.Data.Cells;
using Isthmus.Lines;
using Isthmus.Models;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus score</c> of lines of text: read once, some thousands at a time.</summary>
internal static class LineScores
{
    private const int Shown = 10,
        Batch = 4096;

    /// <summary>Scores the lines of a file, a folder, a pattern or standard input (-).</summary>
    public static void Run(Session session, string path, string modelPath, ModelManifest manifest, double falseAlarms, string? output, bool explain)
    {
        var result = session.Compute(modelPath, (model, _) => Scored(model, path, falseAlarms, output, explain, session.CancellationToken));
        var rate = FormattableString.Invariant($"{result.Count:N0} lines in {result.Seconds:F1} s, {result.Count / result.Seconds:N0} lines/s");
        string[] lines =
        [
            $"{path}: {NumberText.Of(result.Over)} of {Counted.Of(result.Count, "line")} look unusual; about "
                + $"{NumberText.Of(Math.Round(result.Count * falseAlarms))} "
                + "would by chance.",
            .. result.Most.SelectMany(score => Shows(score, explain)),
            $"unusual: more than {NumberText.Of(result.Threshold, 3)} bits, which {NumberText.Of(100 * falseAlarms, 2)} % of "
                + $"{NumberText.Of(result.Usual)} held-out lines "
                + "have. A line's bits are those of its code and of its tokens given the code.",
            $"new: {Counted.Of(result.New, "line")} in {Counted.Of(result.NewForms.Count, "form")} that no kept training line has.",
            .. result.NewForms.Take(Shown).Select(form => $"  line {form.Line}: {Short(form.Text)}"),
            rate,
            .. output is null ? Array.Empty<string>() : [$"scores  {output}"],
        ];
        session.Result(
            lines,
            [
                new("verb", "score"),
                new("data", path),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("records", result.Count),
                new("false_alarm_rate", falseAlarms),
                new("threshold_bits", result.Threshold),
                new("over_threshold", result.Over),
                new("usual_records", result.Usual),
                new("new_lines", result.New),
                new("new_forms", result.NewForms.Select(form => new { form.Line, form.Text }).ToArray()),
                new(
                    "most_surprising",
                    result
                        .Most.Select(score => new
                        {
                            score.Line,
                            score.Text,
                            score.Bits,
                            score.PValue,
                            score.IsNew,
                            score.Odd,
                            score.Nearest,
                        })
                        .ToArray()
                ),
                new("lines_per_second", result.Count / result.Seconds),
                new("model_path", modelPath),
                new("output_path", output),
            ]
        );
    }

    private sealed record Result(
        long Count,
        long Over,
        long New,
        double Threshold,
        int Usual,
        IReadOnlyList<(long Line, string Text)> NewForms,
        IReadOnlyList<LineScore> Most,
        double Seconds
    );

    private static Result Scored(TrainedModel model, string path, double falseAlarms, string? output, bool explain, CancellationToken cancellationToken)
    {
        var scorer = new LineScorer(model);
        var threshold = scorer.Threshold(falseAlarms);
        var (count, over, fresh) = (0L, 0L, 0L);
        var forms = new OrderedDictionary<string, (long, string)>(StringComparer.Ordinal);
        var most = new PriorityQueue<LineScore, (double, long)>();
        var clock = Stopwatch.StartNew();
        void Pass(Action<IReadOnlyList<Column>>? write)
        {
            var batch = new List<(long, string)>();
            void Flush()
            {
                cancellationToken.ThrowIfCancellationRequested();
                var scores = scorer.Score(batch);
                foreach (var score in scores)
                {
                    count++;
                    over += score.Bits > threshold ? 1 : 0;
                    if (score.IsNew)
                    {
                        fresh++;
                        if (forms.Count < 1000)
                            forms.TryAdd(scorer.Form(score.Text), (score.Line, score.Text));
                    }
                    most.Enqueue(score, (score.Bits, -score.Line));
                    if (most.Count > Shown)
                        most.Dequeue();
                }
                write?.Invoke(Columns(scores, scorer, explain, threshold));
                batch.Clear();
            }
            TextLines.ForEach(path, model, (line, number) =>
            {
                batch.Add((number, line));
                if (batch.Count == Batch)
                    Flush();
                return true;
            });
            if (batch.Count > 0 || count == 0)
                Flush();
        }
        if (output is null)
            Pass(null);
        else
            TableWriter.Write(output, Pass);
        var seconds = Math.Max(1e-9, clock.Elapsed.TotalSeconds);
        if (count == 0)
            throw new InvalidInputException(path, "holds no lines", "give a file with text");
        var shown = new List<LineScore>();
        while (most.TryDequeue(out var score, out _))
            shown.Insert(0, explain ? scorer.Explained(score) : score);
        return new(count, over, fresh, threshold, scorer.Usual.Count, [.. forms.Values], shown, seconds);
    }

    private static IReadOnlyList<Column> Columns(IReadOnlyList<LineScore> scores, LineScorer scorer, bool explain, double threshold) =>
        [
            new("line", [.. scores.Select(score => (int)score.Line)]),
            new("bits", [.. scores.Select(score => (float)score.Bits)]),
            new("p", [.. scores.Select(score => (float)score.PValue)]),
            new("new", [.. scores.Select(score => score.IsNew ? 1 : 0)]),
            // Of usual lines nobody asks why.
            .. explain
                ? [new Column("odd_tokens", [.. scores.Select(score => score.Bits > threshold ? Words(scorer.Explained(score).Odd) : "")])]
                : Array.Empty<Column>(),
            new("text", [.. scores.Select(score => score.Text)]),
        ];

    private static IEnumerable<string> Shows(LineScore score, bool explain) =>
        [
            $"  line {score.Line}  {NumberText.Of(score.Bits, 3)} bits, p {NumberText.Of(score.PValue, 2)}{(score.IsNew ? ", new" : "")}  {Short(score.Text)}",
            .. explain ? [$"      odd: {Words(score.Odd)}", $"      nearest: {Short(score.Nearest ?? "")}"] : Array.Empty<string>(),
        ];

    private static string Words(IReadOnlyList<OddToken> odd) => string.Join("; ", odd.Select(token => $"'{token.Text}' {NumberText.Of(token.Bits, 2)} bits"));

    private static string Short(string text)
    {
        const int Characters = 120;
        var line = text.ReplaceLineEndings(" ");
        return line.Length > Characters ? $"{line[..Characters]} ..." : line;
    }
}
