using System.Buffers.Binary;
using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>
/// One picture of any size as its file has it: 8 or 16 bits a sample, with or without transparency, not turned, and with the metadata that belong to it (EXIF,
/// among them how it is to be turned, and the colour profile). PNG, JPEG, WebP, GIF and BMP are read, PNG, JPEG and WebP written.
/// </summary>
/// <remarks>Samples are held once, 1 or 2 bytes each. Not safe for use by several threads while samples are set.</remarks>
public sealed class Photograph
{
    private readonly byte[]? _bytes;
    private readonly ushort[]? _words;

    internal Photograph(string name, ImageSize size, bool isGrey, bool hasAlpha, byte[]? bytes, ushort[]? words, PictureMetadata metadata)
    {
        (Name, Size, IsGrey, HasAlpha, _bytes, _words, Metadata) = (name, size, isGrey, hasAlpha, bytes, words, metadata);
    }

    /// <summary>Name of the picture in messages: its path.</summary>
    public string Name { get; }

    /// <summary>Rows and columns as stored; a viewer may turn them by the EXIF orientation.</summary>
    public ImageSize Size { get; }

    /// <summary>True for one channel of grey, false for red, green and blue.</summary>
    public bool IsGrey { get; }

    /// <summary>True if each pixel has an opacity besides.</summary>
    public bool HasAlpha { get; }

    /// <summary>Bits of a sample, 8 or 16.</summary>
    public int Bits => _words is null ? 8 : 16;

    /// <summary>Channels without opacity, 1 or 3.</summary>
    public int Colours => IsGrey ? 1 : 3;

    /// <summary>True if its file is an animation, of which this is the first frame.</summary>
    internal bool IsAnimated { get; init; }

    /// <summary>Samples of a pixel, opacity included.</summary>
    internal int Channels => Colours + (HasAlpha ? 1 : 0);

    /// <summary>EXIF and colour profile.</summary>
    internal PictureMetadata Metadata { get; }

    /// <summary>Largest sample: 255 or 65,535.</summary>
    internal int White => _words is null ? byte.MaxValue : ushort.MaxValue;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">It is missing, no picture, damaged or cut short, or of more than 2^27 pixels.</exception>
    public static Photograph Load(string path) => PhotographFile.Read(path);

    /// <summary>Writes a file, whole or not at all: PNG, JPEG (quality 95) or WebP (lossless) by its name.</summary>
    /// <exception cref="InvalidInputException">Another kind of file, one that cannot hold 16 bits or transparency, or it cannot be written.</exception>
    public void Save(string path) => PhotographFile.Write(this, path);

    /// <summary>Returns a picture of the same size and metadata with all samples, opacity among them, copied.</summary>
    public Photograph Copy() => new(Name, Size, IsGrey, HasAlpha, _bytes?.ToArray(), _words?.ToArray(), Metadata);

    /// <summary>Returns a part of it.</summary>
    internal Photograph Cut((int Top, int Left, ImageSize Size) part)
    {
        T[]? Of<T>(T[]? samples)
        {
            if (samples is null)
                return null;
            var (width, cut) = (part.Size.Width * Channels, new T[part.Size.Height * part.Size.Width * Channels]);
            for (var y = 0; y < part.Size.Height; y++)
                samples.AsSpan(((part.Top + y) * Size.Width + part.Left) * Channels, width).CopyTo(cut.AsSpan(y * width));
            return cut;
        }
        return new(Name, part.Size, IsGrey, HasAlpha, Of(_bytes), Of(_words), Metadata);
    }

    /// <summary>Returns a sample.</summary>
    internal int Sample(int index) => _words is null ? _bytes![index] : _words[index];

    /// <summary>Returns the opacity, one byte a pixel or two, the lower first.</summary>
    internal byte[] Opacity()
    {
        var (pixels, deep) = (Size.Height * Size.Width, Bits == 16);
        var opacity = new byte[pixels * (deep ? 2 : 1)];
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            var sample = Sample((pixel + 1) * Channels - 1);
            if (deep)
                BinaryPrimitives.WriteUInt16LittleEndian(opacity.AsSpan(2 * pixel), (ushort)sample);
            else
                opacity[pixel] = (byte)sample;
        }
        return opacity;
    }

    /// <summary>Creates a picture of samples that a function gives, by pixel and colour, and opacity as <see cref="Opacity"/> returns it, or none.</summary>
    internal static Photograph Of(
        string name,
        ImageSize size,
        bool isGrey,
        byte[]? opacity,
        PictureMetadata metadata,
        bool isDeep,
        Func<int, int, int> sample
    )
    {
        var (pixels, colours) = (size.Height * size.Width, isGrey ? 1 : 3);
        var channels = colours + (opacity is null ? 0 : 1);
        var (bytes, words) = (isDeep ? null : new byte[pixels * channels], isDeep ? new ushort[pixels * channels] : null);
        for (var pixel = 0; pixel < pixels; pixel++)
            for (var channel = 0; channel < channels; channel++)
            {
                var value =
                    channel < colours ? sample(pixel, channel)
                    : isDeep ? BinaryPrimitives.ReadUInt16LittleEndian(opacity.AsSpan(2 * pixel))
                    : opacity![pixel];
                if (words is null)
                    bytes![(pixel * channels) + channel] = (byte)value;
                else
                    words[(pixel * channels) + channel] = (ushort)value;
            }
        return new(name, size, isGrey, opacity is not null, bytes, words, metadata);
    }

    /// <summary>Copies colours of a window in planes, C x H x W in [0, 1]; outside the picture the nearest pixel stands.</summary>
    internal void CopyTo(Span<float> planes, int top, int left, ImageSize window)
    {
        var scale = 1f / White;
        for (var y = 0; y < window.Height; y++)
        {
            var row = Math.Clamp(top + y, 0, Size.Height - 1) * Size.Width;
            for (var x = 0; x < window.Width; x++)
            {
                var pixel = (row + Math.Clamp(left + x, 0, Size.Width - 1)) * Channels;
                for (var channel = 0; channel < Colours; channel++)
                    planes[(channel * window.Height + y) * window.Width + x] = Sample(pixel + channel) * scale;
            }
        }
    }

    /// <summary>Sets the colours of a part of a window, rounded to the nearest sample.</summary>
    /// <param name="planes">C x H x W numbers of a window; clipped to [0, 1].</param>
    /// <param name="window">Rows and columns of the window.</param>
    /// <param name="offset">Row and column in the window at which the part begins.</param>
    /// <param name="top">Row of the picture at which the part begins.</param>
    /// <param name="left">Column likewise.</param>
    /// <param name="part">Rows and columns of the part.</param>
    internal void CopyFrom(ReadOnlySpan<float> planes, ImageSize window, (int Row, int Column) offset, int top, int left, ImageSize part)
    {
        for (var y = 0; y < part.Height; y++)
            for (var x = 0; x < part.Width; x++)
            {
                var pixel = ((top + y) * Size.Width + left + x) * Channels;
                for (var channel = 0; channel < Colours; channel++)
                {
                    var value = planes[(channel * window.Height + offset.Row + y) * window.Width + offset.Column + x];
                    var sample = (int)MathF.Round(White * Math.Clamp(float.IsNaN(value) ? 0 : value, 0, 1));
                    if (_words is null)
                        _bytes![pixel + channel] = (byte)sample;
                    else
                        _words[pixel + channel] = (ushort)sample;
                }
            }
    }
}
