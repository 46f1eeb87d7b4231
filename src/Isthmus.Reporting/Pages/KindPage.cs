using Isthmus.Data.Documents;
using Isthmus.Data.Images;
using Isthmus.Data.Interactions;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Data.Vectors;
using Isthmus.Evaluation;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>
/// Parts of a run's page that depend on the kind of record; the base class serves records of which nothing but columns is known. A kind with more to show
/// derives from it and is named in <see cref="Kinds"/>.
/// </summary>
internal class KindPage(DataSchema schema)
{
    private static readonly MadeByKind<KindPage> Kinds = new MadeByKind<KindPage>(schema => new(schema))
        .With<ImageSchema>(ImageKind.Instance, schema => new ImagePage(schema))
        .With<VectorSchema>(VectorKind.Instance, schema => new VectorPage(schema))
        .With<TableSchema>(TableKind.Instance, schema => new TablePage(schema))
        .With<InteractionSchema>(InteractionKind.Instance, schema => new InteractionPage(schema))
        .With<DocumentSchema>(DocumentKind.Instance, schema => new DocumentPage(schema))
        .With<LineSchema>(LineKind.Instance, schema => new LinePage(schema));

    /// <summary>Returns the page of a schema's kind.</summary>
    public static KindPage Of(DataSchema schema) => Kinds.Of(schema);

    /// <summary>Noun for one record: "picture".</summary>
    public string Record => schema.Noun;

    /// <summary>Description of one record as numbers: "784 values of 8 bits".</summary>
    public virtual Html Raw => $"{Counted.Of(schema.Input.Dimension, schema.Kind.Unit)}";

    /// <summary>Bits of a record stored plainly; null if not known.</summary>
    public virtual double? PlainBits => null;

    /// <summary>True if validation predicts the held-out part of a record, which is neither a bound nor comparable with the training loss.</summary>
    public virtual bool IsCompleted => false;

    /// <summary>Returns the practical meaning of a record's bits.</summary>
    /// <param name="bits">A record's cost.</param>
    /// <param name="isDiscrete">True if they are of a probability, false if of a density.</param>
    public virtual string Worth(double bits, bool isDiscrete) => "A density's bits are no code length.";

    /// <summary>Returns the content with the pictures of such records.</summary>
    /// <param name="content">Content common to all kinds.</param>
    /// <param name="views">Looks into the model.</param>
    /// <param name="evaluation">The model's figures.</param>
    public virtual ReportContent Fill(ReportContent content, ModelViews views, EvaluationReport evaluation) => content;
}
