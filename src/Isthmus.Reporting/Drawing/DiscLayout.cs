namespace Isthmus.Reporting.Drawing;

/// <summary>
/// Discs in a frame, pushed apart until none covers another: pairs that overlap move away from each other by half of what they overlap, again and again.
/// </summary>
internal static class DiscLayout
{
    private const int Rounds = 300;
    private const double Between = 1;

    /// <summary>Returns the discs' new centres.</summary>
    /// <param name="discs">Centres and radii; not all of them need find room.</param>
    /// <param name="width">The frame goes from 0 to this.</param>
    /// <param name="height">And from 0 to this.</param>
    public static (double X, double Y)[] Apart(IReadOnlyList<(double X, double Y, double Radius)> discs, double width, double height)
    {
        (double X, double Y)[] places = [.. discs.Select(disc => (disc.X, disc.Y))];
        for (var (round, isMoved) = (0, true); round < Rounds && isMoved; round++)
        {
            isMoved = false;
            for (var i = 0; i < places.Length; i++)
                for (var j = 0; j < i; j++)
                {
                    var (dx, dy) = (places[i].X - places[j].X, places[i].Y - places[j].Y);
                    var (distance, wanted) = (Math.Sqrt(dx * dx + dy * dy), discs[i].Radius + discs[j].Radius + Between);
                    if (distance >= wanted - 0.01)
                        continue;
                    isMoved = true;
                    // Of two at one place each pair goes a way of its own.
                    var angle = 2.4 * (i * places.Length + j);
                    var (x, y) = distance > 1e-6 ? (dx / distance, dy / distance) : (Math.Cos(angle), Math.Sin(angle));
                    var step = (wanted - distance) / 2;
                    places[i] = (places[i].X + step * x, places[i].Y + step * y);
                    places[j] = (places[j].X - step * x, places[j].Y - step * y);
                }
            for (var i = 0; i < places.Length; i++)
                places[i] = (Inside(places[i].X, discs[i].Radius, width), Inside(places[i].Y, discs[i].Radius, height));
        }
        return places;
    }

    private static double Inside(double place, double radius, double side) => 2 * radius > side ? side / 2 : Math.Clamp(place, radius, side - radius);
}
