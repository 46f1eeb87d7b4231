using Isthmus.Data.Documents;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Evaluation;

namespace Isthmus.Reporting.Pages;

/// <summary>Records that count things.</summary>
internal abstract class CountPage(CountSchema schema) : KindPage(schema)
{
    public override string Worth(double bits, bool isDiscrete) => $"It pays for which {schema.Kind.Unit}s they are; how many there are is known.";
}

/// <summary>Histories of users over items.</summary>
internal sealed class InteractionPage(InteractionSchema schema) : CountPage(schema)
{
    public override bool IsCompleted => true;

    public override ReportContent Fill(ReportContent content, ModelViews views, EvaluationReport evaluation) =>
        content with
        {
            Items = ItemViews.Of(views, schema),
        };
}

/// <summary>Documents as counts of words: the map of topics, where the model has any.</summary>
internal sealed class DocumentPage(DocumentSchema schema) : CountPage(schema)
{
    public override ReportContent Fill(ReportContent content, ModelViews views, EvaluationReport evaluation) =>
        content with
        {
            Topics = TopicViews.Of(views, 8, 1),
        };
}
