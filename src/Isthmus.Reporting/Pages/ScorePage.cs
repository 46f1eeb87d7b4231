using Isthmus.Models;
using Isthmus.Reporting.Drawing;
using Isthmus.Tables;

namespace Isthmus.Reporting.Pages;

/// <summary>
/// The scores of a table as one HTML file without a script: the unusual rows and why; of a series its course with what is over the threshold marked, and its
/// events.
/// </summary>
public static class ScorePage
{
    private const int MostEvents = 20,
        MostColumns = 8,
        Bins = 40;

    /// <summary>Writes the page, completely or not at all.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public static void Write(string path, string data, ModelManifest model, TableScoreOptions options, ScoredTable scores) =>
        AtomicFile.WriteText(path, Render(data, model, options, scores));

    /// <summary>Returns the page's text: the same scores give the same.</summary>
    public static string Render(string data, ModelManifest model, TableScoreOptions options, ScoredTable scores)
    {
        var name = Path.GetFileName(data);
        return HtmlPage.Of(
            $"{name} scored",
            $"{model.Preset} of {Path.GetFileName(model.Provenance.Data)} on {name}",
            "What is unusual",
            lead: $"""
            <p class="lede">{scores.Summary}</p>
            {Words(scores).Select(words => (Html)$"""<p class="verdict">{words}</p>""")}
            """,
            main: $"""
            {Histogram(scores)}
            {SeriesSection.Of(scores)}
            {Events(scores.Series) ?? Rows(scores)}
            {(
                scores.Notes.Count == 0
                    ? null
                    : (Html)(
                        $"""<section><h2>Not seen in the training rows</h2><ul>"""
                            + $"""{scores.Notes.Select(note => (Html)$"<li>{note.ToString()}</li>")}</ul></section>"""
                    )
            )}
            """,
            footer: $"Score {options.Kind.ToString().ToLowerInvariant()}, seed {options.Seed}. {Meaning(options.Kind)} Unusual: more than "
                + $"{NumberText.Of(scores.Threshold)} bits, as are about {NumberText.Percent(scores.Usual.ExpectedShare(scores.FalseAlarms))} of usual rows. "
                + $"p: the fraction of {NumberText.Of(scores.Usual.Ascending.Count)} usual rows "
                + $"of {Path.GetFileName(model.Provenance.Data)} that score as high. "
                + $"{scores.Verdict}"
        );
    }

    /// <summary>Returns the meaning of a bit of a score.</summary>
    public static string Meaning(RowScoreKind kind) =>
        kind == RowScoreKind.Combined
            ? "Bits: −log₂ of the fraction of usual rows that score as high; 10 bits are one row in 1,024."
            : "Bits: −log₂ of a probability of the row.";

    private static IEnumerable<string> Words(ScoredTable scores) =>
        new[] { scores.Series?.Drift?.ToString(), scores.Drift, scores.SmallSample }.OfType<string>();

    /// <summary>Returns the scores as a histogram over that of usual rows, with the threshold; null of no scores.</summary>
    private static Html? Histogram(ScoredTable scores)
    {
        double[] own = [.. scores.Sample.Where(float.IsFinite).Select(bits => (double)bits)],
            usual = [.. scores.Usual.Ascending.Select(bits => (double)bits)];
        if (own.Length == 0)
            return null;
        var across = new ChartAxis("score, bits", own.Concat(usual).Append(scores.Threshold));
        double[] Shares(double[] values)
        {
            var shares = new double[Bins];
            foreach (var value in values)
                shares[Math.Clamp((int)(across.Place(value) * Bins), 0, Bins - 1)] += 100.0 / values.Length;
            return shares;
        }
        var (shares, like, width) = (Shares(own), Shares(usual), (across.Most - across.Least) / Bins);
        // Few rows are unusual: on a scale of square roots they can be seen.
        var up = new ChartAxis("rows, % (square-root scale)", [0, .. shares.Concat(like).Select(Math.Sqrt)]) { Format = root => NumberText.Of(root * root, 2) };
        IEnumerable<(double, double, double)> Bars(bool over) =>
            shares
                .Select((share, bin) => (From: across.Least + bin * width, To: across.Least + (bin + 1) * width, Math.Sqrt(share)))
                .Where(bar => (bar.From + bar.To) / 2 > scores.Threshold == over);
        var chart = new SvgChart("Histogram of the scores, bits", across, up, height: 240, width: 720)
            .Bars(Bars(false), "s0")
            .Bars(Bars(true), "s3")
            .Line(like.Select((share, bin) => (across.Least + (bin + 0.5) * width, Math.Sqrt(share))), "usual")
            .Moment(scores.Threshold, $"threshold {NumberText.Of(scores.Threshold, 3)}");
        return $"""
            <section id="scores"><h2>The scores</h2>
            <div class="legend"><span>{ClassColours.Swatch("s0")}rows of this table</span><span>{ClassColours.Swatch("s3")}over the threshold</span><span><svg
            viewBox="0 0 24 10" aria-hidden="true"><path class="line usual" d="M0 5H24"/></svg>usual rows</span></div>
            <figure class="wide">{chart.Draw()}</figure>
            {(
                own.Length < scores.Count ? (Html)$"<p class=\"soft\">{NumberText.Of(own.Length)} of {NumberText.Of(scores.Count)} rows, at random.</p>" : null
            )}</section>
            """;
    }

