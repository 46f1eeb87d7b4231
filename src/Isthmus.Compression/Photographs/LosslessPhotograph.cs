using System.IO.Hashing;
using Isthmus.Compression.Codecs;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Photographs;

/// <summary>
/// One photograph as its coded bytes, without loss: size, metadata, opacity and the lower halves of 16-bit samples by Brotli, and the messages of its tiles,
/// each of which decodes alone. The layout is in docs/reference/archive-format.md. Reading checks that all of it is what was written.
/// </summary>
internal static class LosslessPhotograph
{
    /// <summary>Largest side of a tile.</summary>
    public const int TileSide = 512;

    private const byte Version = 1,
        Grey = 1,
        Alpha = 2,
        Deep = 4,
        // 16-bit samples are 8-bit ones, widened: both halves are the same.
        Widened = 8;

    // Green first: it tells most of the others.
    private static readonly int[] InColour = [1, 0, 2],
        InGrey = [0];

    /// <summary>Returns which of red, green and blue comes at a place in the order of coding.</summary>
    public static int Order(int place) => InColour[place];

    /// <summary>Encodes a photograph.</summary>
    /// <exception cref="InvalidInputException">Colours for a model of grey ones.</exception>
    public static byte[] Encode(PixelModel model, Photograph photograph, int threads, CancellationToken cancellationToken)
    {
        if (model.Networks.Length == 1 && !photograph.IsGrey)
            throw new InvalidInputException(
                photograph.Name,
                "is in colour, and the model is of grey pictures",
                "take a model trained in colour, or make it grey"
            );
        var (size, order, pixels) = (photograph.Size, photograph.IsGrey ? InGrey : InColour, photograph.Size.Height * photograph.Size.Width);
        var (isDeep, coder) = (photograph.Bits == 16, new PixelCoder(model));
        var high = new byte[order.Length * pixels];
        var low = new byte[isDeep ? high.Length : 0];
        for (var colour = 0; colour < order.Length; colour++)
            for (var pixel = 0; pixel < pixels; pixel++)
            {
                var sample = photograph.Sample((pixel * photograph.Channels) + order[colour]);
                high[(colour * pixels) + pixel] = (byte)(isDeep ? sample >> 8 : sample);
                if (isDeep)
                    low[(colour * pixels) + pixel] = (byte)sample;
            }
        var tiles = TilesOf(size);
        var messages = new ReadOnlyMemory<byte>[tiles.Length];
        Parallelism.ForEach(tiles.Length, threads, cancellationToken, i =>
        {
            var tile = new byte[order.Length * tiles[i].Height * tiles[i].Width];
            Copy(high, size, tile, tiles[i], isToTile: true);
            messages[i] = coder.Encode(tile, tiles[i].Height, tiles[i].Width);
        });
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var isWidened = isDeep && high.AsSpan().SequenceEqual(low);
        writer.Write(Version);
        writer.Write((byte)((photograph.IsGrey ? Grey : 0) | (photograph.HasAlpha ? Alpha : 0) | (isDeep ? Deep : 0) | (isWidened ? Widened : 0)));
        writer.Write7BitEncodedInt(size.Height);
        writer.Write7BitEncodedInt(size.Width);
        var opacity = photograph.HasAlpha ? photograph.Opacity() : null;
        writer.Write(SumOf(high, low, opacity, photograph.Metadata));
        PackedPart.Write(writer, photograph.Metadata.Exif);
        PackedPart.Write(writer, photograph.Metadata.Profile);
        if (opacity is not null)
            PackedPart.Write(writer, opacity);
        if (isDeep && !isWidened)
            PackedPart.Write(writer, low);
        PackedPart.WriteTiles(writer, messages);
        return stream.ToArray();
    }

