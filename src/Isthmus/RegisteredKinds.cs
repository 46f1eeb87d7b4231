using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Isthmus.Data.Documents;
using Isthmus.Data.Images;
using Isthmus.Data.Interactions;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Data.Vectors;
using Isthmus.Evaluation;
using Isthmus.Lines;
using Isthmus.Models;
using Isthmus.Numeric;
using Isthmus.Recommenders;
using Isthmus.Tables;
using Isthmus.Topics;

namespace Isthmus;

/// <summary>
/// Kinds of record that have presets, settings or figures of their own. A kind that is a list of numbers to training and evaluation needs no line here.
/// </summary>
internal static class RegisteredKinds
{
    /// <summary>Makes them known before anything of this assembly is used.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Kinds stand above what asks for them, which so needs to name none.")]
    internal static void Register()
    {
        Add(ImageKind.Instance, new ImageLearning(), new ImageFigures());
        Add(VectorKind.Instance, new VectorLearning(), new RecordFigures());
        Add(TableKind.Instance, new TableLearning(), new TableFigures());
        Add(InteractionKind.Instance, new InteractionLearning(), new InteractionFigures());
        Add(DocumentKind.Instance, new DocumentLearning(), new DocumentFigures());
        Add(LineKind.Instance, new LineLearning(), new LineFigures());
    }

    private static void Add(RecordKind kind, RecordLearning learning, RecordFigures figures)
    {
        RecordLearning.Register(kind, learning);
        RecordFigures.Register(kind, figures);
    }
}
