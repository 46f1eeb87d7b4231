using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Isthmus.Compute;

namespace Isthmus.Tests.Compute;

/// <summary>The cure for older Linux, and clear words where there is none.</summary>
public sealed class TensorLibraryTests
{
    private const string Version = "GLIBCXX_3.4.32";

    private static string BridgePath => Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");

    [Fact]
    public void The_bridge_demands_the_new_version_once_and_one_byte_makes_it_weak()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TorchSharp's bridge is an ELF file on Linux only.");
        var original = File.ReadAllBytes(BridgePath);
        var patched = (byte[])original.Clone();
        Assert.Equal(1, ElfVersionNeeds.MarkWeak(patched, Version));
        var changed = Enumerable.Range(0, original.Length).Where(i => original[i] != patched[i]).ToList();
        var place = Assert.Single(changed);
        // VER_FLG_WEAK is 2, in a field that was 0.
        Assert.Equal((0, 2), (original[place], patched[place]));

        var again = (byte[])patched.Clone();
        Assert.Equal(1, ElfVersionNeeds.MarkWeak(again, Version));
        Assert.Equal(patched, again);
        Assert.Equal(0, ElfVersionNeeds.MarkWeak(again, "GLIBCXX_9.9.99"));
        Assert.Equal(patched, again);
    }

    [Fact]
    public void The_patched_copy_loads_and_a_damaged_one_is_written_anew()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The patched copy is for Linux only.");
        TensorLibrary.EnsureLoaded();
        using var folder = new TemporaryFolder();
        var copy = TensorLibrary.PatchedCopy(BridgePath, folder.Path);
        var bytes = File.ReadAllBytes(copy);
        Assert.NotEqual(File.ReadAllBytes(BridgePath), bytes);

        // A copy that is right is left alone, one that is not is replaced: cut short, and of the right length with one byte wrong.
        var written = File.GetLastWriteTimeUtc(copy);
        Assert.Equal(copy, TensorLibrary.PatchedCopy(BridgePath, folder.Path));
        Assert.Equal(written, File.GetLastWriteTimeUtc(copy));
        var wrong = (byte[])bytes.Clone();
        wrong[^1] ^= 1;
        foreach (var damaged in new[] { bytes[..1000], wrong, [] })
        {
            File.WriteAllBytes(copy, damaged);
            Assert.Equal(copy, TensorLibrary.PatchedCopy(BridgePath, folder.Path));
            Assert.Equal(bytes, File.ReadAllBytes(copy));
        }
        Assert.Equal([copy], Directory.GetFiles(Path.GetDirectoryName(copy)!));

        // Freed at once: torch stays with the library that EnsureLoaded took.
        NativeLibrary.Free(NativeLibrary.Load(copy));
    }

    [Fact]
    public void A_bridge_that_fails_for_another_reason_is_named()
    {
        using var folder = new TemporaryFolder();
        var other = Path.Combine(folder.Path, "other.so");
        File.WriteAllBytes(other, SyntheticElf("GLIBC_2.2.5"));
        var error = Assert.Throws<PlatformNotSupportedException>(() => TensorLibrary.PatchedCopy(other, folder.Path));
        Assert.Contains(other, error.Message, StringComparison.Ordinal);
        Assert.Contains(Version, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    public static TheoryData<string, Architecture, bool> Platforms =>
        new()
        {
            { "LINUX", Architecture.X64, true },
            { "WINDOWS", Architecture.X64, true },
            { "OSX", Architecture.Arm64, true },
            { "LINUX", Architecture.Arm64, false },
            { "LINUX", Architecture.X86, false },
            { "WINDOWS", Architecture.Arm64, false },
            { "OSX", Architecture.X64, false },
            { "FREEBSD", Architecture.X64, false },
        };

    [Theory]
    [MemberData(nameof(Platforms))]
    public void A_platform_without_libtorch_is_told_so_and_what_still_works(string system, Architecture architecture, bool supported)
    {
        if (supported)
        {
            TensorLibrary.CheckPlatform(OSPlatform.Create(system), architecture);
            return;
        }
        var error = Assert.Throws<PlatformNotSupportedException>(() => TensorLibrary.CheckPlatform(OSPlatform.Create(system), architecture));
        Assert.Contains(system, error.Message, StringComparison.Ordinal);
        Assert.Contains(architecture.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains("Linux x64, Windows x64 or macOS arm64", error.Message, StringComparison.Ordinal);
        Assert.Contains("Isthmus.Information", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Every_demand_for_the_version_is_marked_and_no_other()
    {
        var elf = SyntheticElf("GLIBC_2.2.5", Version, "GLIBCXX_3.4.3", Version);
        var before = (byte[])elf.Clone();
        Assert.Equal(2, ElfVersionNeeds.MarkWeak(elf, Version));
        Assert.Equal(2, Enumerable.Range(0, elf.Length).Count(i => elf[i] != before[i]));
        // A prefix of a version is another version.
        Assert.Equal(1, ElfVersionNeeds.MarkWeak(SyntheticElf("GLIBCXX_3.4.3", Version), "GLIBCXX_3.4.3"));
    }

    [Fact]
    public void A_damaged_ELF_file_is_refused_or_read_and_nothing_else()
    {
        var elf = SyntheticElf("GLIBC_2.2.5", Version);
        var refused = 0;
        for (var length = 0; length < elf.Length; length++)
            refused += Refused(elf[..length]) ? 1 : 0;
        // The last section header is the file's end, and the last that is read of it is its link, 20 bytes before: every earlier cut is refused.
        Assert.Equal(elf.Length - 20, refused);
        for (var bit = 0; bit < 8 * elf.Length; bit++)
        {
            var damaged = (byte[])elf.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Refused(damaged);
        }
        // Every field of the header at its largest.
        for (var place = 6; place < 64; place++)
        {
            var damaged = (byte[])elf.Clone();
            damaged.AsSpan(place, Math.Min(8, 64 - place)).Fill(0xFF);
            Refused(damaged);
        }

        static bool Refused(byte[] bytes)
        {
            try
            {
                ElfVersionNeeds.MarkWeak(bytes, Version);
                return false;
            }
            catch (InvalidDataException)
            {
                return true;
            }
        }
    }

    [Theory]
    [InlineData("MZ, a Windows program")]
    [InlineData("")]
    public void A_file_that_is_no_ELF_is_refused(string content) =>
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MarkWeak(Encoding.ASCII.GetBytes(content.PadRight(200)), Version));

    /// <summary>The least ELF file with a version-need table: header, strings, one need of one library, three section headers.</summary>
    private static byte[] SyntheticElf(params string[] versions)
    {
        const int Header = 64,
            SectionSize = 64,
            NeedSize = 16,
            EntrySize = 16;
        var strings = new MemoryStream();
        strings.WriteByte(0);
        var offsets = versions
            .Select(version =>
            {
                var offset = (uint)strings.Length;
                strings.Write(Encoding.ASCII.GetBytes(version + "\0"));
                return offset;
            })
            .ToArray();
        while (strings.Length % 8 != 0)
            strings.WriteByte(0);
        var need = Header + (int)strings.Length;
        var sections = need + NeedSize + EntrySize * versions.Length;
        var elf = new byte[sections + 3 * SectionSize];
        "\u007FELF\u0002\u0001\u0001"u8.CopyTo(elf);
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(0x28), (ulong)sections);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(0x3A), SectionSize);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(0x3C), 3);
        strings.ToArray().CopyTo(elf, Header);
        // Elf64_Verneed: version, count, file, offset of the first entry, offset of the next need.
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(need), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(need + 2), (ushort)versions.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(need + 8), NeedSize);
        for (var i = 0; i < versions.Length; i++)
        {
            // Elf64_Vernaux: hash, flags, other, name, offset of the next entry.
            var entry = elf.AsSpan(need + NeedSize + i * EntrySize);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], offsets[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], i + 1 < versions.Length ? EntrySize : 0u);
        }
        // Section 1: strings (SHT_STRTAB). Section 2: needs (SHT_GNU_verneed), linked to section 1.
        WriteSection(1, type: 3, Header, link: 0);
        WriteSection(2, type: 0x6ffffffe, need, link: 1);
        return elf;

        void WriteSection(int index, uint type, int offset, uint link)
        {
            var section = elf.AsSpan(sections + index * SectionSize);
            BinaryPrimitives.WriteUInt32LittleEndian(section[4..], type);
            BinaryPrimitives.WriteUInt64LittleEndian(section[24..], (ulong)offset);
            BinaryPrimitives.WriteUInt32LittleEndian(section[40..], link);
        }
    }
}
