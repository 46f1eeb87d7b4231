using System.Buffers.Binary;
using System.IO.Hashing;
using Isthmus.Compression.Codecs;
using Isthmus.Data.Images;

namespace Isthmus.Compression.Archive;

/// <summary>
/// First 128 bytes of an archive: its kind, the sizes of its parts, and the model that decodes it. Numbers are little-endian; the layout is in
/// docs/reference/archive-format.md.
/// </summary>
public sealed record ArchiveHeader
{
    /// <summary>Length of a header, bytes.</summary>
    public const int Length = 128;

    /// <summary>
    /// Newest version written by this program: minor version 1 only if it is needed, for arithmetic profiles 2 and 3, 2 for profile 4, and 3 for profile 5. A
    /// newer minor version can be read, a newer major one cannot.
    /// </summary>
    public const byte Major = 1,
        Minor = 3;

    /// <summary>Newest profile of integer arithmetic known to this program; 0 stands for no model.</summary>
    public const byte LatestProfile = 5;

    /// <summary>Largest number of bytes of records in one block, unless one record is larger.</summary>
    public const int LargestBlock = 1 << 26;

    internal const int LargestRecord = 1 << 28,
        LargestDirectory = 1 << 26,
        LargestModel = 1 << 26;

    internal const int MostRecordsInBlock = (1 << 24) - 1;

    // Bit 7 is set (a 7-bit channel clears it), CR LF and LF are in (a text-mode transfer changes one of them), and 1A ends a file on DOS.
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'I', (byte)'S', (byte)'T', (byte)'H', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Minor version of the format of this archive.</summary>
    public byte MinorVersion { get; init; }

    /// <summary>Profile of the integer arithmetic that decodes the model's blocks.</summary>
    public byte ArithmeticProfile { get; init; }

    /// <summary>Features that a reader must understand.</summary>
    public ArchiveFeatures Features { get; init; }

    /// <summary>
    /// Identifier of this archive: a hash of its whole content. Each block repeats it in its checksum, so that no block of another archive is taken for one of
    /// this.
    /// </summary>
    public ulong Id { get; init; }

    /// <summary>Number of records.</summary>
    public int Records { get; init; }

    /// <summary>Bytes of one record, D.</summary>
    public int RecordBytes { get; init; }

    /// <summary>Largest number of records in a block.</summary>
    public int RecordsPerBlock { get; init; }

    /// <summary>Number of blocks.</summary>
    public int Blocks { get; init; }

    /// <summary>Size and levels of a record if it is a picture; otherwise null.</summary>
    public ImageSchema? Schema { get; init; }

    /// <summary>Random seed by which pixels were made black and white; null if they are unchanged.</summary>
    public int? BinarisationSeed { get; init; }

    /// <summary>The list of files.</summary>
    internal Section Directory { get; init; }

    /// <summary>The model; empty if it is outside, or if there is none.</summary>
    internal Section Model { get; init; }

    /// <summary>SHA-256 of the integer model's canonical bytes; null without a model.</summary>
    public byte[]? ModelHash { get; init; }

    /// <summary>True for an archive of text, whose records are bytes.</summary>
    internal bool IsText => RecordBytes == 1 && Schema is null;

    /// <summary>Name of a record, in the singular.</summary>
    internal string Unit => IsText ? "byte" : "record";

    /// <summary>Returns the least minor version of an archive with a model of this profile.</summary>
    internal static byte MinorOf(byte arithmeticProfile) =>
        arithmeticProfile switch
        {
            <= 1 => 0,
            <= 3 => 1,
            4 => 2,
            _ => Minor,
        };

    /// <summary>Offset of the first block in the file.</summary>
    internal long BlocksStart => Length + (long)Directory.Stored + Model.Stored;

    /// <summary>True if the bytes begin as an archive does, one flipped bit allowed.</summary>
    internal static bool IsArchive(ReadOnlySpan<byte> head)
    {
        if (head.Length < Signature.Length)
            return false;
        var flipped = 0;
        for (var i = 0; i < Signature.Length; i++)
            flipped += byte.PopCount((byte)(head[i] ^ Signature[i]));
        return flipped <= 1;
    }

