using Isthmus.Lines;
using Isthmus.Models;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>
/// The scores of lines as one HTML file without a script: the course of the share of odd lines, events, the odd lines with each word shaded by its bits, new
/// templates and odd windows.
/// </summary>
internal static class LineScorePage
{
    private const int MostEvents = 20,
        MostTemplates = 50,
        Width = 960,
        Height = 220,
        Characters = 240;

    // Bits of a word of the darkest shade: one in a thousand.
    private const double Darkest = 10;

    private const string Css =
        ".word{border-radius:3px;padding:0 .12em;background:color-mix(in srgb,var(--c3) var(--heat),transparent)}"
        + ".line-text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875rem;overflow-wrap:anywhere;min-width:16em}";

    /// <summary>Writes the page, completely or not at all.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public static void Write(string path, string data, ModelManifest model, LineReport report, IReadOnlyList<LineScore> most, LineScorer scorer) =>
        AtomicFile.WriteText(path, Render(data, model, report, most, scorer));

    /// <summary>Returns the page's text: the same scores give the same.</summary>
    public static string Render(string data, ModelManifest model, LineReport report, IReadOnlyList<LineScore> most, LineScorer scorer)
    {
        var name = data == "-" ? "standard input" : Path.GetFileName(data);
        return HtmlPage.Of(
            $"{name} scored",
            $"{model.Preset} of {Path.GetFileName(model.Provenance.Data)} on {name}",
            "What is unusual",
            lead: $"""
            <p class="lede">{Summary(report)}</p>
            {(Drift(report) is { } drift ? (Html)$"""<p class="verdict">{drift}</p>""" : null)}
            """,
            main: $"{Timeline(report)}{Odd(most)}{Events(report, scorer)}{New(report)}{Windows(report, most: report.MostOddWindows)}",
            footer: $"{Meaning(report)} p: the share of {NumberText.Of(report.Usual)} held-out lines of {Path.GetFileName(model.Provenance.Data)} that "
                + $"score as high.",
            css: Css
        );
    }

    /// <summary>Returns how many lines are odd.</summary>
    public static string Summary(LineReport report) =>
        $"{NumberText.Of(report.Over)} of {Counted.Of(report.Count, "line")} look unusual; about "
        + $"{NumberText.Of(Math.Round(report.Count * report.FalseAlarms))} would by chance.";

    /// <summary>Returns the threshold and the meaning of the score.</summary>
    public static string Meaning(LineReport report) =>
        $"unusual: a score above {NumberText.Of(report.Threshold, 3)}, as {NumberText.Percent(report.FalseAlarms)} of {NumberText.Of(report.Usual)} held-out "
        + "lines have. Score: bits of a line's words above the mean of such words, in standard deviations.";

    /// <summary>Returns how many lines are of new templates.</summary>
    public static string NewLines(LineReport report) =>
        report.New == 0
            ? "new: no line; each is of a template of the training lines."
            : $"new: {Counted.Of(report.New, "line")} of {Counted.Of(report.NewTemplates.Count, "template")} that no training line has.";

    /// <summary>Returns how many windows are odd.</summary>
    public static string Windows(LineReport report) =>
        $"windows of {report.Window} lines: {NumberText.Of(report.OddWindows)} of {NumberText.Of(report.Windows)} odd by order or counts of templates, at p up "
        + $"to {NumberText.Of(report.MostP, 2)}.";

    /// <summary>Returns the drift in words; null if there is none.</summary>
    public static string? Drift(LineReport report) =>
        report.Drift() is { } drift
            ? $"drift: since line {NumberText.Of(drift.Since)} {NumberText.Percent(drift.After)} of lines look unusual, before "
                + $"{NumberText.Percent(drift.Before)}."
            : null;

    private static Html Timeline(LineReport report)
    {
        (double From, double To, double Share)[] bars =
        [
            .. report.Stretches.Select(stretch => ((double)stretch.First, stretch.First + stretch.Lines, 100.0 * stretch.Over / stretch.Lines)),
        ];
        ChartAxis Across() => new("line", [1, bars[^1].To], tight: true, ticks: 8);
        var share = new SvgChart(
            "Share of odd lines by line",
            Across(),
            new("lines that look unusual, %", [0, .. bars.Select(bar => bar.Share)]),
            Height,
            Width
        )
            .Bars(bars, "on")
            .Threshold(100 * report.FalseAlarms, "by chance");
        double[] scores = [.. report.Events.Select(found => found.Peak.Deviations)];
        var events = new SvgChart("Events by line", Across(), new("highest score of an event", [report.Threshold, .. scores], padded: true), Height, Width)
            .Threshold(report.Threshold, "threshold")
            .Marks(report.Events.Select(found => ((double)found.Peak.Line, found.Peak.Deviations)), "s3", size: 3);
        return $"""
            <section id="timeline"><h2>The course</h2>
            <p>{Counted.Of(report.Events.Count, "event")}: odd lines of which each is at most 20 lines from the one before.</p>
            <div class="course"><figure class="scroll">{share.Draw()}</figure><figure class="scroll">{events.Draw()}</figure></div></section>
            """;
    }

