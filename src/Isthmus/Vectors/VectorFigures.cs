using Isthmus.Evaluation;

namespace Isthmus.Vectors;

/// <summary>Figures of vectors.</summary>
internal sealed class VectorFigures : RecordFigures
{
    /// <inheritdoc/>
    public override bool ExplainsVariance => true;
}
