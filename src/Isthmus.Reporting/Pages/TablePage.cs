using Isthmus.Data.Tables;
using Isthmus.Evaluation;
using Isthmus.Tables;

namespace Isthmus.Reporting.Pages;

/// <summary>Rows of mixed columns: each column and what comes back; of a series, its course and its score.</summary>
internal sealed class TablePage(TableSchema table) : KindPage(table)
{
    public override ReportContent Fill(ReportContent content, ModelViews views, EvaluationReport evaluation) =>
        table.Series is null
            ? content with
            {
                TableColumns = TableViews.Of(views, table),
            }
            : content with
            {
                Series = ScoredTable.Of([views.Trained], views.Trained.Provenance.Data),
            };
}
