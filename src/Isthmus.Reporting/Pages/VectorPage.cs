using Isthmus.Data.Vectors;
using Isthmus.Evaluation;

namespace Isthmus.Reporting.Pages;

/// <summary>Vectors: what the reconstruction keeps of each of the first columns.</summary>
internal sealed class VectorPage(VectorSchema vector) : KindPage(vector)
{
    private const int Columns = 12,
        Examples = 4;

    public override ReportContent Fill(ReportContent content, ModelViews views, EvaluationReport evaluation) =>
        views.Model.Likelihood.IsOfRecord ? content with { Columns = ColumnViews.Of(views, vector.Output, Columns, Examples) } : content;
}
