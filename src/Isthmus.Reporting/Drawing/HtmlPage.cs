using System.Text.RegularExpressions;

namespace Isthmus.Reporting.Drawing;

/// <summary>
/// The shell of every page: one HTML file that opens anywhere, offline, and reads without its script if it has one; it follows the reader's
/// light or dark mode, reads on a phone and prints.
/// </summary>
internal static partial class HtmlPage
{
    /// <summary>Returns the page's text.</summary>
    /// <param name="title">The window's title; the program's name follows.</param>
    /// <param name="eyebrow">Kind of page, after the program's name.</param>
    /// <param name="heading">The heading.</param>
    /// <param name="lead">Text under the heading.</param>
    /// <param name="main">The sections.</param>
    /// <param name="footer">Notes that hold for every figure.</param>
    /// <param name="css">Rules of this page alone.</param>
    /// <param name="generator">Program and version.</param>
    /// <param name="script">Script of this page alone, which nothing from the data is part of.</param>
    /// <param name="hasContents">True for a list of the sections that have an id.</param>
    public static string Of(
        string title,
        string eyebrow,
        string heading,
        Html lead,
        Html main,
        Html footer,
        string css = "",
        string? generator = null,
        string? script = null,
        bool hasContents = false
    )
    {
        Html? last = null;
        if (script is not null)
        {
            last = new Html(0, 0);
            last.AppendLiteral($"<script>{script}</script>");
        }
        // Rules are no text: they go in as they are.
        var style = new Html(0, 0);
        style.AppendLiteral(ReportStyle.Css + css);
        Html page = $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            {(generator is null ? null : (Html)$"""<meta name="generator" content="{generator}">""")}
            <title>{title} · Isthmus</title>
            <style>
            {style}
            </style>
            </head>
            <body>
            <header>
            <div class="eyebrow">Isthmus · {eyebrow}</div>
            <h1>{heading}</h1>
            {lead}
            </header>
            {(hasContents ? Contents(main.ToString()) : null)}
            <main>
            {main}
            </main>
            <footer>{footer}</footer>{last}
            </body>
            </html>
            """;
        return page.ToString();
    }

    // Headings are markup already.
    private static Html Contents(string main)
    {
        var list = new Html(0, 0);
        foreach (Match section in Section().Matches(main))
            list.AppendLiteral($"<li><a href=\"#{section.Groups[1].Value}\">{section.Groups[2].Value}</a></li>");
        return $"""<nav class="contents" aria-label="Contents"><ul>{list}</ul></nav>""";
    }

    [GeneratedRegex("<section id=\"([\\w-]+)\"><h2>(.*?)</h2>")]
    private static partial Regex Section();
}
