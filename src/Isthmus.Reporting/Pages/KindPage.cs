using Isthmus.Data.Documents;
using Isthmus.Data.Images;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Data.Vectors;
using Isthmus.Evaluation;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>
/// What the page of a run says and shows of its kind of record; as it stands here, of records of which nothing is known but their columns.
/// A kind that has more to show derives from it and is named in <see cref="Kinds"/>.
/// </summary>
internal class KindPage(DataSchema schema)
{
    private static readonly MadeByKind<KindPage> Kinds = new MadeByKind<KindPage>(schema => new(schema))
        .With<ImageSchema>(ImageKind.Instance, schema => new ImagePage(schema))
        .With<VectorSchema>(VectorKind.Instance, schema => new VectorPage(schema))
        .With<TableSchema>(TableKind.Instance, schema => new TablePage(schema))
        .With<InteractionSchema>(InteractionKind.Instance, schema => new InteractionPage(schema))
        .With<DocumentSchema>(DocumentKind.Instance, schema => new DocumentPage(schema));

    /// <summary>The page of a schema's kind.</summary>
    public static KindPage Of(DataSchema schema) => Kinds.Of(schema);

    /// <summary>One record: "picture".</summary>
    public virtual string Record => schema.Kind.Noun(schema);

    /// <summary>One record as numbers: "784 values of 8 bits".</summary>
    public virtual Html Raw => $"{Counted.Of(schema.Dimension, schema.Kind.Unit)}";

    /// <summary>The bits that a record takes where it is stored plainly; null where that is not known.</summary>
    public virtual double? PlainBits => null;

    /// <summary>Whether validation predicts what is held out of a record, which is neither a bound nor comparable with the training loss.</summary>
    public virtual bool IsCompleted => false;

    /// <summary>What the bits that a record costs are of use for.</summary>
    /// <param name="bits">A record's cost.</param>
    /// <param name="isDiscrete">Whether they are of a probability and not of a density.</param>
    public virtual string Worth(double bits, bool isDiscrete) => "A density's bits are no code length.";

    /// <summary>The content with what is drawn of such records.</summary>
    /// <param name="content">What all kinds have.</param>
    /// <param name="views">Looks into the model.</param>
    /// <param name="evaluation">The model's figures.</param>
    public virtual ReportContent Fill(ReportContent content, ModelViews views, EvaluationReport evaluation) => content;
}
