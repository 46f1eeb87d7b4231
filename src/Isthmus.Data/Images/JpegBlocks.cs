using SkiaSharp;

namespace Isthmus.Data.Images;

/// <summary>Errors of JPEG coding in a picture: blocks of 8 x 8 pixels, and colours at half the size.</summary>
internal static class JpegBlocks
{
    /// <summary>Codes and decodes a picture in place.</summary>
    /// <param name="planar">C x H x W numbers in [0, 1]; others are clipped.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="channels">C, 1 or 3.</param>
    /// <param name="quality">1 to 100.</param>
    public static void Apply(Span<float> planar, int height, int width, int channels, int quality)
    {
        var area = height * width;
        using var bitmap = new SKBitmap(
            new SKImageInfo(width, height, channels == 1 ? SKColorType.Gray8 : SKColorType.Rgba8888, channels == 1 ? SKAlphaType.Opaque : SKAlphaType.Opaque)
        );
        Span<byte> pixels = new byte[bitmap.ByteCount];
        var each = channels == 1 ? 1 : 4;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var at = y * bitmap.RowBytes + x * each;
                for (var channel = 0; channel < channels; channel++)
                    pixels[at + channel] = (byte)Math.Round(255 * Math.Clamp(planar[channel * area + y * width + x], 0, 1));
                if (channels == 3)
                    pixels[at + 3] = 255;
            }
        System.Runtime.InteropServices.Marshal.Copy(pixels.ToArray(), 0, bitmap.GetPixels(), pixels.Length);
        using var coded = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        using var decoded = SKBitmap.Decode(coded, bitmap.Info);
        ReadOnlySpan<byte> result = decoded.GetPixelSpan();
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var channel = 0; channel < channels; channel++)
                    planar[channel * area + y * width + x] = result[y * decoded.RowBytes + x * each + channel] / 255f;
    }
}
