using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Isthmus.Compression.Codecs;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Photographs;

/// <summary>
/// One photograph as its coded bytes: size, quality, metadata, opacity without loss, and the messages of the tiles of its code. The layout is in
/// docs/reference/archive-format.md. Reading checks that the codes are those that were written.
/// </summary>
internal sealed record CodedPhotograph
{
    /// <summary>Pixels of a side to one of the code's.</summary>
    public const int Stride = 16;

    /// <summary>Largest side of a tile of the code that is coded by itself.</summary>
    public const int TileSide = 32;

    private const byte Version = 1,
        Grey = 1,
        Alpha = 2,
        Deep = 4;

    /// <summary>Rows and columns of the picture.</summary>
    public required ImageSize Size { get; init; }

    /// <summary>True for grey.</summary>
    public bool IsGrey { get; init; }

    /// <summary>True for 16 bits a sample.</summary>
    public bool IsDeep { get; init; }

    /// <summary>Quality, 0 to 255 for 0 to 1.</summary>
    public byte Quality { get; init; }

    /// <summary>EXIF and colour profile.</summary>
    public PictureMetadata Metadata { get; init; } = PictureMetadata.None;

    /// <summary>Opacity, one or two bytes a pixel; null for none.</summary>
    public byte[]? Opacity { get; init; }

    /// <summary>Mean of each colour of the decoded picture where it was encoded, in 1/256 of one of 255 levels.</summary>
    public ushort[] Means { get; init; } = [];

    /// <summary>xxHash-32 of the codes, 16 bits each.</summary>
    public uint CodeSum { get; init; }

    /// <summary>Messages of the tiles, row after row.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Tiles { get; init; }

    /// <summary>Rows and columns of the code.</summary>
    public ImageSize CodeSize => new((Size.Height + Stride - 1) / Stride, (Size.Width + Stride - 1) / Stride);

