using System.Globalization;
using Isthmus.Applications;
using Isthmus.Models;

namespace Isthmus.Reporting;

/// <summary>The scores of a table as one HTML file without a script: the most surprising rows and why; of a series also its course, with what is over the threshold marked.</summary>
public static class ScorePage
{
    private const int MostPieces = 400, MostCharts = 8;

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public static void Write(string path, string data, ModelManifest model, ScoreOptions options, ScoredTable scores) => AtomicFile.WriteText(path, Render(data, model, options, scores));

    /// <summary>The page's text: the same scores give the same.</summary>
    public static string Render(string data, ModelManifest model, ScoreOptions options, ScoredTable scores)
    {
        var name = Path.GetFileName(data);
        var style = new Html(0, 0);
        style.AppendLiteral(ReportStyle.Css);
        Html page = $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{name} scored · Isthmus</title>
            <style>
            {style}
            </style>
            </head>
            <body>
            <header>
            <div class="eyebrow">Isthmus · {model.Preset} of {Path.GetFileName(model.Provenance.Data)} on {name}</div>
            <h1>What is surprising</h1>
            <p class="lede">{NumberText.Of(scores.Over)} of {NumberText.Of(scores.Count)} rows score over {NumberText.Of(scores.Threshold)} bits, as {NumberText.Percent(options.FalseAlarms)} of usual rows do.</p>
            <p class="verdict"><b>Verdict.</b> {scores.Verdict}</p>
            </header>
            <main>
            {Course(scores)}
            <section><h2>The most surprising rows</h2>
            <div class="scroll"><table><tr><th class="n">row</th>{(scores.Series is null ? null : (Html)$"<th>time</th>")}<th class="n">bits</th><th class="n">p</th><th>columns that have most in it, bits</th></tr>
            {scores.MostSurprising.Select(row => (Html)$"""<tr><td class="n">{NumberText.Of(row.Row)}</td>{(row.Time is null ? null : (Html)$"<td>{row.Time}</td>")}<td class="n">{NumberText.Of(row.Bits)}</td><td class="n">{NumberText.Of(row.PValue, 2)}</td><td>{string.Join(", ", row.Reasons.Select(reason => $"{reason.Column} {NumberText.Of(reason.Bits, 3)}"))}</td></tr>""")}
            </table></div></section>
            {(scores.Notes.Count == 0 ? null : (Html)$"""<section><h2>What the training rows had nothing like</h2><ul>{scores.Notes.Select(note => (Html)$"<li>{note}</li>")}</ul></section>""")}
            </main>
            <footer>Score {options.Kind.ToString().ToLowerInvariant()}, seed {options.Seed}. p: the share of {NumberText.Of(scores.Usual.Rising.Count)} held-out rows of {Path.GetFileName(model.Provenance.Data)} that score as high.</footer>
            </body>
            </html>
            """;
        return page.ToString();
    }

    private static Html? Course(ScoredTable scores)
    {
        if (scores.Series is not { } series)
            return null;
        var (places, label, format) = Places(series.Times);
        int[] over = [.. Enumerable.Range(0, series.Scores.Count).Where(row => series.Scores.Bits[row] > scores.Threshold)];
        ChartAxis Across() => new(label, places, tight: true) { Format = format };
        Html Panel(string name, double[] values, Func<SvgChart, SvgChart> more)
        {
            var chart = new SvgChart($"{name} by {label}", Across(), new(name, values, padded: true)).Line(Thinned(places, values), "held");
            return $"<figure>{more(chart).Draw()}</figure>";
        }
        var columns = series.Scores.Columns;
        var bits = Array.ConvertAll(series.Scores.Bits, value => (double)value);
        return $"""
            <section><h2>Its course</h2>
            <p>Rows over the threshold are marked. A row scores the mean over the windows that hold it.{(columns.Count > MostCharts ? $" The first {MostCharts} of {columns.Count} columns are drawn." : "")}</p>
            <div class="panels">{columns.Take(MostCharts).Select((column, place) =>
            {
                double[] values = [.. Enumerable.Range(0, bits.Length).Select(row => series.Values[row * columns.Count + place])];
                return Panel(column, values, chart => chart.Marks(over.Select(row => (places[row], values[row])), "s3"));
            })}{Panel("score, bits", bits, chart => chart.Threshold(scores.Threshold, "threshold").Marks(over.Select(row => (places[row], bits[row])), "s3"))}</div></section>
            """;
    }

    /// <summary>Where rows stand: at their dates if all are such, otherwise at their numbers.</summary>
    private static (double[] Places, string Label, Func<double, string>? Format) Places(IReadOnlyList<string> times)
    {
        var dates = new double[times.Count];
        for (var row = 0; row < dates.Length; row++)
            if (DateTime.TryParse(times[row], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                dates[row] = date.ToOADate();
            else
                return ([.. Enumerable.Range(1, times.Count).Select(number => (double)number)], "row", null);
        var isShort = dates[^1] - dates[0] < 3;
        return (dates, "time", days => DateTime.FromOADate(days).ToString(isShort ? "d MMM HH:mm" : "d MMM yy", CultureInfo.InvariantCulture));
    }

    /// <summary>Of more rows than can be told apart, the least and the greatest of each piece, in their order.</summary>
    private static IEnumerable<(double X, double Y)> Thinned(double[] places, double[] values)
    {
        var size = Math.Max(1, values.Length / MostPieces);
        foreach (var piece in Enumerable.Range(0, values.Length).Chunk(size))
            foreach (var row in new[] { piece.MinBy(row => values[row]), piece.MaxBy(row => values[row]) }.Distinct().Order())
                yield return (places[row], values[row]);
    }
}
