using Isthmus.Compression.Integer.Layers;
using Isthmus.Compression.Photographs;

namespace Isthmus.Tests.Photographs;

/// <summary>A lossless codec of whole numbers drawn by a formula, and pictures likewise: the same on every machine.</summary>
internal static class SmallPixelModel
{
    private const int Hidden = 16,
        Components = 2;

    public static PixelModel Of(int colours)
    {
        var draw = new Draws(colours);
        return new() { Components = Components, Networks = [.. Enumerable.Range(0, colours).Select(_ => Network(draw))] };
    }

    /// <summary>Returns planes of a slope, stripes and noise.</summary>
    public static byte[] Planes(int colours, int height, int width)
    {
        var (draw, planes) = (new Draws(height + width), new byte[colours * height * width]);
        for (var i = 0; i < planes.Length; i++)
        {
            var (colour, row, column) = (i / (height * width), i / width % height, i % width);
            planes[i] = (byte)Math.Clamp(60 + (40 * colour) + (3 * row) + column + (row / 5 % 2 * 50) + draw.Next(9), 0, 255);
        }
        return planes;
    }

    private static IntegerNetwork Network(Draws draw)
    {
        short[] rectified = [.. Enumerable.Range(0, IntegerLayer.TablePoints).Select(point => (short)Math.Max(0, 32 * (point - 256)))];
        var hidden = new IntegerLinear(PixelPredictor.Features, Hidden, draw.Numbers(PixelPredictor.Features * Hidden, 20), new int[Hidden]);
        var output = new IntegerLinear(Hidden, 3 * Components, draw.Numbers(Hidden * 3 * Components, 20), [0, 0, 0, 0, 1 << 18, 1 << 17]);
        return new(
            [
                new(LayerKind.Table, hidden, [.. Enumerable.Repeat(1 << 20, Hidden)], 28, rectified),
                new(LayerKind.Output, output, [.. Enumerable.Repeat(1 << 20, 3 * Components)], 33, []),
            ],
            PixelPredictor.LargestFeature
        );
    }

    /// <summary>Numbers of a linear congruence.</summary>
    private sealed class Draws(int seed)
    {
        private uint _state = (uint)seed;

        public int Next(int below) => (int)(((_state = (_state * 1664525) + 1013904223) >> 16) % (uint)below);

        public short[] Numbers(int count, int most) => [.. Enumerable.Range(0, count).Select(_ => (short)(Next((2 * most) + 1) - most))];
    }
}
