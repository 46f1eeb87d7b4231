using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>Table of the columns of a model of rows.</summary>
internal static class TableSections
{
    /// <summary>Returns the section; null for other models.</summary>
    public static Html? Of(ReportContent content) =>
        content.TableColumns.Count == 0
            ? null
            : (Html)
                $"""
                    <section id="columns"><h2>The columns</h2>
                    <p>Values of test rows, and how well each comes back through the code: the root mean squared error of numbers in the column's own unit,
                    the fraction of categories that come back wrong. <i>Kept</i> is the part of a column's variance that comes back; for categories, the part of
                    the errors of the most frequent one that are avoided: 100 % is perfect, and 0 % no better than the mean or the most frequent category.</p>
                    <div class="scroll"><table class="columns"><thead><tr><th>column<th>kind<th>values<th>from<th>to<th class="n">missing<th class="n">error<th
                    class="n">kept</tr></thead><tbody>{content.TableColumns.OrderBy(column => column.Kept ?? 2).Select(Row)}</tbody></table></div></section>
                    """;

    private static Html Row(TableColumnView column) =>
        $"""
            <tr><td>{column.Name}<td>{column.Kind.ToString().ToLowerInvariant()}<td>{SmallBars.Of(
                column.Bars,
                [],
                $"Values of {column.Name}"
            )}<td>{column.From}<td>{column.To}<td class="n">{NumberText.Percent(column.Missing)}<td class="n">{Error(column)}<td class="n">{(
                column.Kept is { } kept ? NumberText.Percent(kept) : ""
            )}</tr>
            """;

    private static string Error(TableColumnView column) =>
        column.Error is not { } error ? ""
        : column.Unit == "wrong" ? $"{NumberText.Percent(error)} wrong"
        : column.Unit.Length > 0 ? $"{NumberText.Of(error, 3)} {column.Unit}"
        : NumberText.Of(error, 3);
}