    internal byte[] ToBytes()
    {
        var bytes = new byte[Length];
        Signature.CopyTo(bytes);
        (bytes[9], bytes[10], bytes[11]) = (Major, MinorVersion, ArithmeticProfile);
        Put(bytes, 12, (uint)Features);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), Id);
        Put(bytes, 24, (uint)Records);
        Put(bytes, 28, (uint)RecordBytes);
        Put(bytes, 32, (uint)RecordsPerBlock);
        Put(bytes, 36, (uint)Blocks);
        if (Schema is { } schema)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(40), (ushort)schema.Height);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(42), (ushort)schema.Width);
            (bytes[44], bytes[45]) = ((byte)schema.Channels, (byte)(schema.Levels - 1));
        }
        bytes[46] = (byte)(BinarisationSeed is null ? 0 : 1);
        Put(bytes, 48, (uint)(BinarisationSeed ?? 0));
        Directory.Write(bytes.AsSpan(56));
        Model.Write(bytes.AsSpan(68));
        ModelHash?.CopyTo(bytes.AsSpan(80));
        Put(bytes, 120, XxHash32.HashToUInt32(bytes.AsSpan(0, 120)));
        Put(bytes, 124, Crc32.HashToUInt32(bytes.AsSpan(0, 124)));
        return bytes;
    }

    /// <summary>Reads and checks a header.</summary>
    /// <param name="bytes">The first bytes of the file; one flipped bit in them is flipped back if <paramref name="repair"/>.</param>
    /// <param name="fileLength">Length of the whole file, which bounds everything in it.</param>
    /// <param name="repair">True to tolerate one flipped bit.</param>
    /// <exception cref="InvalidInputException">No archive, a damaged one, or one that needs a newer program.</exception>
    internal static ArchiveHeader Read(Span<byte> bytes, long fileLength, bool repair)
    {
        if (!IsArchive(bytes) || (!repair && !bytes.StartsWith(Signature)))
            throw bytes is [0x09 or 0x89, (byte)'I', (byte)'S', (byte)'T', (byte)'H', ..]
                ? new InvalidInputException("it", "was an archive, and a transfer in text mode or over 7 bits has changed it", "fetch it again, in binary mode")
                : new InvalidInputException("it", "is no Isthmus archive", $"give a file that {OptionNames.Compress} wrote");
        if (bytes.Length < Length)
            throw new InvalidInputException("it", $"is cut short: an archive's header alone has {Length} bytes, and the file {fileLength}", "fetch it again");
        var isWhole = bytes.StartsWith(Signature) && Crc32.HashToUInt32(bytes[..124]) == Get(bytes, 124);
        if (!isWhole && repair)
            isWhole = SingleBitRepair.TryRepair(bytes[..124], Get(bytes, 124)) && bytes.StartsWith(Signature);
        if (!isWhole || XxHash32.HashToUInt32(bytes[..120]) != Get(bytes, 120))
            throw new InvalidInputException(
                "its header",
                $"is damaged{(repair ? " beyond repair" : "")}",
                $"fetch it again{(repair ? (Wording)"" : $", or recover what can be with {OptionNames.KeepGoing}")}",
                OptionNames.KeepGoing
            );
        if (bytes[9] != Major)
            throw new InvalidInputException("it", $"has format version {bytes[9]}.{bytes[10]}, and this Isthmus reads {Major}.x", "use a newer Isthmus");
        var features = (ArchiveFeatures)Get(bytes, 12);
        if ((features & ~ArchiveFeatures.Known) is not 0 and var unknown)
            throw new InvalidInputException("it", $"needs features that this Isthmus does not have (bits {(uint)unknown:x8})", "use a newer Isthmus");
        var header = new ArchiveHeader
        {
            MinorVersion = bytes[10],
            ArithmeticProfile = bytes[11],
            Features = features,
            Id = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            Records = Count(bytes, 24, int.MaxValue, "records"),
            RecordBytes = Count(bytes, 28, LargestRecord, "bytes a record"),
            RecordsPerBlock = Count(bytes, 32, MostRecordsInBlock, "records a block"),
            Blocks = Count(bytes, 36, int.MaxValue, "blocks"),
            Schema =
                bytes[44] == 0
                    ? null
                    : new ImageSchema(
                        BinaryPrimitives.ReadUInt16LittleEndian(bytes[40..]),
                        BinaryPrimitives.ReadUInt16LittleEndian(bytes[42..]),
                        bytes[44],
                        bytes[45] + 1
                    ),
            BinarisationSeed = bytes[46] == 0 ? null : (int)Get(bytes, 48),
            Directory = Section.Read(bytes[56..]),
            Model = Section.Read(bytes[68..]),
            ModelHash = bytes[11] == 0 ? null : bytes[80..112].ToArray(),
        };
        header.Check(fileLength);
        return header;
    }

    private void Check(long fileLength)
    {
        if (ArithmeticProfile > LatestProfile)
            throw new InvalidInputException(
                "its model",
                $"needs arithmetic profile {ArithmeticProfile}, and this Isthmus has {LatestProfile}",
                "use a newer Isthmus"
            );
        if (RecordBytes < 1 || RecordsPerBlock < 1 || ((long)RecordsPerBlock * RecordBytes > LargestBlock && RecordsPerBlock > 1))
            throw Wrong($"blocks of {RecordsPerBlock} records of {RecordBytes} bytes; a block has 1 record, or at most {LargestBlock} bytes");
        if (
            Schema is { } schema
            && ((long)schema.Height * schema.Width * schema.Channels != RecordBytes || schema.Channels is not (1 or 3) || schema.Levels is not (2 or 256))
        )
            throw Wrong($"pictures of {schema} in records of {RecordBytes} bytes");
        if (Blocks > Records || Blocks < (Records + (long)RecordsPerBlock - 1) / RecordsPerBlock)
            throw Wrong($"{Records} records in {Blocks} blocks of at most {RecordsPerBlock}");
        if (
            !Directory.IsSane(LargestDirectory)
            || !Model.IsSane(LargestModel)
            || (Model.Stored > 0) != (ModelHash is not null && !Features.HasFlag(ArchiveFeatures.ModelOutside))
        )
            throw Wrong($"a list of files of {Directory} and a model of {Model}");
        if (BlocksStart > fileLength)
            throw new InvalidInputException(
                "it",
                $"is cut short: its list of files and its model end at byte {BlocksStart}, and the file has {fileLength}",
                "fetch it again"
            );
    }

    private static InvalidInputException Wrong(string what) =>
        new("its header", $"makes no sense: it names {what}; it was not written by Isthmus", "use a copy that was");

    private static int Count(ReadOnlySpan<byte> bytes, int at, int most, string what) =>
        Get(bytes, at) is var count && count <= most ? (int)count : throw Wrong($"{count} {what}, and there can be {most}");

    private static uint Get(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static void Put(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);
}

/// <summary>Features that a reader must understand to read an archive; it refuses an archive with a bit that it does not know.</summary>
[Flags]
public enum ArchiveFeatures : uint
{
    /// <summary>No feature beyond the first version.</summary>
    None = 0,

    /// <summary>The model is in another file.</summary>
    ModelOutside = 1,

    /// <summary>
    /// Files are photographs, coded with loss unless they are <see cref="LosslessPhotographs"/>; bit 1 is reserved for tables of real numbers.
    /// </summary>
    Photographs = 4,

    /// <summary>Blocks of text are coded by a language model of lines; records are bytes.</summary>
    Lines = 8,

    /// <summary>The photographs are coded without loss.</summary>
    LosslessPhotographs = 16,

    /// <summary>All features that this program understands.</summary>
    Known = ModelOutside | Photographs | Lines | LosslessPhotographs,
}