    private static Html Rows(ScoredTable scores)
    {
        if (scores.MostSurprising.Count == 0)
            return $"<section><h2>No row looks unusual</h2></section>";
        var names = scores.MostSurprising[0].Identifiers.Select(identifier => identifier.Name);
        // The columns that say most in these rows, in the table's own order.
        int[] columns =
        [
            .. Enumerable
                .Range(0, scores.MostSurprising[0].Cells.Count)
                .OrderByDescending(column => scores.MostSurprising.Sum(row => row.Cells[column].Bits))
                .Take(MostColumns)
                .Order(),
        ];
        Html Cell(ScoreReason cell) => $"""<td class="h{Shade(cell.Bits)}" title="{NumberText.Of(cell.Bits, 2)} bits">{cell.Value}</td>""";
        // A cell that holds the whole threshold is the darkest.
        int Shade(float bits) => Math.Clamp((int)(5 * bits / Math.Max(scores.Threshold, 1)), 0, 4);
        return $"""
            <section><h2>{(scores.Over > scores.MostSurprising.Count ? $"The {scores.MostSurprising.Count} most unusual rows" : "The unusual rows")}</h2>
            {(columns.Length > 0 ? (Html)$"<p>Cells are shaded by their share of the score; point at one for its bits.</p>" : null)}
            <div class="scroll"><table class="rows"><tr><th class="n">row</th>{names.Select(name =>
                (Html)$"<th>{name}</th>"
            )}<th class="n">bits</th><th class="n">p</th>{columns.Select(column =>
                (Html)$"<th>{scores.MostSurprising[0].Cells[column].Column}</th>"
            )}<th>why</th></tr>
            {scores.MostSurprising.Select(row =>
                (Html)(
                    $"""<tr><td class="n">{NumberText.Of(row.Row)}</td>"""
                        + $"""{row.Identifiers.Select(identifier => (Html)$"<td>{identifier.Value}</td>")}<td class="n">"""
                        + $"""{NumberText.Of(row.Bits, 3)}</td><td class="n">{NumberText.Of(row.PValue, 2)}</td>"""
                        + $"""{columns.Select(column => Cell(row.Cells[column]))}<td style="min-width:20em">"""
                        + $"""{Why(row.Why)}</td></tr>"""
                )
            )}
            </table></div></section>
            """;
    }

    /// <summary>Returns the events of a series, the greatest first; null for a table that is no series.</summary>
    private static Html? Events(ScoredSeries? series)
    {
        if (series is null)
            return null;
        if (series.Events.Count == 0)
            return $"<section><h2>No unusual stretch</h2></section>";
        return $"""
            <section><h2>{(series.Events.Count > MostEvents ? $"The {MostEvents} most unusual of {series.Events.Count} stretches" : "Unusual stretches")}</h2>
            <div class="scroll"><table><tr><th>start</th><th>end</th><th class="n">rows</th><th>peak</th><th class="n">bits</th><th class="n">p</th>
            <th>why, with the values at the peak</th></tr>
            {series.Events.OrderByDescending(found => found.Bits).Take(MostEvents).Select(found =>
                (Html)(
                    $"""<tr><td>{found.Start}</td><td>{found.End}</td><td class="n">{NumberText.Of(found.Last - found.First + 1)}</td><td>"""
                        + $"""{found.PeakTime}</td><td class="n">{NumberText.Of(found.Bits, 3)}</td><td class="n">"""
                        + $"""{NumberText.Of(found.PValue, 2)}</td><td style="min-width:20em">{Why(found.Why)}</td></tr>"""
                )
            )}
            </table></div></section>
            """;
    }

    private static IEnumerable<Html> Why(ScoreReasons why) => why.Lines.Select(line => (Html)$"<div>{line}</div>");
}
