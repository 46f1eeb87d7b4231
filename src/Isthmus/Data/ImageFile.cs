using SkiaSharp;

namespace Isthmus.Data;

/// <summary>
/// One PNG, JPEG or WebP image, upright as its camera noted it (EXIF orientation), transparent pixels laid over white.
/// Colour profiles are not applied.
/// </summary>
internal static class ImageFile
{
    private const long MostPixels = 1 << 27;

    /// <summary>Its size, from its header.</summary>
    public static ImageSize Size(string path)
    {
        using var codec = Open(path);
        return UprightSize(codec);
    }

    /// <summary>Red, green and blue of every pixel, three bytes a pixel, row by row.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, is damaged or cut short.</exception>
    public static (byte[] Rgb, ImageSize Size) Read(string path) => Read(path, out _);

    /// <summary>As above.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isExact">Whether the bytes say all that the picture does: one frame, nothing transparent, 8 bits a channel.</param>
    public static (byte[] Rgb, ImageSize Size) Read(string path, out bool isExact)
    {
        using var codec = Open(path);
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul)))
            throw new InvalidInputException($"{path} ({codec.Info.Height}x{codec.Info.Width}) does not fit into memory; reduce it.");
        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
            throw new InvalidInputException($"{path} is damaged or cut short ({result}); remove or replace it.");

        var rgba = bitmap.GetPixelSpan();
        isExact = codec.FrameCount <= 1 && !IsDeepPng(path);
        for (var i = 3; i < rgba.Length; i += 4)
            isExact &= rgba[i] == 255;
        var size = UprightSize(codec);
        var (start, down, across) = Steps(codec.EncodedOrigin, bitmap.Width, bitmap.Height);
        var rgb = new byte[rgba.Length / 4 * 3];
        for (int y = 0, to = 0; y < size.Height; y++)
            for (var x = 0; x < size.Width; x++)
            {
                var pixel = rgba.Slice(4 * (start + y * down + x * across), 4);
                for (var channel = 0; channel < 3; channel++)
                    rgb[to++] = (byte)((pixel[channel] * pixel[3] + 255 * (255 - pixel[3]) + 127) / 255);
            }
        return (rgb, size);
    }

    // Byte 24 of a PNG is its bits a sample.
    private static bool IsDeepPng(string path) => DataFile.Head(path, 25) is [0x89, (byte)'P', (byte)'N', (byte)'G', .., 16];

    private static SKCodec Open(string path)
    {
        var bytes = DataFile.Read(path, stream =>
        {
            var content = new MemoryStream();
            stream.CopyTo(content);
            return SKData.CreateCopy(content.GetBuffer().AsSpan(0, (int)content.Length));
        });
        var codec = SKCodec.Create(bytes) ?? throw new InvalidInputException($"{path} is not a readable PNG, JPEG or WebP image; remove or replace it.");
        if ((long)codec.Info.Width * codec.Info.Height <= MostPixels)
            return codec;
        codec.Dispose();
        throw new InvalidInputException($"{path} is larger than {MostPixels} pixels; reduce it, or replace it if it is damaged.");
    }

    private static ImageSize UprightSize(SKCodec codec) => codec.EncodedOrigin >= SKEncodedOrigin.LeftTop
        ? new(codec.Info.Width, codec.Info.Height)
        : new(codec.Info.Height, codec.Info.Width);

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
}
