using System.Runtime.InteropServices;
using SkiaSharp;

namespace Isthmus.Data.Images;

/// <summary>Files of photographs: read as stored, written with their metadata.</summary>
internal static class PhotographFile
{
    private const int JpegQuality = 95;

    /// <summary>Kinds of file that are written, by the ends of their names.</summary>
    public static readonly string[] Written = [".png", ".jpg", ".jpeg", ".webp"];

    /// <summary>Returns the end of the name of a file that holds what <paramref name="path"/> does: its own, or .png.</summary>
    public static string ExtensionFor(string path) => Written.Contains(Path.GetExtension(path).ToLowerInvariant()) ? Path.GetExtension(path) : ".png";

    /// <summary>Throws unless the name is of a kind that is written.</summary>
    /// <exception cref="InvalidInputException">It is not.</exception>
    public static void CheckName(string path)
    {
        if (!Written.Contains(Path.GetExtension(path).ToLowerInvariant()))
            throw new InvalidInputException(path, "is of no kind of picture that is written", "give a name that ends in .png, .jpg or .webp");
    }

    /// <summary>Reads a file.</summary>
    public static Photograph Read(string path)
    {
        using var image = ImageFile.Open(path);
        var content = image.Content.AsSpan();
        var (size, isGrey) = (image.StoredSize, image.IsGrey);
        var metadata = PictureMetadata.Of(content);
        if (image.Facts.Bits == 16)
        {
            var deep = DeepPng.Read(content.ToArray(), size, path);
            var deepAlpha = Lacks<ushort>(deep, ushort.MaxValue);
            return new(path, size, isGrey, deepAlpha, null, Packed<ushort>(deep, isGrey, deepAlpha), metadata) { IsAnimated = image.Facts.IsAnimated };
        }
        using var bitmap = image.Bitmap();
        var pixels = bitmap.GetPixelSpan();
        var hasAlpha = Lacks(pixels, byte.MaxValue);
        return new(path, size, isGrey, hasAlpha, Packed<byte>(pixels, isGrey, hasAlpha), null, metadata) { IsAnimated = image.Facts.IsAnimated };
    }

    /// <summary>Reads the colours of a file alone: 8 bits, upright, transparent pixels over white, without metadata.</summary>
    public static Photograph ReadColours(string path)
    {
        var rgb = ImageFile.Read(path, 16, out _, out var facts);
        return new(path, facts.Size, facts.IsGrey, false, facts.IsGrey ? [.. rgb.Where((_, i) => i % 3 == 0)] : rgb, null, PictureMetadata.None);
    }

    /// <summary>Returns the picture as WebP without loss.</summary>
    public static byte[] WebP(Photograph photograph) => Encoded(photograph, SKEncodedImageFormat.Webp);

