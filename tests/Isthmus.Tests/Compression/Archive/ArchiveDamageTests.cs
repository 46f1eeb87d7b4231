using System.Buffers.Binary;
using CsCheck;
using Isthmus.Cli.Output;
using Isthmus.Compression.Archive;
using Isthmus.Compression.Codecs;

namespace Isthmus.Tests.Compression.Archive;

public class ArchiveDamageTests
{
    private static readonly ArchiveContent Content = Archives.Content();
    private static readonly byte[] Records = Archives.Records(Content);
    private static readonly byte[] Files = ArchiveDirectory.ToBytes(Content.Entries);
    private static readonly byte[] Written = Archives.Written(Content, Archives.Model, new() { RecordsPerBlock = 6 });

    [Fact]
    public void Any_truncation_is_an_error()
    {
        for (var length = 0; length < Written.Length; length++)
            Assert.Throws<InvalidInputException>(() => Read(Written[..length], keepGoing: false));
    }

    [Fact]
    public void Any_flipped_bit_is_an_error_and_nothing_is_lost_with_keep_going()
    {
        for (var bit = 0; bit < 8 * Written.Length; bit++)
        {
            byte[] damaged = [.. Written];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<InvalidInputException>(() => Read(damaged, keepGoing: false));
            var (records, files) = Read(damaged, keepGoing: true);
            Assert.True(Records.SequenceEqual(records), $"bit {bit}");
            Assert.True(Files.SequenceEqual(files), $"bit {bit}");
        }
    }

    /// <summary>
    /// The same with an integer model in the archive and its own codecs: every cut and every flip an error, and of some flips that nothing is lost.
    /// </summary>
    [Theory]
    [InlineData("2", CompressionMethod.Qlat)]
    [InlineData("context-256", CompressionMethod.Bbans)]
    public void Any_damage_to_an_archive_of_an_integer_model_is_an_error(string name, CompressionMethod method)
    {
        var model = SmallModel.Of(name);
        var content = new ArchiveContent(30, model.Schema);
        content.Add(new() { Name = "some-idx3-ubyte", Prefix = [0, 0, 8, 3] }, SmallModel.Records(model, 9), isModelled: true);
        var written = Archives.Written(
            content,
            method == CompressionMethod.Qlat ? ArchiveModel.OfQuantisedLatents(model) : ArchiveModel.Of(model),
            new() { RecordsPerBlock = 5, Method = method }
        );
        for (var length = 0; length < written.Length; length++)
            Assert.Throws<InvalidInputException>(() => Decoded(written[..length], keepGoing: false));
        for (var bit = 0; bit < 8 * written.Length; bit++)
        {
            byte[] damaged = [.. written];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<InvalidInputException>(() => Decoded(damaged, keepGoing: false));
            if (bit % 29 == 0)
                Assert.Equal(Archives.Records(content), Decoded(damaged, keepGoing: true));
        }

        static byte[] Decoded(byte[] bytes, bool keepGoing)
        {
            using var archive = ArchiveReader.Open(bytes, "test.isth", new() { KeepGoing = keepGoing });
            return Archives.Records(archive);
        }
    }

    [Fact]
    public void Burst_takes_the_records_of_its_blocks_and_no_others()
    {
        using var whole = Archives.Opened(Written);
        for (var offset = whole.Header.BlocksStart; offset + 5 < whole.Blocks[^1].End; offset++)
        {
            byte[] damaged = [.. Written];
            foreach (ref var value in damaged.AsSpan((int)offset, 5))
                value ^= 0x5A;
            var hit = whole.Blocks.Where(block => block.Offset < offset + 5 && offset < block.Offset + BlockFrame.Length + block.PayloadBytes).ToArray();
            Assert.Equal(hit, Lost(damaged));
            // The same where the index is gone too.
            Assert.All(whole.Blocks.Except(hit), block => Assert.DoesNotContain(block.First, Missing(damaged[..^20])));
        }
    }

    [Fact]
    public void Truncated_archive_gives_the_blocks_that_are_there()
    {
        using var whole = Archives.Opened(Written);
        for (var length = (int)whole.Header.BlocksStart; length < Written.Length; length++)
        {
            var missing = Missing(Written[..length]);
            Assert.All(whole.Blocks, block => Assert.Equal(block.Offset + BlockFrame.Length + block.PayloadBytes > length, missing.Contains(block.First)));
        }
    }

    [Fact]
    public void Damaged_list_of_files_leaves_the_records_and_damaged_model_can_be_given()
    {
        byte[] damaged = [.. Written];
        damaged.AsSpan(ArchiveHeader.Length, 8).Clear();
        using var archive = Archives.Opened(damaged, keepGoing: true);
        Assert.Equal("records.bin", Assert.Single(archive.Entries).Name);
        Assert.Equal(Records, Archives.Records(archive));
        Assert.Contains("list of files", Assert.Single(archive.Damage));

        damaged = [.. Written];
        damaged.AsSpan(ArchiveHeader.Length + archive.Header.Directory.Stored, 8).Clear();
        using var without = Archives.Opened(damaged, keepGoing: true);
        Assert.Contains("give it with -m", Assert.Throws<InvalidInputException>(() => Archives.Records(without)).OnCommandLine());
        using var given = Archives.Opened(damaged, keepGoing: true, Archives.Model.Bytes);
        Assert.Equal(Records, Archives.Records(given));
    }

