namespace Isthmus.Compression.Integer.Layers;

/// <summary>A network's output in the units of the part that reads it: round(scale value + offset).</summary>
/// <param name="Scale">Units in one.</param>
/// <param name="Offset">What zero becomes, in units.</param>
internal readonly record struct OutputUnits(double Scale, double Offset = 0);