    /// <summary>Writes a file.</summary>
    public static void Write(Photograph photograph, string path)
    {
        CheckName(path);
        var isPng = Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase);
        if (!isPng && photograph.Bits == 16)
            throw new InvalidInputException(path, "would hold 8 of the 16 bits of each sample", "give a name that ends in .png");
        var isJpeg = !isPng && !Path.GetExtension(path).Equals(".webp", StringComparison.OrdinalIgnoreCase);
        if (isJpeg && photograph.HasAlpha)
            throw new InvalidInputException(path, "cannot hold transparent pixels", "give a name that ends in .png or .webp");
        var content =
            isPng ? null
            : isJpeg ? photograph.Metadata.InJpeg(Encoded(photograph, SKEncodedImageFormat.Jpeg), path)
            : photograph.Metadata.InWebP(Encoded(photograph, SKEncodedImageFormat.Webp), photograph.Size, photograph.HasAlpha);
        AtomicFile.Write(path, stream =>
        {
            if (content is null)
                PngWriter.Write(photograph, stream);
            else
                stream.Write(content);
        });
    }

    /// <summary>Returns a JPEG of the picture at most so large, upright, for display: transparent pixels over white.</summary>
    public static byte[] Preview(Photograph photograph, int longestSide)
    {
        using var bitmap = Bitmap(photograph);
        var scale = Math.Min(1.0, longestSide / (double)Math.Max(bitmap.Width, bitmap.Height));
        var (width, height) = (Math.Max(1, (int)(bitmap.Width * scale)), Math.Max(1, (int)(bitmap.Height * scale)));
        using var small =
            scale < 1
                ? bitmap.Resize(
                    new SKImageInfo(width, height, bitmap.ColorType, bitmap.AlphaType),
                    new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
                )
                : null;
        using var opaque = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(opaque))
        {
            canvas.Clear(SKColors.White);
            canvas.DrawBitmap(small ?? bitmap, 0, 0);
        }
        using var pixmap = opaque.PeekPixels();
        using var data = pixmap.Encode(new SKJpegEncoderOptions(JpegQuality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore));
        return photograph.Metadata.InJpeg(data!.ToArray(), photograph.Name);
    }

    private static byte[] Encoded(Photograph photograph, SKEncodedImageFormat format)
    {
        using var bitmap = Bitmap(photograph);
        using var pixmap = bitmap.PeekPixels();
        using var data =
            format == SKEncodedImageFormat.Jpeg
                ? pixmap.Encode(new SKJpegEncoderOptions(JpegQuality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore))
                : pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 75));
        return data?.ToArray()
            ?? throw new InvalidInputException(
                $"{photograph.Name} ({photograph.Size})",
                $"is too large for {(format == SKEncodedImageFormat.Jpeg ? "JPEG" : "WebP")}",
                "give a name that ends in .png"
            );
    }

    /// <summary>Returns the picture with 8 bits a sample as Skia has it.</summary>
    public static SKBitmap Bitmap(Photograph photograph)
    {
        var isPlainGrey = photograph is { IsGrey: true, HasAlpha: false };
        var bitmap = new SKBitmap(
            new SKImageInfo(
                photograph.Size.Width,
                photograph.Size.Height,
                isPlainGrey ? SKColorType.Gray8 : SKColorType.Rgba8888,
                photograph.HasAlpha ? SKAlphaType.Unpremul : SKAlphaType.Opaque
            )
        );
        var row = new byte[bitmap.RowBytes];
        var shift = photograph.Bits - 8;
        for (var y = 0; y < photograph.Size.Height; y++)
        {
            for (var x = 0; x < photograph.Size.Width; x++)
            {
                var from = (y * photograph.Size.Width + x) * photograph.Channels;
                if (isPlainGrey)
                {
                    row[x] = (byte)(photograph.Sample(from) >> shift);
                    continue;
                }
                for (var channel = 0; channel < 3; channel++)
                    row[4 * x + channel] = (byte)(photograph.Sample(from + (photograph.IsGrey ? 0 : channel)) >> shift);
                row[4 * x + 3] = photograph.HasAlpha ? (byte)(photograph.Sample(from + photograph.Colours) >> shift) : byte.MaxValue;
            }
            Marshal.Copy(row, 0, bitmap.GetPixels() + y * bitmap.RowBytes, row.Length);
        }
        return bitmap;
    }

    private static bool Lacks<T>(ReadOnlySpan<T> rgba, T opaque)
        where T : struct, IEquatable<T>
    {
        for (var i = 3; i < rgba.Length; i += 4)
            if (!rgba[i].Equals(opaque))
                return true;
        return false;
    }

    private static T[] Packed<T>(ReadOnlySpan<T> rgba, bool isGrey, bool hasAlpha)
    {
        var (colours, at) = (isGrey ? 1 : 3, 0);
        var packed = new T[rgba.Length / 4 * (colours + (hasAlpha ? 1 : 0))];
        for (var i = 0; i < rgba.Length; i += 4)
        {
            for (var channel = 0; channel < colours; channel++)
                packed[at++] = rgba[i + channel];
            if (hasAlpha)
                packed[at++] = rgba[i + 3];
        }
        return packed;
    }
}
