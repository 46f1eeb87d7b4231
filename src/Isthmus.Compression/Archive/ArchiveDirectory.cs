using System.Text;

namespace Isthmus.Compression.Archive;

/// <summary>List of an archive's files, in order. Its grammar is in docs/reference/archive-format.md.</summary>
internal static class ArchiveDirectory
{
    /// <summary>
    /// Largest number of files, and of bytes of all their names: a name may share nearly all of the one before, so its bytes are not those of the list.
    /// </summary>
    public const int MostFiles = 1 << 22,
        MostNameBytes = 1 << 27;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static byte[] ToBytes(IReadOnlyList<ArchiveEntry> entries)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write7BitEncodedInt(entries.Count);
        byte[] expected = [];
        foreach (var entry in entries)
        {
            var name = StrictUtf8.GetBytes(entry.Name);
            var shared = expected.AsSpan().CommonPrefixLength(name);
            writer.Write7BitEncodedInt(expected.Length - shared);
            WriteBytes(writer, name.AsSpan(shared));
            writer.Write((byte)entry.Kind);
            writer.Write((byte)((entry.Scale == 1 ? 0 : 1) | (entry.Interleaved ? 2 : 0)));
            if (entry.Kind != EntryKind.Picture)
            {
                writer.Write7BitEncodedInt(entry.Records);
                WriteBytes(writer, entry.Prefix);
                WriteBytes(writer, entry.Suffix);
            }
            expected = StrictUtf8.GetBytes(ArchiveName.Successor(entry.Name));
        }
        return bytes.ToArray();
    }

    /// <summary>Reads the list; the entries must hold exactly <paramref name="records"/> records.</summary>
    /// <exception cref="InvalidInputException">Anything that an archive of this version does not hold, or a name that is refused.</exception>
    public static IReadOnlyList<ArchiveEntry> FromBytes(byte[] bytes, int records, bool hasPictures, bool hasPhotographs = false)
    {
        try
        {
            using var stream = new MemoryStream(bytes);
            using var reader = new BinaryReader(stream);
            // An entry takes four bytes at least.
            var entries = new ArchiveEntry[Length(reader, Math.Min(MostFiles, bytes.Length / 4))];
            var (first, nameBytes) = (0, 0);
            byte[] expected = [];
            for (var i = 0; i < entries.Length; i++)
            {
                byte[] name = [.. expected[..^Length(reader, expected.Length)], .. ReadBytes(reader)];
                if ((nameBytes += name.Length) > MostNameBytes)
                    throw new InvalidInputException(
                        "its files",
                        $"have names of more than {MostNameBytes} bytes in all; it is refused",
                        "fetch it again from a source that you trust"
                    );
                var kind = (EntryKind)reader.ReadByte();
                var form = reader.ReadByte();
                if (
                    kind > EntryKind.Photograph
                    || form > 3
                    || (!hasPictures && (kind == EntryKind.Picture || form > 1))
                    || (kind == EntryKind.Photograph && !hasPhotographs)
                )
                    throw new InvalidInputException(
                        "its list of files",
                        $"has an entry of kind {(int)kind} and form {form}, which this archive cannot have",
                        "fetch it again"
                    );
                var held = kind == EntryKind.Picture ? 1 : Length(reader, int.MaxValue);
                if (held > records - first)
                    throw new InvalidInputException("its list of files", $"names more than its {records} records", "fetch it again");
                entries[i] = new()
                {
                    Name = StrictUtf8.GetString(name),
                    Kind = kind,
                    First = first,
                    Records = held,
                    Scale = (byte)((form & 1) == 0 ? 1 : 255),
                    Interleaved = (form & 2) != 0,
                    Prefix = kind != EntryKind.Picture ? ReadBytes(reader) : [],
                    Suffix = kind != EntryKind.Picture ? ReadBytes(reader) : [],
                };
                first += held;
                if (ArchiveName.Complaint(entries[i].Name) is { } complaint)
                    throw new InvalidInputException(
                        "it",
                        $"holds a file named '{Shown(entries[i].Name)}', and {complaint}; it is refused, and nothing is written",
                        "fetch it again from a source that you trust"
                    );
                expected = StrictUtf8.GetBytes(ArchiveName.Successor(entries[i].Name));
            }
            if (first != records || stream.Position != stream.Length)
                throw new InvalidInputException(
                    "its list of files",
                    $"names {first} records and {stream.Length - stream.Position} bytes more, and the archive holds {records}",
                    "fetch it again"
                );
            if (ArchiveName.Conflict(entries.Select(entry => entry.OutputName)) is { } conflict)
                throw new InvalidInputException(
                    "two of its files",
                    $"would be written as '{conflict}'; it is refused",
                    "fetch it again from a source that you trust"
                );
            return entries;
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or DecoderFallbackException)
        {
            throw new InvalidInputException("its list of files", "makes no sense; it was not written by Isthmus", "fetch it again from its source", cause: e);
        }
    }

    private static int Length(BinaryReader reader, int most) =>
        reader.Read7BitEncodedInt() is var length && length >= 0 && length <= most
            ? length
            : throw new InvalidInputException("its list of files", $"makes no sense: it names {(uint)length} where there can be {most}", "fetch it again");

    private static byte[] ReadBytes(BinaryReader reader)
    {
        var length = Length(reader, (int)(reader.BaseStream.Length - reader.BaseStream.Position));
        return reader.ReadBytes(length);
    }

    private static void WriteBytes(BinaryWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write7BitEncodedInt(bytes.Length);
        writer.Write(bytes);
    }

    // A hostile name must not reach a terminal as it is.
    private static string Shown(string name) => string.Concat(name.Take(80).Select(c => char.IsControl(c) ? '?' : c));
}
