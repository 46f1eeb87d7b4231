using SkiaSharp;

namespace Isthmus.Data.Images;

/// <summary>The colours of a photograph through JPEG or WebP with loss, as SkiaSharp writes them: 8 bits, no opacity, no metadata.</summary>
internal static class LossyPicture
{
    /// <summary>The greatest quality of either; the least of JPEG is 1, of WebP 0.</summary>
    public const int MostQuality = 100;

    /// <summary>Codes a photograph as JPEG with colours at half the size, and decodes it.</summary>
    /// <param name="photograph">The photograph.</param>
    /// <param name="quality">From 1 to 100.</param>
    public static (int Bytes, Photograph Decoded) Jpeg(Photograph photograph, int quality) =>
        Through(photograph, pixels => pixels.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore)));

    /// <summary>Codes a photograph as WebP, and decodes it.</summary>
    /// <param name="photograph">The photograph.</param>
    /// <param name="quality">From 0 to 100.</param>
    public static (int Bytes, Photograph Decoded) WebP(Photograph photograph, int quality) =>
        Through(photograph, pixels => pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality)));

    /// <summary>Codes a photograph as the JPEG of the greatest quality that takes no more bytes than are given; of quality 1 where all take more.</summary>
    /// <param name="photograph">The photograph.</param>
    /// <param name="bytes">Bytes at most.</param>
    public static (int Quality, int Bytes, Photograph Decoded) JpegOf(Photograph photograph, int bytes)
    {
        var (low, high) = (1, MostQuality);
        while (low < high)
            if ((low + high + 1) / 2 is var middle && Jpeg(photograph, middle).Bytes <= bytes)
                low = middle;
            else
                high = middle - 1;
        var (taken, decoded) = Jpeg(photograph, low);
        return (low, taken, decoded);
    }

    private static (int Bytes, Photograph Decoded) Through(Photograph photograph, Func<SKPixmap, SKData?> encode)
    {
        using var bitmap = PhotographFile.Bitmap(photograph);
        using var opaque = new SKPixmap(bitmap.Info.WithAlphaType(SKAlphaType.Opaque), bitmap.GetPixels(), bitmap.RowBytes);
        using var coded =
            encode(opaque) ?? throw new InvalidInputException($"{photograph.Name} ({photograph.Size})", "is too large for JPEG and WebP", "take a smaller one");
        using var decoded = SKBitmap.Decode(coded, opaque.Info);
        var pixels = decoded.GetPixelSpan();
        var samples = new byte[photograph.Size.Height * photograph.Size.Width * photograph.Colours];
        for (int y = 0, to = 0; y < photograph.Size.Height; y++)
            for (var x = 0; x < photograph.Size.Width; x++)
                for (var colour = 0; colour < photograph.Colours; colour++)
                    samples[to++] = pixels[y * decoded.RowBytes + x * decoded.BytesPerPixel + colour];
        return ((int)coded.Size, new(photograph.Name, photograph.Size, photograph.IsGrey, false, samples, null, PictureMetadata.None));
    }
}
