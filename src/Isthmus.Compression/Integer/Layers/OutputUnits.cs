namespace Isthmus.Compression.Integer.Layers;

/// <summary>Conversion of a network's output to the units of the part that reads it: round(scale value + offset).</summary>
/// <param name="Scale">Units in one.</param>
/// <param name="Offset">Converted value of zero, in units.</param>
internal readonly record struct OutputUnits(double Scale, double Offset = 0);
