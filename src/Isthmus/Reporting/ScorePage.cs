using Isthmus.Applications;
using Isthmus.Models;

namespace Isthmus.Reporting;

/// <summary>The scores of a table as one HTML file without a script: the most surprising rows and why; of a series also its course, with what is over the threshold marked.</summary>
public static class ScorePage
{
    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public static void Write(string path, string data, ModelManifest model, ScoreOptions options, ScoredTable scores) => AtomicFile.WriteText(path, Render(data, model, options, scores));

    /// <summary>The page's text: the same scores give the same.</summary>
    public static string Render(string data, ModelManifest model, ScoreOptions options, ScoredTable scores)
    {
        var name = Path.GetFileName(data);
        return HtmlPage.Of($"{name} scored", $"{model.Preset} of {Path.GetFileName(model.Provenance.Data)} on {name}", "What is surprising",
            lead: $"""
            <p class="lede">{NumberText.Of(scores.Over)} of {NumberText.Of(scores.Count)} rows score over {NumberText.Of(scores.Threshold)} bits, as {NumberText.Percent(options.FalseAlarms)} of usual rows do.</p>
            <p class="verdict"><b>Verdict.</b> {scores.Verdict}</p>
            """,
            main: $"""
            {SeriesSection.Of(scores)}
            <section><h2>The most surprising rows</h2>
            <div class="scroll"><table><tr><th class="n">row</th>{(scores.Series is null ? null : (Html)$"<th>time</th>")}<th class="n">bits</th><th class="n">p</th><th>columns that have most in it, bits</th></tr>
            {scores.MostSurprising.Select(row => (Html)$"""<tr><td class="n">{NumberText.Of(row.Row)}</td>{(row.Time is null ? null : (Html)$"<td>{row.Time}</td>")}<td class="n">{NumberText.Of(row.Bits)}</td><td class="n">{NumberText.Of(row.PValue, 2)}</td><td>{string.Join(", ", row.Reasons.Select(reason => $"{reason.Column} {NumberText.Of(reason.Bits, 3)}"))}</td></tr>""")}
            </table></div></section>
            {(scores.Notes.Count == 0 ? null : (Html)$"""<section><h2>What the training rows had nothing like</h2><ul>{scores.Notes.Select(note => (Html)$"<li>{note}</li>")}</ul></section>""")}
            """,
            footer: $"Score {options.Kind.ToString().ToLowerInvariant()}, seed {options.Seed}. p: the share of {NumberText.Of(scores.Usual.Rising.Count)} held-out rows of {Path.GetFileName(model.Provenance.Data)} that score as high.");
    }
}
