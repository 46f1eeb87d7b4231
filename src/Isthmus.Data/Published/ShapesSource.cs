using Isthmus.Data.Images;
using Isthmus.Data.Records;

namespace Isthmus.Data.Published;

/// <summary>
/// The built-in data: 32 x 32 images of one shape each, over the full grid of five independent factors - shape (3),
/// scale (4), orientation (8, from 0 up to but not including 90 degrees), x (12) and y (12). Each of the 13,824
/// combinations occurs once and no two look the same, so the image of a record drawn at random has the entropy
/// <see cref="FactorEntropy"/>, exactly. After the idea of dSprites (Matthey et al. 2017).
/// </summary>
/// <remarks>Coordinates are whole numbers of 2^-14 radii and the directions a table, so every machine draws the same bits.</remarks>
public static class ShapesSource
{
    private const int Side = 32;
    private const int Sub = 8;
    private const int Positions = 12;
    private const int FirstPosition = 10;

    private static readonly string[] ShapeNames = ["square", "ellipse", "heart"];

    // In pixels. Any two shapes differ in at least 6 pixels of the binary images, wherever they stand.
    private static readonly int[] Diameters = [11, 13, 16, 19];

    // round(1024 cos), round(1024 sin) of k * 11.25 degrees.
    private static readonly (int Cos, int Sin)[] Directions = [(1024, 0), (1004, 200), (946, 392), (851, 569), (724, 724), (569, 851), (392, 946), (200, 1004)];

    private static readonly (string Name, string[] Classes)[] Factors =
    [
        ("shape", ShapeNames),
        ("scale", [.. Diameters.Select(diameter => $"{diameter} pixels")]),
        ("orientation", ["0°", "11.25°", "22.5°", "33.75°", "45°", "56.25°", "67.5°", "78.75°"]),
        ("x", [.. Enumerable.Range(FirstPosition, Positions).Select(x => $"{x}")]),
        ("y", [.. Enumerable.Range(FirstPosition, Positions).Select(y => $"{y}")]),
    ];

    /// <summary>Entropy of the shapes, the sum over the factors of ln(levels) = ln 13,824 = 9.534 nats (13.755 bits).</summary>
    public static double FactorEntropy { get; } = Factors.Sum(factor => Math.Log(factor.Classes.Length));

    /// <summary>Returns the entropy of the source of a data set, nats; null if it is unknown.</summary>
    /// <param name="name">The data set's name.</param>
    public static double? EntropyOf(string name) => name is "shapes" or "shapes-8bit" ? FactorEntropy : null;

    /// <summary>Draws all 13,824 images, labelled with their factors, in the factors' lexicographic order (y fastest).</summary>
    /// <param name="levels">2: a pixel is on if its centre is inside; 256: by the fraction of 8 x 8 points that are inside.</param>
    public static Dataset Generate(int levels)
    {
        if (levels is not (2 or 256))
            throw new ArgumentOutOfRangeException(nameof(levels), levels, "Shapes come in 2 or 256 levels.");
        var count = Factors.Aggregate(1, (product, factor) => product * factor.Classes.Length);
        var pixels = new byte[count * Side * Side];
        var record = 0;
        for (var shape = 0; shape < ShapeNames.Length; shape++)
            foreach (var diameter in Diameters)
                foreach (var direction in Directions)
                {
                    var stamp = Stamp(shape, diameter, direction, levels);
                    for (var x = 0; x < Positions; x++)
                        for (var y = 0; y < Positions; y++, record++)
                            Place(stamp, FirstPosition + x, FirstPosition + y, pixels.AsSpan(record * Side * Side, Side * Side));
                }
        return Dataset.Images(levels == 2 ? "shapes" : "shapes-8bit", new(Side, Side, 1, levels), pixels, Labels(count));
    }

    private static LabelColumn[] Labels(int count)
    {
        var columns = new LabelColumn[Factors.Length];
        var period = count;
        for (var i = 0; i < columns.Length; i++)
        {
            var levels = Factors[i].Classes.Length;
            period /= levels;
            var run = period;
            columns[i] = new(Factors[i].Name, [.. Enumerable.Range(0, count).Select(record => record / run % levels)], Factors[i].Classes);
        }
        return columns;
    }

    // The pixels around the centre pixel that the shape can reach; its diameter is measured from that pixel's middle.
    private static byte[,] Stamp(int shape, int diameter, (int Cos, int Sin) direction, int levels)
    {
        var radius = diameter / 2;
        var stamp = new byte[2 * radius + 1, 2 * radius + 1];
        for (var row = -radius; row <= radius; row++)
            for (var column = -radius; column <= radius; column++)
            {
                var inside = 0;
                if (levels == 2)
                    inside = Inside(shape, diameter, direction, 16 * column, 16 * row) ? 1 : 0;
                else
                    for (var i = 0; i < Sub * Sub; i++)
                        inside += Inside(shape, diameter, direction, 16 * column + 2 * (i % Sub) - Sub + 1, 16 * row + 2 * (i / Sub) - Sub + 1) ? 1 : 0;
                stamp[row + radius, column + radius] = (byte)(levels == 2 ? inside : (inside * 255 + Sub * Sub / 2) / (Sub * Sub));
            }
        return stamp;
    }

    // The point (x, y), in sixteenths of a pixel, turned back by the direction; u to the right, v up, in 2^-14 radii.
    private static bool Inside(int shape, int diameter, (int Cos, int Sin) direction, int x, int y)
    {
        long u = 2 * (x * direction.Cos - y * direction.Sin) / diameter;
        long v = 2 * (-x * direction.Sin - y * direction.Cos) / diameter;
        return ShapeNames[shape] switch
        {
            "square" => 10 * Math.Abs(u) <= 7 << 14 && 10 * Math.Abs(v) <= 7 << 14,
            "ellipse" => u * u + 4 * v * v <= 1L << 28,
            _ => InsideHeart(u, v),
        };
    }

    // (a^2 + b^2 - 1)^3 <= a^2 b^3 with a = 1.45 u and b = 1.45 v (its tips at the radius), in whole numbers.
    private static bool InsideHeart(long u, long v)
    {
        Int128 a = u * 29 / 20,
            b = v * 29 / 20,
            one = 1 << 14;
        var disc = a * a + b * b - one * one;
        return disc * disc * disc <= a * a * b * b * b * one;
    }

    private static void Place(byte[,] stamp, int x, int y, Span<byte> image)
    {
        var radius = stamp.GetLength(0) / 2;
        for (var row = -radius; row <= radius; row++)
            for (var column = -radius; column <= radius; column++)
                image[(y + row) * Side + x + column] = stamp[row + radius, column + radius];
    }
}
