using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>Sections of a page for lines of text.</summary>
internal static class LineSections
{
    public static Html Of(ReportContent content) => content.Lines is { } lines ? $"{Restored(lines)}{Drawn(lines)}{Between(lines)}" : (Html)$"";

    private static Html Restored(LineViews lines) =>
        lines.Restored.Count == 0
            ? $""
            : (Html)
                $"""
                    <section id="restored"><h2>What comes back</h2>
                    <p>Test lines, and the line that the decoder makes of each one's code, the most likely token each time.</p>
                    <div class="scroll"><table><thead><tr><th>line<th>from its code</tr></thead>
                    <tbody>{lines.Restored.Select(pair => (Html)$"""<tr><td>{pair.Line}<td>{pair.Restored}</tr>""")}</tbody></table></div></section>
                    """;

    private static Html Drawn(LineViews lines) =>
        lines.Drawn.Count == 0
            ? $""
            : (Html)
                $"""
                    <section id="samples"><h2>New lines</h2>
                    <p>Codes drawn from the prior, and a line drawn of each, token by token.</p>
                    <div class="scroll"><table><tbody>{lines.Drawn.Select(line => (Html)$"""<tr><td>{line}</tr>""")}</tbody></table></div></section>
                    """;

    private static Html Between(LineViews lines) =>
        lines.Between.Count == 0
            ? $""
            : (Html)
                $"""
                    <section id="between"><h2>Between two lines</h2>
                    <p>The most likely lines of codes on the way from the first test line to the second.</p>
                    <div class="scroll"><table><tbody>{lines.Between.Select(line => (Html)$"""<tr><td>{line}</tr>""")}</tbody></table></div></section>
                    """;
}
