using Isthmus.Models;

namespace Isthmus.Vectors;

/// <summary>Models of vectors see standardised columns, and can be told a label.</summary>
internal sealed class VectorLearning : RecordLearning
{
    /// <inheritdoc/>
    public override PresetScope Presets => new("vectors", "write a layer's activations with isthmus encode first, or ", "activations");

    /// <summary>The first guess of a standardised column's deviation given z is the one that it has without it.</summary>
    public override IReadOnlyDictionary<string, string> Preferred { get; } = new Dictionary<string, string> { ["sigma"] = "1" };

    /// <inheritdoc/>
    public override bool TakesLabels => true;
}
