using Isthmus.Data.Files;
using Isthmus.Data.Records;
using SkiaSharp;

namespace Isthmus.Data.Images;

/// <summary>Properties of a picture file besides its pixels.</summary>
/// <param name="Size">Rows and columns, upright.</param>
/// <param name="Bits">Bits of a sample: 16 of a deep PNG, 8 of all others.</param>
/// <param name="IsAnimated">True if there are more frames than the first, which is read.</param>
/// <param name="IsTurned">True if it is not stored upright (EXIF orientation).</param>
/// <param name="IsGrey">True if it is stored as grey, without red, green and blue.</param>
/// <param name="HasAlpha">True if pixels may be transparent.</param>
internal readonly record struct ImageFacts(ImageSize Size, int Bits, bool IsAnimated, bool IsTurned, bool IsGrey, bool HasAlpha);

/// <summary>
/// Reader of one PNG, JPEG, WebP, GIF or BMP image: upright by its EXIF orientation, transparent pixels over white, the first frame of an animation. Colour
/// profiles are not applied.
/// </summary>
internal static class ImageFile
{
    private const long MostPixels = 1 << 27;

    /// <summary>Reads the properties from the header.</summary>
    /// <exception cref="InvalidInputException">It is no picture that can be read.</exception>
    public static ImageFacts Facts(string path)
    {
        using var image = Demanded(path);
        return image.Facts;
    }

    /// <summary>Reads the properties; null if the file is no picture, whatever its name.</summary>
    public static ImageFacts? TryFacts(string path)
    {
        using var image = Opened.Of(path);
        return image?.Facts;
    }

    /// <summary>Returns the largest sample of a 16-bit PNG.</summary>
    public static int Peak(string path)
    {
        using var image = Demanded(path);
        var (pixels, peak) = (DeepPng.Read(image.Content.ToArray(), image.StoredSize, path), 0);
        for (var i = 0; i < pixels.Length; i++)
            peak = Math.Max(peak, i % 4 == 3 ? 0 : pixels[i]);
        return peak;
    }

    /// <summary>Reads red, green and blue of every pixel, three bytes a pixel, row by row.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, is damaged or cut short.</exception>
    public static (byte[] Rgb, ImageSize Size) Read(string path) => (Read(path, 16, out _, out var facts), facts.Size);

    /// <summary>Reads the pixels and the file's properties.</summary>
    /// <param name="path">The file.</param>
    /// <param name="depth">For a 16-bit file: number of bits that its values use, white being 2^depth - 1; larger values are white.</param>
    /// <param name="isTransparent">True if any pixel is transparent.</param>
    /// <param name="facts">Properties of the file.</param>
    public static byte[] Read(string path, int depth, out bool isTransparent, out ImageFacts facts)
    {
        using var image = Demanded(path);
        facts = image.Facts;
        return Rgb(image, path, depth, out isTransparent);
    }

    /// <summary>Reads red, green and blue of every pixel of a file in memory.</summary>
    /// <param name="name">Name of the file in error messages.</param>
    /// <param name="content">The file.</param>
    /// <param name="depth">As of a file on disk.</param>
    /// <exception cref="InvalidInputException">It cannot be read, is damaged or cut short.</exception>
    public static (byte[] Rgb, ImageSize Size) Read(string name, ReadOnlySpan<byte> content, int depth)
    {
        using var image = Demanded(Opened.Of(name, SKData.CreateCopy(content)), name);
        return (Rgb(image, name, depth, out _), image.Facts.Size);
    }

    private static byte[] Rgb(Opened image, string path, int depth, out bool isTransparent)
    {
        var (facts, stored) = (image.Facts, image.StoredSize);
        var rgba = facts.Bits == 16 ? Scaled(DeepPng.Read(image.Content.ToArray(), stored, path), depth) : image.Pixels();
        isTransparent = false;
        for (var i = 3; i < rgba.Length; i += 4)
            isTransparent |= rgba[i] != 255;
        var (start, down, across) = Steps(image.Origin, stored.Width, stored.Height);
        var rgb = new byte[rgba.Length / 4 * 3];
        for (int y = 0, to = 0; y < facts.Size.Height; y++)
            for (var x = 0; x < facts.Size.Width; x++)
            {
                var pixel = rgba.AsSpan(4 * (start + y * down + x * across), 4);
                for (var channel = 0; channel < 3; channel++)
                    rgb[to++] = OverWhite(pixel[channel], pixel[3]);
            }
        return rgb;
    }

    /// <summary>Blends an 8-bit sample of opacity <paramref name="alpha"/> / 255 with white; rounded.</summary>
    public static byte OverWhite(byte value, byte alpha) => (byte)((value * alpha + 255 * (255 - alpha) + 127) / 255);

    /// <summary>Converts samples of up to 16 bits to 8: 255 v / (2^depth - 1), rounded; alpha always has 16 bits.</summary>
    private static byte[] Scaled(ushort[] rgba, int depth)
    {
        var scaled = new byte[rgba.Length];
        for (var i = 0; i < rgba.Length; i++)
            scaled[i] = ToByte(rgba[i], i % 4 == 3 ? 16 : depth);
        return scaled;
    }