    /// <summary>Decodes a photograph.</summary>
    /// <exception cref="InvalidInputException">The bytes are damaged, of a newer program, or of another model.</exception>
    public static Photograph Decode(PixelModel model, ReadOnlyMemory<byte> bytes, string name, int threads, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes.ToArray(), writable: false));
            var (version, flags) = (reader.ReadByte(), reader.ReadByte());
            if (version != Version || flags > (Grey | Alpha | Deep | Widened))
                throw new InvalidInputException("A photograph in it", $"has version {version}, which this Isthmus does not read", "use a newer Isthmus");
            var size = new ImageSize(reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt());
            if (size.Height < 1 || size.Width < 1 || (long)size.Height * size.Width > PackedPart.MostPixels)
                throw PackedPart.Damaged($"it has {size} pixels");
            var (isGrey, hasAlpha, isDeep) = ((flags & Grey) != 0, (flags & Alpha) != 0, (flags & Deep) != 0);
            if (model.Networks.Length == 1 && !isGrey)
                throw new InvalidInputException(name, "is in colour, and the codec is of grey pictures", "give the model that it was made with");
            var (pixels, order) = (size.Height * size.Width, isGrey ? InGrey : InColour);
            var sum = reader.ReadUInt32();
            var metadata = new PictureMetadata(PackedPart.Read(reader, PackedPart.MostMetadata), PackedPart.Read(reader, PackedPart.MostMetadata));
            var opacity = hasAlpha ? Whole(PackedPart.Read(reader, pixels * (isDeep ? 2 : 1)), pixels * (isDeep ? 2 : 1)) : null;
            var samples = order.Length * pixels;
            var low = isDeep && (flags & Widened) == 0 ? Whole(PackedPart.Read(reader, samples), samples) : [];
            var tiles = TilesOf(size);
            var messages = PackedPart.ReadTiles(reader, bytes, tiles.Length);
            var (high, coder) = (new byte[samples], new PixelCoder(model));
            Parallelism.ForEach(tiles.Length, threads, cancellationToken, i =>
            {
                var tile = new byte[order.Length * tiles[i].Height * tiles[i].Width];
                coder.Decode(messages[i], tile, tiles[i].Height, tiles[i].Width);
                Copy(high, size, tile, tiles[i], isToTile: false);
            });
            low = (flags & Widened) != 0 ? high : low;
            if (SumOf(high, low, opacity, metadata) != sum)
                throw PackedPart.Damaged("its samples do not have their checksum");
            return Photograph.Of(name, size, isGrey, opacity, metadata, isDeep, (pixel, colour) =>
                {
                    var at = (order[colour] * pixels) + pixel;
                    return isDeep ? (high[at] << 8) | low[at] : high[at];
                });
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw PackedPart.Damaged("it ends too early", e);
        }
        catch (MessageException e)
        {
            throw PackedPart.Damaged("its samples do not decode", e);
        }
    }

    /// <summary>Returns the tiles of a picture, row after row.</summary>
    internal static (int Top, int Left, int Height, int Width)[] TilesOf(ImageSize size) => CodedPhotograph.TilesOf(size, TileSide);

    private static uint SumOf(byte[] high, byte[] low, byte[]? opacity, PictureMetadata metadata)
    {
        var sum = new XxHash32();
        foreach (var part in new[] { high, low, opacity, metadata.Exif, metadata.Profile })
            sum.Append(part ?? []);
        return sum.GetCurrentHashAsUInt32();
    }

    private static byte[] Whole(byte[]? part, int length) => part?.Length == length ? part : throw PackedPart.Damaged("a part of it is of another size");

    private static void Copy(byte[] planes, ImageSize size, byte[] tile, (int Top, int Left, int Height, int Width) where, bool isToTile)
    {
        for (var row = 0; row < tile.Length / where.Width; row++)
        {
            var (colour, down) = (row / where.Height, row % where.Height);
            var inPlanes = planes.AsSpan((((colour * size.Height) + where.Top + down) * size.Width) + where.Left, where.Width);
            var inTile = tile.AsSpan(row * where.Width, where.Width);
            if (isToTile)
                inPlanes.CopyTo(inTile);
            else
                inTile.CopyTo(inPlanes);
        }
    }
}