    private static Html Odd(IReadOnlyList<LineScore> most) =>
        $"""
            <section id="lines"><h2>The oddest lines</h2>
            <p>Each word is shaded by the bits it costs after those before it: {Shades()}or more. Masks stand by their names.</p>
            <div class="scroll"><table><thead><tr><th class="n">line<th class="n">score<th class="n">bits<th class="n">p<th>words</tr></thead>
            <tbody>{most.Select(score =>
                (Html)(
                    $"""<tr>{Numbers(NumberText.Of(score.Line), NumberText.Of(score.Deviations, 3), NumberText.Of(score.Bits, 3))}"""
                        + $"""{Numbers(NumberText.Of(score.PValue, 2))}"""
                        + $"""<td class="line-text">{Words(score)}<br><span class="soft">usual: {Short(score.Nearest)}</span></tr>"""
                )
            )}</tbody></table></div></section>
            """;

    private static IEnumerable<Html> Shades() => new[] { 1.0, 4, 7, 10 }.Select(bits => (Html)$"{Word($"{NumberText.Of(bits)} bits", bits)} ");

    private static IEnumerable<Html> Words(LineScore score) =>
        score.Words.Where(word => word.Text.Length > 0).Select(word => (Html)$"{Word(word.Text, word.Bits)} ");

    // Cells of numbers, each aligned to the right.
    private static IEnumerable<Html> Numbers(params IEnumerable<string> numbers) => numbers.Select(number => (Html)$"""<td class="n">{number}""");

    private static Html Word(string text, double bits) =>
        (Html)
            $"""<span class="word" style="--heat:{(int)(70 * Math.Clamp(bits / Darkest, 0, 1))}%" title="{NumberText.Of(bits, 2)} bits">{Short(text)}</span>""";

    private static Html Events(LineReport report, LineScorer scorer) =>
        report.Events.Count == 0
            ? $"""<section id="events"><h2>No event</h2></section>"""
            : (Html)
                $"""
                    <section id="events"><h2>{(
                        report.Events.Count > MostEvents ? $"The {MostEvents} oddest of {NumberText.Of(report.Events.Count)} events" : "Events"
                    )}</h2>
                    <div class="scroll"><table><thead><tr><th class="n">first line<th class="n">last<th class="n">odd lines<th class="n">highest score
                    <th>oddest line</tr></thead>
                    <tbody>{report.Events.Take(MostEvents).Select(found =>
                        (Html)(
                            $"""<tr>{Numbers(NumberText.Of(found.First), NumberText.Of(found.Last), NumberText.Of(found.Over))}"""
                                + $"""<td class="n">{NumberText.Of(found.Peak.Deviations, 3)}"""
                                + $"""<td class="line-text">{NumberText.Of(found.Peak.Line)}: {Words(scorer.Explained(found.Peak))}</tr>"""
                        )
                    )}</tbody></table></div></section>
                    """;

    private static Html New(LineReport report) =>
        report.NewTemplates.Count == 0
            ? $"""<section id="new"><h2>No new template</h2></section>"""
            : (Html)
                $"""
                    <section id="new"><h2>New templates</h2>
                    <p>{NewLines(report)}{(report.NewTemplates.Count > MostTemplates ? $" The first {MostTemplates} are listed." : "")}</p>
                    <div class="scroll"><table><thead><tr><th class="n">first line<th class="n">lines<th>the first</tr></thead>
                    <tbody>{report.NewTemplates.Take(MostTemplates).Select(form =>
                        (Html)$"""<tr>{Numbers(NumberText.Of(form.Line), NumberText.Of(form.Times))}<td class="line-text">{Short(form.Text)}</tr>"""
                    )}</tbody></table></div></section>
                    """;

    private static Html Windows(LineReport report, IReadOnlyList<OddWindow> most) =>
        report.Window is null
            ? $""
            : (Html)
                $"""
                    <section id="windows"><h2>Windows</h2><p>{Windows(report)} Order: bits of the templates, each given the two before it, above the mean of
                    such, in standard deviations. Counts: bits by which the templates' shares differ from the usual ones.</p>
                    <div class="scroll"><table><thead><tr><th class="n">first line<th class="n">last<th class="n">order<th class="n">counts, bits<th class="n">p
                    <th>least expected lines, and numbers of templates</tr></thead>
                    <tbody>{most.Select(window =>
                        (Html)(
                            $"""<tr>{Numbers(NumberText.Of(window.First), NumberText.Of(window.Last), NumberText.Of(window.Order, 3))}"""
                                + $"""{Numbers(NumberText.Of(window.Counts, 3), NumberText.Of(window.PValue, 2))}"""
                                + $"""<td class="line-text">{Steps(window)}{Counts(window)}</tr>"""
                        )
                    )}</tbody></table></div></section>
                    """;

    private static IEnumerable<Html> Steps(OddWindow window) =>
        window.Steps.Select(step => (Html)$"<div>{NumberText.Of(step.Line)}: {NumberText.Of(step.Bits, 2)} bits  {Short(step.Text)}</div>");

    private static IEnumerable<Html> Counts(OddWindow window) =>
        window.Odd.Select(count =>
            (Html)$"""<div class="soft">{NumberText.Of(count.Times)} times, usually {NumberText.Of(count.Usual, 2)}: {Short(count.Text)}</div>"""
        );

    private static string Short(string? text) => text is { Length: > Characters } ? $"{text[..Characters]} ..." : text ?? "";
}