    /// <summary>Converts a sample of <paramref name="depth"/> bits to 8: 255 v / (2^depth - 1), rounded; larger values become 255.</summary>
    public static byte ToByte(int value, int depth)
    {
        var most = (1L << depth) - 1;
        return (byte)((255 * Math.Min(value, most) + most / 2) / most);
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidInputException">It is no picture that can be read.</exception>
    internal static Opened Open(string path) => Demanded(path);

    private static Opened Demanded(string path) => Demanded(Opened.Of(path), path);

    private static Opened Demanded(Opened? image, string path) =>
        image ?? throw new InvalidInputException(path, "is not a readable PNG, JPEG, WebP, GIF or BMP image", "remove or replace it");

    private static SKData Content(string path) => DataFile.Read(path, stream =>
        {
            var content = new MemoryStream(stream.CanSeek ? (int)Math.Min(stream.Length, Array.MaxLength) : 0);
            stream.CopyTo(content);
            return SKData.CreateCopy(content.GetBuffer().AsSpan(0, (int)content.Length));
        });

    // Where the upright image's first pixel is stored, and how far apart its rows and columns are there.
    private static (int Start, int Down, int Across) Steps(SKEncodedOrigin origin, int width, int height)
    {
        var (right, bottom) = (width - 1, (height - 1) * width);
        return origin switch
        {
            SKEncodedOrigin.TopRight => (right, width, -1),
            SKEncodedOrigin.BottomRight => (bottom + right, -width, -1),
            SKEncodedOrigin.BottomLeft => (bottom, -width, 1),
            SKEncodedOrigin.LeftTop => (0, 1, width),
            SKEncodedOrigin.RightTop => (bottom, 1, -width),
            SKEncodedOrigin.RightBottom => (bottom + right, -1, -width),
            SKEncodedOrigin.LeftBottom => (right, -1, width),
            _ => (0, width, 1),
        };
    }

    /// <summary>A file whose header has been read.</summary>
    internal sealed class Opened : IDisposable
    {
        private readonly string _path;
        private readonly SKCodec _codec;

        private Opened(string path, SKData content, SKCodec codec)
        {
            (_path, Content, _codec) = (path, content, codec);
            var png = PngChunks.Of(Content.AsSpan());
            // Skia reads the orientation of JPEG and WebP, but not yet of PNG.
            Origin = _codec.EncodedOrigin == SKEncodedOrigin.TopLeft && png is not null ? png.Origin : _codec.EncodedOrigin;
            IsGrey = png?.IsGrey ?? _codec.Info.ColorType == SKColorType.Gray8;
            StoredSize = new(_codec.Info.Height, _codec.Info.Width);
            var upright = Origin >= SKEncodedOrigin.LeftTop ? new ImageSize(StoredSize.Width, StoredSize.Height) : StoredSize;
            Facts = new(
                upright,
                png?.Bits == 16 ? 16 : 8,
                _codec.FrameCount > 1 || png is { IsAnimated: true },
                Origin != SKEncodedOrigin.TopLeft,
                IsGrey,
                _codec.Info.AlphaType != SKAlphaType.Opaque
            );
        }

        /// <summary>Opens a file; null if it is no picture.</summary>
        public static Opened? Of(string path) => Of(path, ImageFile.Content(path));

        /// <summary>Opens a file in memory; null if it is no picture.</summary>
        public static Opened? Of(string path, SKData content)
        {
            if (SKCodec.Create(content) is not { } codec)
                return null;
            var pixels = (long)codec.Info.Width * codec.Info.Height;
            // Deflate makes at most 1,032 bytes of one, and a pixel takes a bit at least.
            var complaint =
                pixels > MostPixels ? new(path, $"is larger than {MostPixels} pixels", "reduce it, or replace it if it is damaged")
                : codec.EncodedFormat == SKEncodedImageFormat.Png && pixels / 8 > 1032 * content.Size
                    ? new InvalidInputException(
                        path,
                        $"declares {codec.Info.Height}x{codec.Info.Width} pixels, more than its {content.Size} bytes can hold; it is cut short or its header "
                            + $"is damaged",
                        "replace it"
                    )
                : null;
            if (complaint is null)
                return new(path, content, codec);
            codec.Dispose();
            throw complaint;
        }

        public SKData Content { get; }

        public SKEncodedOrigin Origin { get; }

        public ImageSize StoredSize { get; }

        public ImageFacts Facts { get; }

        /// <summary>True if it is stored as grey, with or without alpha.</summary>
        public bool IsGrey { get; }

        /// <summary>Reads red, green, blue and alpha of every stored pixel, 8 bits each.</summary>
        public byte[] Pixels()
        {
            using var bitmap = Bitmap();
            return bitmap.GetPixelSpan().ToArray();
        }

        /// <summary>Reads the same into memory of Skia's; the caller disposes of it.</summary>
        public SKBitmap Bitmap()
        {
            var bitmap = new SKBitmap();
            InvalidInputException? complaint = null;
            if (!bitmap.TryAllocPixels(new SKImageInfo(StoredSize.Width, StoredSize.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul)))
                complaint = new($"{_path} ({StoredSize})", "does not fit into memory", "reduce it");
            else if (_codec.GetPixels(bitmap.Info, bitmap.GetPixels()) is not SKCodecResult.Success and var result)
                complaint = new(_path, $"is damaged or cut short ({result})", "remove or replace it");
            if (complaint is null)
                return bitmap;
            bitmap.Dispose();
            throw complaint;
        }

        public void Dispose() => _codec.Dispose();
    }
}
