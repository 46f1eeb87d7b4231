using Isthmus.Information;
using Isthmus.Measures;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>
/// The pairs of a table as one HTML file without a script: a heat map in one hue, whose cells say their bits, the columns, and
/// the strongest pairs. It follows the reader's light or dark mode and reads on a phone.
/// </summary>
public static class InformationPage
{
    private const double Level = 0.05;
    private const int Shown = 30;
    private const string Css =
        ".pairs td:first-child{min-width:10em}"
        + ".heat rect{fill:var(--c0);stroke:var(--line)}.heat rect.own{fill:var(--panel)}.heat text{font-size:12px;fill:var(--ink)}.heat "
        + ".faint{fill:var(--soft)}";

    /// <summary>Writes the page, completely or not at all.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public static void Write(string path, PairwiseInformation information) => AtomicFile.WriteText(path, Render(information));

    /// <summary>Returns the page's text: the same results give the same.</summary>
    public static string Render(PairwiseInformation information)
    {
        var name = Path.GetFileName(information.Table.Name);
        var found = information.Pairs.Where(pair => pair.Information is not null).ToArray();
        var dependent = found.Count(pair => pair.AdjustedPValue <= Level);
        var test =
            information.Permutations > 0
                ? $"p by {NumberText.Of(information.Permutations)} permutations, seed {information.Seed}, "
                    + $"of the plug-in information of categories (numbers in N^⅓ bins of equal mass, at most 5,000 rows), "
                    + $"adjusted by Benjamini and Hochberg over {NumberText.Of(found.Length)} pairs; "
                    + $"the smallest possible p is {NumberText.Of(1.0 / (information.Permutations + 1), 2)} before adjusting."
                : "Independence was not tested.";
        return HtmlPage.Of(
            name,
            "information",
            name,
            lead: $"""
            <p class="lede">{NumberText.Of(information.Table.Rows)} rows, {NumberText.Of(information.Columns.Count)} columns. {Lede(
                information,
                found,
                dependent
            )}</p>
            """,
            main: $"""
            <section><h2>Each pair of columns</h2>
            <p>Mutual information in bits. The deeper the colour, the stronger the dependence:
            √(1 − e<sup>−2I</sup>), the correlation of a Gaussian pair with as much information. On the diagonal, the column's own entropy (<i>h</i>:
            differential, relative to the column's unit).{(
                information.Permutations > 0 ? " A dot: no dependence found at 5 %, adjusted for all pairs." : ""
            )}</p>
            {InformationHeatMap.Draw(information)}</section>
            <section><h2>The strongest pairs</h2>
            {Pairs(information, found)}</section>
            <section><h2>The columns</h2>
            {Columns(information)}</section>
            {Warnings(found)}
            """,
            footer: $"""± is one standard error. {test} Rows with a missing value in a pair are left out of that pair.""",
            css: Css
        );
    }

    private static Html Lede(PairwiseInformation information, ColumnPair[] found, int dependent)
    {
        if (found.Length == 0)
            return $"No pair could be measured.";
        var strongest = found.Where(pair => pair.IsFound).MaxBy(pair => pair.Strength);
        var test =
            information.Permutations > 0
                ? (Html)$"{NumberText.Of(dependent)} of {NumberText.Of(found.Length)} pairs depend on each other (adjusted p at most 5 %). "
                : $"";
        return strongest is null
            ? (Html)$"{test}No pair differs from independence."
            : $"{test}The strongest are {Name(information, strongest.X)} and {Name(information, strongest.Y)}: {Bits(strongest.Information!)} bits.";
    }

    private static Html Pairs(PairwiseInformation information, ColumnPair[] found) =>
        $"""
            <div class="scroll"><table class="pairs">
            <tr><th>pair</th><th class="n">bits</th><th class="n">p, adjusted</th><th class="n">rows</th><th>estimator</th></tr>
            {found.OrderByDescending(pair => pair.IsFound).ThenByDescending(pair => pair.Strength).Take(Shown).Select(pair =>
                (Html)(
                    $"""<tr><td>{Name(information, pair.X)} and {Name(information, pair.Y)}</td><td class="n">{Bits(pair.Information!)}</td>"""
                        + $"""<td class="n">{(pair.AdjustedPValue is { } p ? NumberText.Of(p, 2) : "")}</td><td class="n">"""
                        + $"""{NumberText.Of(pair.Information!.Rows)}</td><td>"""
                        + $"""{pair.Information.Chosen.Estimator}{(pair.Information.Chosen.Warnings.Count > 0 ? " ⚠" : "")}</td></tr>"""
                )
            )}
            </table></div>{(
                found.Length > Shown
                    ? (Html)$"<p class=\"soft\">{NumberText.Of(found.Length - Shown)} weaker pairs are in the map.</p>"
                    : null
            )}
            """;

    private static Html Columns(PairwiseInformation information) =>
        $"""
            <div class="scroll"><table><tr><th>column</th><th>measured as</th><th class="n">values</th><th class="n">missing</th>
            <th class="n">entropy, bits</th><th>estimator</th></tr>
            {information.Columns.Select(column =>
                (Html)(
                    $"""<tr><td>{column.Column.Name}</td><td>"""
                        + $"""{(column.Column.IsCounted ? column.Column.IsNumber ? "numbers as categories" : "categories" : "numbers")}</td><td class="n">"""
                        + $"""{NumberText.Of(column.Column.Distinct)}</td><td class="n">{NumberText.Of(column.Column.Missing)}</td><td class="n">"""
                        + $"""{(column.Entropy is { } entropy ? (entropy.IsDifferential ? "h " : "") + Bits(entropy) : "none")}</td><td>"""
                        + $"""{column.Entropy?.Chosen.Estimator ?? column.Problem?.ToString()}</td></tr>"""
                )
            )}
            </table></div>
            """;

    private static Html? Warnings(ColumnPair[] found)
    {
        var warnings = found.SelectMany(pair => pair.Information!.Chosen.Warnings).CountBy(Kind).OrderByDescending(warning => warning.Value).ToArray();
        return warnings.Length == 0
            ? null
            : (Html)(
                $"""<section><h2>What to doubt</h2><ul>"""
                + $"""{warnings.Select(warning => (Html)$"<li>{Counted.Of(warning.Value, "pair")} (⚠): {warning.Key}</li>")}</ul></section>"""
            );
    }

    /// <summary>Returns a warning without its numbers, so that those of many pairs count as one.</summary>
    internal static string Kind(string warning) => System.Text.RegularExpressions.Regex.Replace(warning, @"−?\d[\d,.]*\d|\d", "…");

    private static string Bits(MeasuredFigure figure) =>
        InformationUnits.NatsToBits(figure.Shown) is var bits ? NumberText.Of(bits.Value, bits.StandardError) : "";

    private static string Name(PairwiseInformation information, int column) => information.Columns[column].Column.Name;
}
