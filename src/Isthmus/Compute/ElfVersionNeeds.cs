using System.Buffers.Binary;
using System.Text;

namespace Isthmus.Compute;

/// <summary>
/// Symbol versions that an ELF library demands of others (section <c>.gnu.version_r</c>, type SHT_GNU_verneed). A version marked weak (VER_FLG_WEAK) may be
/// absent: the dynamic loader warns at most. Layout: <c>Elf64_Verneed</c> and <c>Elf64_Vernaux</c>, System V ABI, "Symbol Versioning".
/// </summary>
internal static class ElfVersionNeeds
{
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>Marks every demand for <paramref name="version"/> as weak, in place.</summary>
    /// <returns>Number of entries with that name (already weak ones included).</returns>
    /// <exception cref="InvalidDataException">The bytes are not a 64-bit little-endian ELF file, or its tables point outside it.</exception>
    public static int MarkWeak(Span<byte> elf, string version)
    {
        try
        {
            return MarkWeakUnchecked(elf, version);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new InvalidDataException("The ELF tables point outside the file: it is damaged.");
        }
    }

    private static int MarkWeakUnchecked(Span<byte> elf, string version)
    {
        // e_ident: 0x7F 'E' 'L' 'F', class 2 (64-bit), data 1 (little-endian).
        if (elf.Length < 64 || !elf[..6].SequenceEqual("\u007FELF\u0002\u0001"u8))
            throw new InvalidDataException("Not a 64-bit little-endian ELF file.");

        var name = Encoding.ASCII.GetBytes(version);
        var sections = Offset(elf[0x28..]);
        var sectionSize = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3A..]);
        var sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3C..]);
        var found = 0;
        for (var i = 0; i < sectionCount; i++)
        {
            var section = elf[(sections + i * sectionSize)..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != SectionTypeVersionNeeds)
                continue;
            var stringSection = (int)BinaryPrimitives.ReadUInt32LittleEndian(section[40..]);
            var strings = Offset(elf[(sections + stringSection * sectionSize + 24)..]);
            found += MarkTable(elf, Offset(section[24..]), strings, name);
        }
        return found;
    }

    private static int MarkTable(Span<byte> elf, int need, int strings, ReadOnlySpan<byte> name)
    {
        var found = 0;
        while (true)
        {
            var count = BinaryPrimitives.ReadUInt16LittleEndian(elf[(need + 2)..]);
            var entry = need + Offset32(elf[(need + 8)..]);
            for (var i = 0; i < count; i++)
            {
                var text = elf[(strings + Offset32(elf[(entry + 8)..]))..];
                if (text[..text.IndexOf((byte)0)].SequenceEqual(name))
                {
                    var flags = elf[(entry + 4)..];
                    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | WeakFlag));
                    found++;
                }
                entry += Offset32(elf[(entry + 12)..]);
            }
            var next = Offset32(elf[(need + 12)..]);
            if (next == 0)
                return found;
            need += next;
        }
    }

    private static int Offset(ReadOnlySpan<byte> field) => checked((int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(field), int.MaxValue));

    private static int Offset32(ReadOnlySpan<byte> field) => (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(field), int.MaxValue / 2);
}
