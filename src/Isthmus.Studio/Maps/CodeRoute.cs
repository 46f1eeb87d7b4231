using Isthmus.Codes;

namespace Isthmus.Studio.Maps;

/// <summary>The way from one code to another. Immutable.</summary>
/// <param name="From">Code at its beginning.</param>
/// <param name="To">Code at its end.</param>
/// <param name="IsArc">True for an arc, as codes under a Gaussian prior have a length; false for a straight line.</param>
public sealed record CodeRoute(float[] From, float[] To, bool IsArc)
{
    private const int Steps = 32;

    /// <summary>Code a fraction of the way along.</summary>
    public float[] At(double along) => Generation.Between(From, To, along, IsArc ? CodePath.Spherical : CodePath.Linear);

    /// <summary>Codes at equal steps from the beginning to the end.</summary>
    public IEnumerable<float[]> Line => Enumerable.Range(0, Steps + 1).Select(step => At(step / (double)Steps));
}