    [Fact]
    public void Any_bytes_are_an_error_or_the_data()
    {
        // Damage of all kinds: bytes changed, cut out, doubled.
        var damage = Gen.Select(Gen.Int[0, 3], Gen.Int[0, Written.Length - 1], Gen.Int[1, 40], Gen.Byte);
        Gen.Select(damage.Array[1, 4], Gen.Bool)
            .Sample(
                (damages, keepGoing) =>
                {
                    List<byte> bytes = [.. Written];
                    foreach (var (kind, at, length, value) in damages)
                    {
                        var start = Math.Min(at, bytes.Count);
                        var some = bytes.GetRange(start, Math.Min(length, bytes.Count - start));
                        if (kind == 0)
                            bytes.RemoveRange(start, some.Count);
                        else if (kind == 1)
                            bytes.InsertRange(start, some);
                        else if (some.Count > 0)
                            bytes[start] = kind == 2 ? value : (byte)(bytes[start] ^ (1 << (value % 8)));
                    }
                    try
                    {
                        using var archive = Archives.Opened([.. bytes], keepGoing);
                        foreach (var block in archive.Blocks)
                            try
                            {
                                var records = new byte[block.Count * 30];
                                archive.Decode(block, records);
                                Assert.Equal(Records.AsSpan(30 * block.First, records.Length).ToArray(), records);
                            }
                            catch (InvalidInputException) { }
                    }
                    catch (InvalidInputException) { }
                }
            );
    }

    [Theory]
    [InlineData(24, "records")]
    [InlineData(28, "bytes a record")]
    [InlineData(32, "records a block")]
    [InlineData(36, "blocks")]
    [InlineData(56, "")]
    [InlineData(60, "")]
    [InlineData(68, "")]
    [InlineData(72, "")]
    public void Huge_counts_are_refused_before_memory_is_taken(int at, string what)
    {
        // A block may well have room for more records than there are, up to 2^26 bytes.
        foreach (var count in new uint[] { 0x7FFFFFFF, 0xFFFFFFFF, 1 << 28, 1 << 24, 1 << 20, 10_000 }.Where(count => at != 32 || count > 1 << 20))
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, count);
            var damaged = Archives.WithHeader(Written, at, bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var message = Assert.Throws<InvalidInputException>(() => Read(damaged, keepGoing: false)).OnCommandLine();
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 27);
            Assert.Contains(count > 1 << 28 ? what : "", message);
        }
    }

    [Fact]
    public void Text_mode_and_seven_bit_transfers_are_named()
    {
        var text = Written.SelectMany(value => value == '\n' ? "\r\n"u8.ToArray() : [value]).ToArray();
        Assert.Contains("text mode", Refused(text));
        Assert.Contains("text mode", Refused([.. Written.Select(value => (byte)(value & 0x7F))]));
        Assert.Contains("no Isthmus archive", Refused("PK\u0003\u0004 and so on"u8.ToArray()));
        Assert.Contains("no Isthmus archive", Refused([]));
        Assert.Contains("cut short", Refused(Written[..50]));

        static string Refused(byte[] bytes) => Assert.Throws<InvalidInputException>(() => Archives.Opened(bytes)).OnCommandLine();
    }

    [Fact]
    public void Block_of_another_archive_is_not_taken_for_one_of_this()
    {
        var other = Archives.Written(Archives.Content(21), Archives.Model, new() { RecordsPerBlock = 6 });
        using var one = Archives.Opened(Written);
        using var two = Archives.Opened(other);
        byte[] mixed =
        [
            .. Written[..(int)one.Blocks[1].Offset],
            .. other[(int)two.Blocks[1].Offset..(int)two.Blocks[2].Offset],
            .. Written[(int)one.Blocks[2].Offset..],
        ];
        Assert.Equal([6], Missing(mixed).Where(first => one.Blocks.Any(block => block.First == first)));
    }

    [Fact]
    public void A_flipped_bit_is_found_from_the_sum()
    {
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[0, int.MaxValue])
            .Sample(
                (bytes, at) =>
                {
                    var sum = System.IO.Hashing.Crc32.HashToUInt32(bytes);
                    byte[] damaged = [.. bytes];
                    var bit = at % (8 * bytes.Length + 32);
                    if (bit < 8 * bytes.Length)
                        damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                    else
                        sum ^= 1U << (bit - 8 * bytes.Length);
                    Assert.True(SingleBitRepair.TryRepair(damaged, sum));
                    Assert.Equal(bytes, damaged);
                }
            );
    }

    private static (byte[] Records, byte[] Files) Read(byte[] bytes, bool keepGoing)
    {
        using var archive = Archives.Opened(bytes, keepGoing);
        return (Archives.Records(archive), ArchiveDirectory.ToBytes(archive.Entries));
    }

    private static ArchiveBlock[] Lost(byte[] bytes)
    {
        using var archive = Archives.Opened(bytes, keepGoing: true);
        return [.. archive.Blocks.Where(block => !Decodes(archive, block))];
    }

    /// <summary>First records of the blocks that are not there, or do not decode.</summary>
    private static HashSet<int> Missing(byte[] bytes)
    {
        using var archive = Archives.Opened(bytes, keepGoing: true);
        var there = archive.Blocks.Where(block => Decodes(archive, block)).SelectMany(block => Enumerable.Range(block.First, block.Count));
        return [.. Enumerable.Range(0, archive.Header.Records).Except(there)];
    }

    private static bool Decodes(ArchiveReader archive, ArchiveBlock block)
    {
        var records = new byte[30 * block.Count];
        try
        {
            archive.Decode(block, records);
        }
        catch (InvalidInputException)
        {
            return false;
        }
        Assert.Equal(Records.AsSpan(30 * block.First, records.Length).ToArray(), records);
        return true;
    }
}
