using Isthmus.Evaluation;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>A run's report. Pictures are PNG data, charts inline SVG.</summary>
internal static class ReportPage
{
    // Results in large letters.
    private const int Headlines = 2;

    /// <summary>Writes the page, completely or not at all.</summary>
    /// <param name="path">Path of the file, usually <c>report.html</c> in the run folder.</param>
    /// <param name="content">Content of the page.</param>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public static void Write(string path, ReportContent content) => AtomicFile.WriteText(path, Render(content));

    /// <summary>Returns the page's text: the same content gives the same.</summary>
    public static string Render(ReportContent content)
    {
        var words = new ReportWords(content);
        var results = words.Headlines();
        static Html Figures(IEnumerable<(string Number, string Unit, Html Words)> results) =>
            $"""<div class="figures">{results.Select(result =>
                (Html)$"""<div class="figure"><b>{result.Number} <i>{result.Unit}</i></b><span>{result.Words}</span></div>"""
            )}</div>""";
        return HtmlPage.Of(
            content.Name,
            $"{content.Specification.Preset} on {ReportWords.DataName(content)}",
            content.Name,
            lead: $"""
            {Verdict(content.Evaluation)}
            <p class="lede">{words.Summary()}</p>
            <div class="main-figures">{Figures(results.Take(Headlines))}{words.Isthmus()}</div>
            {(
                results.Count > Headlines
                    ? (Html)$"""<details><summary>{results.Count - Headlines} more results in words</summary>{Figures(results.Skip(Headlines))}</details>"""
                    : null
            )}
            """,
            main: $"""
            {LearningSection.Of(content)}
            {SeriesSection.Of(content.Series)}
            {PictureSections.Of(content)}
            {TableSections.Of(content)}
            {ItemSections.Of(content)}
            {TopicSections.Of(content)}
            {LineSections.Of(content)}
            {CodeSections.Of(content)}
            {PictureSections.Denoised(content)}
            {FigureSections.Of(content)}
            """,
            footer: $"Written by {content.Provenance.MadeBy}. Every figure is of {Counted.Of(content.Evaluation.Records, $"test {content.Kind.Record}")}, "
                + $"used neither to train nor to choose the epoch; ± is one standard error.",
            generator: content.Provenance.MadeBy,
            hasContents: true
        );
    }

    /// <summary>Returns a command that breaks before its options only.</summary>
    private static Html Command(string command) =>
        $"<code>{command.Split(" --").Select((part, i) => (Html)$"{(i == 0 ? "" : " ")}<span>{(i == 0 ? "" : "--")}{part}</span>")}</code>";

    /// <summary>Returns the verdict with its state in a word first, and its command.</summary>
    private static Html Verdict(EvaluationReport evaluation)
    {
        var state = VerdictStates.Of(evaluation.Verdict).ToString();
        Html words =
            evaluation.Next is { } next && evaluation.Verdict.EndsWith(next, StringComparison.Ordinal)
                ? $"{evaluation.Verdict[..^next.Length]}{Command(next)}"
                : (Html)$"{evaluation.Verdict}";
        return $"""<p class="verdict {state.ToLowerInvariant()}"><b>{state}.</b> {words}</p>""";
    }
}
