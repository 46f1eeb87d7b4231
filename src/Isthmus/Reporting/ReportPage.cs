namespace Isthmus.Reporting;

/// <summary>
/// A run's report: one HTML file that opens anywhere, offline, without a script. Pictures are PNG data, charts inline
/// SVG; it follows the reader's light or dark mode, reads on a phone and prints.
/// </summary>
public static class ReportPage
{
    /// <summary>Writes the page, whole or not at all.</summary>
    /// <param name="path">Where to: usually <c>report.html</c> in the run folder.</param>
    /// <param name="content">What it shows.</param>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public static void Write(string path, ReportContent content) => AtomicFile.WriteText(path, Render(content));

    /// <summary>The page's text: the same content gives the same.</summary>
    public static string Render(ReportContent content)
    {
        var words = new ReportWords(content);
        Html page = $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="{content.Provenance.MadeBy}">
            <title>{content.Name} · Isthmus</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <header>
            <div class="eyebrow">Isthmus · {content.Specification.Preset} on {ReportWords.DataName(content)}</div>
            <h1>{content.Name}</h1>
            <p class="lede">{words.Summary()}</p>
            {words.Isthmus()}
            <div class="figures">{words.Headlines().Select(headline => (Html)$"""<div class="figure"><b>{headline.Number} <i>{headline.Unit}</i></b><span>{headline.Words}</span></div>""")}</div>
            <p class="verdict"><b>Verdict.</b> {content.Evaluation.Verdict}</p>
            </header>
            <main>
            {LearningSection.Of(content)}
            {PictureSections.Of(content)}
            {TopicSections.Of(content)}
            {CodeSections.Of(content)}
            {PictureSections.Denoised(content)}
            {FigureSections.Of(content)}
            </main>
            <footer>Written by {content.Provenance.MadeBy}. Every figure is of the {NumberText.Of(content.Evaluation.Records)} test records, which were neither fitted on nor used to choose the epoch; ± is one standard error.</footer>
            </body>
            </html>
            """;
        return page.ToString();
    }

    private static Html Style
    {
        get
        {
            var style = new Html(0, 0);
            style.AppendLiteral(ReportStyle.Css);
            return style;
        }
    }
}
