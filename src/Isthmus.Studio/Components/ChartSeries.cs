namespace Isthmus.Studio.Components;

/// <summary>A line of a chart.</summary>
/// <param name="Name">Name in the legend.</param>
/// <param name="Points">Its points; not-a-number interrupts the line.</param>
/// <param name="Colour">Colour, 0 to 9.</param>
/// <param name="IsDashed">True for a dashed line.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<(double X, double Y)> Points, int Colour = 0, bool IsDashed = false)
{
    internal string Style => $"l{Colour % 10}{(IsDashed ? " dashed" : "")}";
}
