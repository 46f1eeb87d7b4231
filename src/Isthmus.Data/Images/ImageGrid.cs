using SkiaSharp;

namespace Isthmus.Data.Images;

/// <summary>
/// Draws pictures side by side as one PNG. A picture is a planar record of 8-bit pixels (C x H x W, 0 black and 255 full), whatever the schema's levels. The
/// bitmap holds no text, so no font is needed.
/// </summary>
public static class ImageGrid
{
    /// <summary>Number of pixels between two pictures and around all, before scaling.</summary>
    public const int Gap = 2;

    // Between white and black, so that the edge of a picture is seen on either.
    private const byte Background = 0x80;

    /// <summary>
    /// Draws the pictures in rows of <paramref name="columns"/> on mid-grey, with space around each; a single picture has no space around it.
    /// </summary>
    /// <param name="schema">Height, width and channels of each.</param>
    /// <param name="pictures">8-bit planar pixels of each picture, row after row.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="scale">Side of the square that a pixel becomes.</param>
    /// <returns>The file's bytes: the same pictures give the same.</returns>
    /// <exception cref="InvalidInputException">No picture, or one whose size is not the schema's, or a grid too large to draw.</exception>
    public static byte[] Png(ImageSchema schema, IReadOnlyList<byte[]> pictures, int columns, int scale = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        if (pictures.Count == 0)
            throw new InvalidInputException("A grid", "needs at least one picture, and none was given", "give some");
        columns = Math.Min(columns, pictures.Count);
        var rows = (pictures.Count + columns - 1) / columns;
        var gap = pictures.Count == 1 ? 0 : Gap;
        var (width, height) = (columns * (schema.Width + (long)gap) + gap, rows * (schema.Height + (long)gap) + gap);
        if ((double)width * height * scale * scale > 1L << 28)
            throw new InvalidInputException(
                $"A grid of {rows} x {columns} pictures of {schema.Height} x {schema.Width} pixels, scaled by {scale},",
                "is too large for one PNG",
                "give fewer pictures or a smaller scale"
            );

        var isGrey = schema.Channels == 1;
        var bytesPerPixel = isGrey ? 1 : 4;
        using var grid = new SKBitmap(
            new SKImageInfo((int)width * scale, (int)height * scale, isGrey ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque)
        );
        var canvas = grid.GetPixelSpan();
        canvas.Fill(Background);
        for (var i = 0; i < pictures.Count; i++)
        {
            if (pictures[i].Length != schema.Dimension)
                throw new InvalidInputException(
                    $"Picture {i + 1}",
                    $"has {pictures[i].Length} pixel values",
                    $"{schema.Height} x {schema.Width} x {schema.Channels} needs {schema.Dimension}"
                );
            var (left, top) = (gap + i % columns * (schema.Width + gap), gap + i / columns * (schema.Height + gap));
            for (var y = 0; y < schema.Height * scale; y++)
                for (var x = 0; x < schema.Width * scale; x++)
                    Put(
                        canvas[((top * scale + y) * grid.RowBytes + (left * scale + x) * bytesPerPixel)..],
                        schema,
                        pictures[i],
                        y / scale * schema.Width + x / scale
                    );
        }
        using var encoded = grid.Encode(SKEncodedImageFormat.Png, 100);
        return encoded.ToArray();
    }

    /// <summary>Writes <see cref="Png"/> to a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">Height, width and channels of each.</param>
    /// <param name="pictures">8-bit planar pixels of each picture, row after row.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="scale">Side of the square that a pixel becomes.</param>
    /// <exception cref="InvalidInputException">No picture, or one whose size is not the schema's, or a grid too large to draw.</exception>
    public static void SavePng(string path, ImageSchema schema, IReadOnlyList<byte[]> pictures, int columns, int scale = 1)
    {
        var png = Png(schema, pictures, columns, scale);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static void Put(Span<byte> target, ImageSchema schema, byte[] planes, int pixel)
    {
        target[0] = planes[pixel];
        if (schema.Channels == 1)
            return;
        var plane = schema.Height * schema.Width;
        (target[1], target[2], target[3]) = (planes[plane + pixel], planes[2 * plane + pixel], 255);
    }
}