    /// <summary>Returns where tiles of a side begin, about as long as each other, and how long they are.</summary>
    public static (int At, int Length)[] Parts(int length, int most)
    {
        var count = (length + most - 1) / most;
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => (At: (int)((long)length * i / count), End: (int)((long)length * (i + 1) / count)))
                .Select(part => (part.At, part.End - part.At)),
        ];
    }

    /// <summary>Returns the tiles of a code, row after row.</summary>
    public static (int Top, int Left, int Height, int Width)[] TilesOf(ImageSize code, int most = TileSide) =>
        [.. Parts(code.Height, most).SelectMany(row => Parts(code.Width, most).Select(column => (row.At, column.At, row.Length, column.Length)))];

    /// <summary>Returns the checksum of codes, M x h x w.</summary>
    public static uint SumOf(ReadOnlySpan<short> codes)
    {
        if (BitConverter.IsLittleEndian)
            return XxHash32.HashToUInt32(MemoryMarshal.AsBytes(codes));
        var swapped = new short[codes.Length];
        BinaryPrimitives.ReverseEndianness(codes, swapped);
        return XxHash32.HashToUInt32(MemoryMarshal.AsBytes(swapped.AsSpan()));
    }

    /// <summary>Returns the bytes.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write((byte)((IsGrey ? Grey : 0) | (Opacity is null ? 0 : Alpha) | (IsDeep ? Deep : 0)));
        writer.Write(Quality);
        writer.Write7BitEncodedInt(Size.Height);
        writer.Write7BitEncodedInt(Size.Width);
        foreach (var mean in Means)
            writer.Write(mean);
        writer.Write(CodeSum);
        foreach (var part in new[] { Metadata.Exif, Metadata.Profile, Opacity })
            PackedPart.Write(writer, part);
        PackedPart.WriteTiles(writer, Tiles);
        return stream.ToArray();
    }

    /// <summary>Reads the bytes.</summary>
    /// <exception cref="InvalidInputException">They are damaged, or of a newer program.</exception>
    public static CodedPhotograph FromBytes(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes.ToArray(), writable: false));
            var (version, flags, quality) = (reader.ReadByte(), reader.ReadByte(), reader.ReadByte());
            if (version != Version || flags > (Grey | Alpha | Deep))
                throw new InvalidInputException("A photograph in it", $"has version {version}, which this Isthmus does not read", "use a newer Isthmus");
            var size = new ImageSize(reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt());
            if (size.Height < 1 || size.Width < 1 || (long)size.Height * size.Width > PackedPart.MostPixels)
                throw PackedPart.Damaged($"it has {size} pixels");
            var (isGrey, isDeep, pixels) = ((flags & Grey) != 0, (flags & Deep) != 0, size.Height * size.Width);
            var means = new ushort[isGrey ? 1 : 3];
            for (var i = 0; i < means.Length; i++)
                means[i] = reader.ReadUInt16();
            var sum = reader.ReadUInt32();
            var (exif, profile) = (PackedPart.Read(reader, PackedPart.MostMetadata), PackedPart.Read(reader, PackedPart.MostMetadata));
            var opacity = PackedPart.Read(reader, pixels * (isDeep ? 2 : 1));
            if ((flags & Alpha) != 0 != opacity is not null || (opacity is not null && opacity.Length != pixels * (isDeep ? 2 : 1)))
                throw PackedPart.Damaged("its opacity is of another size");
            var probe = new CodedPhotograph { Size = size, Tiles = [] };
            var tiles = PackedPart.ReadTiles(reader, bytes, TilesOf(probe.CodeSize).Length);
            return new()
            {
                Size = size,
                IsGrey = isGrey,
                IsDeep = isDeep,
                Quality = quality,
                Metadata = new(exif, profile),
                Opacity = opacity,
                Means = means,
                CodeSum = sum,
                Tiles = tiles,
            };
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw PackedPart.Damaged("it ends too early", e);
        }
    }

    /// <summary>Returns the codes, M x h x w in 1/16 of a step, tiles by several threads.</summary>
    /// <exception cref="InvalidInputException">They are damaged, or of another model.</exception>
    public short[] Codes(LatentCoder coder, int channels, int threads, CancellationToken cancellationToken)
    {
        var (code, codes) = (CodeSize, new short[channels * CodeSize.Height * CodeSize.Width]);
        ForEachTile(threads, cancellationToken, (message, where) =>
        {
            var tile = new short[channels * where.Height * where.Width];
            coder.Decode(message, where.Height, where.Width, tile);
            Place<short>(tile, codes, code, where);
        });
        return SumOf(codes) == CodeSum ? codes : throw PackedPart.Damaged("its codes do not have their checksum");
    }

    /// <summary>Returns the bits that each place of the code costs, h x w, tiles by several threads.</summary>
    /// <exception cref="InvalidInputException">The messages are damaged, or of another model.</exception>
    public float[] PlaceBits(LatentCoder coder, int threads, CancellationToken cancellationToken)
    {
        var (code, bits) = (CodeSize, new float[CodeSize.Height * CodeSize.Width]);
        ForEachTile(threads, cancellationToken, (message, where) => Place<float>(coder.PlaceBits(message, where.Height, where.Width), bits, code, where));
        return bits;
    }

    private void ForEachTile(
        int threads,
        CancellationToken cancellationToken,
        Action<ReadOnlyMemory<byte>, (int Top, int Left, int Height, int Width)> read
    )
    {
        var tiles = TilesOf(CodeSize);
        try
        {
            Parallelism.ForEach(tiles.Length, threads, cancellationToken, i => read(Tiles[i], tiles[i]));
        }
        catch (MessageException e)
        {
            throw PackedPart.Damaged("its codes do not decode", e);
        }
    }

    /// <summary>Copies the codes of a tile, or what else it has of each, to their places.</summary>
    public static void Place<T>(ReadOnlySpan<T> tile, Span<T> codes, ImageSize code, (int Top, int Left, int Height, int Width) where)
    {
        for (var row = 0; row < tile.Length / where.Width; row++)
        {
            var (channel, down) = (row / where.Height, row % where.Height);
            tile.Slice(row * where.Width, where.Width).CopyTo(codes[(((channel * code.Height) + where.Top + down) * code.Width + where.Left)..]);
        }
    }
}
