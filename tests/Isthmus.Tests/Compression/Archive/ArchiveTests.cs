using CsCheck;
using Isthmus.Cli.Output;
using Isthmus.Compression.Archive;
using Isthmus.Compression.Codecs;

namespace Isthmus.Tests.Compression.Archive;

public class ArchiveTests
{
    [Theory]
    [InlineData(CompressionMethod.Auto, 1000)]
    [InlineData(CompressionMethod.Auto, 7)]
    [InlineData(CompressionMethod.Qlat, 3)]
    [InlineData(CompressionMethod.Bbans, 1)]
    [InlineData(CompressionMethod.Brotli, 7)]
    [InlineData(CompressionMethod.Raw, 1000)]
    public void Files_come_back_with_names_order_and_every_byte(CompressionMethod method, int block)
    {
        var content = Archives.Content();
        using var archive = Archives.Opened(Archives.Written(content, Archives.Model, new() { Method = method, RecordsPerBlock = block }));
        Assert.Equal(["set/pictures-1.idx", "notes.txt", "a.jpg"], archive.Entries.Select(entry => entry.Name));
        Assert.Equal(ArchiveDirectory.ToBytes(content.Entries), ArchiveDirectory.ToBytes(archive.Entries));
        Assert.Equal(Archives.Records(content), Archives.Records(archive));
    }

    [Fact]
    public void Any_content_comes_back_and_takes_at_most_raw_and_header_and_a_constant_a_block()
    {
        var file = Gen.Select(Gen.Byte.Array[0, 100], Gen.Byte.Array[0, 9], Gen.Bool, Gen.Bool);
        Gen.Select(file.List[0, 5], Gen.Int[1, 12], Gen.Int[1, 8], Gen.Bool)
            .Sample(
                (files, recordBytes, perBlock, isBinary) =>
                {
                    var content = new ArchiveContent(recordBytes);
                    foreach (var (bytes, header, isModelled, wide) in files)
                    {
                        var records = bytes[..(bytes.Length / recordBytes * recordBytes)];
                        content.Add(
                            new()
                            {
                                Name = $"f{content.Entries.Count}",
                                Prefix = header,
                                Suffix = bytes[records.Length..],
                            },
                            isBinary && !wide ? [.. records.Select(value => (byte)(value & 1))] : records,
                            isModelled
                        );
                    }
                    var written = Archives.Written(content, null, new() { RecordsPerBlock = perBlock });
                    using var archive = Archives.Opened(written);
                    Assert.Equal(Archives.Records(content), Archives.Records(archive));
                    Assert.Equal(ArchiveDirectory.ToBytes(content.Entries), ArchiveDirectory.ToBytes(archive.Entries));
                    // Header, list of files, end; a block's frame, and two numbers of at most five bytes in the index.
                    Assert.InRange(
                        written.Length,
                        0,
                        content.Records * recordBytes
                            + ArchiveHeader.Length
                            + ArchiveDirectory.ToBytes(content.Entries).Length
                            + ArchiveIndex.TailLength
                            + archive.Blocks.Count * (BlockFrame.Length + 10)
                    );
                }
            );
    }

    [Fact]
    public void Bytes_do_not_depend_on_the_number_of_threads()
    {
        var archives = new[] { 1, 2, 3, 8 }
            .Select(threads => Archives.Written(Archives.Content(300), Archives.Model, new() { RecordsPerBlock = 7, Threads = threads }))
            .ToArray();
        Assert.All(archives, archive => Assert.Equal(archives[0], archive));
    }

    /// <summary>Any number of threads with any size of block, by integer models: the same bytes for a size, and the same records from all of them.</summary>
    [Theory]
    [InlineData("2", CompressionMethod.Auto)]
    [InlineData("256", CompressionMethod.Qlat)]
    [InlineData("context-256", CompressionMethod.Bbans)]
    public void Permutations_of_threads_and_block_sizes_give_the_same_bytes(string name, CompressionMethod method)
    {
        var model = SmallModel.Of(name);
        var content = new ArchiveContent(30, model.Schema);
        content.Add(new() { Name = "some-idx3-ubyte" }, SmallModel.Records(model, 230), isModelled: true);
        foreach (var block in new[] { 1, 17, 64, 1000 })
        {
            var archives = new[] { 1, 2, 3, 8 }
                .Select(threads =>
                    Archives.Written(
                        content,
                        ArchiveModel.Of(model),
                        new()
                        {
                            RecordsPerBlock = block,
                            Threads = threads,
                            Method = method,
                        }
                    )
                )
                .ToArray();
            Assert.All(archives, archive => Assert.Equal(archives[0], archive));
            using var read = ArchiveReader.Open(archives[0], "test.isth", new());
            Assert.Equal(Archives.Records(content), Archives.Records(read));
            // Records, header, list of files and model, and 38 bytes a block: what docs/guide/archives.md promises.
            Assert.InRange(
                archives[0].Length,
                0,
                (230 * 30) + ArchiveHeader.Length + read.Header.Directory.Stored + read.Header.Model.Stored + ArchiveIndex.TailLength + (38 * read.Blocks.Count)
            );
        }
    }

    [Fact]
    public void Smallest_codec_wins_in_each_block()
    {
        var content = Archives.Content(100);
        var lengths = Enum.GetValues<CompressionMethod>().ToDictionary(method => method, method => Lengths(content, method));
        Assert.True(lengths[CompressionMethod.Bbans][0] < lengths[CompressionMethod.Qlat][0]);
        for (var block = 0; block < lengths[CompressionMethod.Auto].Length; block++)
            Assert.Equal(lengths.Values.Min(of => of[block]), lengths[CompressionMethod.Auto][block]);

        static int[] Lengths(ArchiveContent content, CompressionMethod method)
        {
            using var archive = Archives.Opened(Archives.Written(content, Archives.Model, new() { Method = method, RecordsPerBlock = 50 }));
            return [.. archive.Blocks.Select(block => block.PayloadBytes)];
        }
    }

    [Fact]
    public void Block_that_does_not_come_back_is_stored_in_another_way()
    {
        var liar = new ArchiveModel(Archives.Model.Bytes, Archives.Model.Schema, [new Liar(), new Thrower()], Archives.Model.Promise);
        var content = Archives.Content();
        using var stream = new MemoryStream();
        Assert.Equal(4, ArchiveWriter.Write(stream, content, liar, new()).Failures);
        using var archive = Archives.Opened(stream.ToArray());
        Assert.Equal(Archives.Records(content), Archives.Records(archive));
    }

    [Theory]
    [InlineData(CompressionMethod.Auto)]
    [InlineData(CompressionMethod.Qlat)]
    [InlineData(CompressionMethod.Raw)]
    public void Record_decodes_from_its_own_block_alone(CompressionMethod method)
    {
        var content = Archives.Content();
        var written = Archives.Written(content, Archives.Model, new() { RecordsPerBlock = 4, Method = method });
        using var whole = Archives.Opened(written);
        foreach (var block in whole.Blocks)
        {
            // All other blocks are overwritten with zeros.
            byte[] damaged = [.. written];
            foreach (var other in whole.Blocks.Where(other => other != block))
                damaged.AsSpan((int)other.Offset, BlockFrame.Length + other.PayloadBytes).Clear();
            using var archive = Archives.Opened(damaged);
            for (var index = block.First; index < block.First + block.Count; index++)
            {
                var record = new byte[30];
                archive.DecodeRecord(index, record);
                Assert.Equal(Archives.Records(content)[(30 * index)..(30 * index + 30)], record);
            }
        }
        Assert.Contains(
            "record 23; count its 23 records from 0",
            Assert.Throws<InvalidInputException>(() => whole.DecodeRecord(23, new byte[30])).OnCommandLine()
        );
    }

    [Fact]
    public void Empty_archive_is_an_archive()
    {
        using var archive = Archives.Opened(Archives.Written(new ArchiveContent(1), null, new()));
        Assert.Empty(archive.Entries);
        Assert.Empty(archive.Blocks);
        Assert.Empty(Archives.Records(archive));
    }

    [Fact]
    public void Numbered_names_take_next_to_nothing()
    {
        var content = new ArchiveContent(30, Archives.Model.Schema);
        for (var i = 0; i < 5000; i++)
            content.Add(
                new()
                {
                    Name = $"digits/{i}.png",
                    Kind = EntryKind.Picture,
                    Scale = 255,
                },
                new byte[30],
                isModelled: true
            );
        var (section, _) = Section.Of(ArchiveDirectory.ToBytes(content.Entries));
        Assert.InRange(section.Stored, 1, 60);
    }

    [Fact]
    public void Model_outside_is_asked_for_and_another_one_is_refused_by_both_hashes()
    {
        var content = Archives.Content();
        var written = Archives.Written(content, Archives.Model, new() { ModelOutside = true });
        Assert.True(written.Length < Archives.Written(content, Archives.Model, new()).Length);
        var hash = Convert.ToHexStringLower(Archives.Model.Hash);
        Assert.Contains($"{hash}; give that model with -m", Refused(null));
        var other = TableModel.Of(5, 6, 8, 2);
        Assert.Contains(hash, Refused(other.Bytes));
        Assert.Contains(Convert.ToHexStringLower(other.Hash), Refused(other.Bytes));
        using var archive = Archives.Opened(written, model: Archives.Model.Bytes);
        Assert.Equal(Archives.Records(content), Archives.Records(archive));

        string Refused(byte[]? model)
        {
            using var archive = Archives.Opened(written, model: model);
            return Assert.Throws<InvalidInputException>(() => Archives.Records(archive)).OnCommandLine();
        }
    }

    [Fact]
    public void Newer_minor_version_is_read_and_what_needs_a_newer_program_is_refused()
    {
        var content = Archives.Content();
        var written = Archives.Written(content, Archives.Model, new());
        using var archive = Archives.Opened(Archives.WithHeader(written, 10, 7));
        Assert.Equal(Archives.Records(content), Archives.Records(archive));
        Assert.Contains("format version 2.0", Refused(9, 2));
        Assert.Contains("features", Refused(12, 2));
        Assert.Contains("features", Refused(15, 0x80));
        Assert.Contains($"arithmetic profile {ArchiveHeader.LatestProfile + 1}", Refused(11, ArchiveHeader.LatestProfile + 1));

        string Refused(int at, byte value) =>
            Assert.Throws<InvalidInputException>(() => Archives.Opened(Archives.WithHeader(written, at, value))).OnCommandLine();
    }

    [Theory]
    [InlineData(CompressionMethod.Raw, false)]
    [InlineData(CompressionMethod.Brotli, false)]
    [InlineData(CompressionMethod.Brotli, true)]
    public void A_model_that_no_block_needs_is_left_out(CompressionMethod method, bool outside)
    {
        var content = Archives.Content();
        using var stream = new MemoryStream();
        var written = ArchiveWriter.Write(
            stream,
            content,
            Archives.Model,
            new()
            {
                RecordsPerBlock = 6,
                Method = method,
                ModelOutside = outside,
            }
        );
        Assert.False(written.UsesModel);
        Assert.Equal((0, stream.Length), (written.ModelBytes, written.Bytes));
        // Byte for byte the archive that is made without a model, which every version reads.
        Assert.Equal(Archives.Written(content, null, new() { RecordsPerBlock = 6, Method = method }), stream.ToArray());
        using var archive = Archives.Opened(stream.ToArray());
        Assert.Null(archive.Header.ModelHash);
        Assert.Null(archive.Model);
        Assert.Equal(Archives.Records(content), Archives.Records(archive));
    }

    [Fact]
    public void A_model_that_one_block_needs_is_in_it()
    {
        using var stream = new MemoryStream();
        var written = ArchiveWriter.Write(stream, Archives.Content(), Archives.Model, new() { RecordsPerBlock = 6 });
        Assert.True(written.UsesModel);
        using var archive = Archives.Opened(stream.ToArray());
        Assert.Equal(Archives.Model.Hash, archive.Header.ModelHash);
    }

    [Fact]
    public void Names_are_checked_before_an_archive_is_written()
    {
        var content = new ArchiveContent(1);
        content.Add(new() { Name = "a:b" }, [], isModelled: false);
        Assert.Contains("rename", Assert.Throws<InvalidInputException>(() => Archives.Written(content, null, new())).OnCommandLine());
        content = new ArchiveContent(1, new(1, 1, 1, 2));
        content.Add(new() { Name = "a.jpg", Kind = EntryKind.Picture }, [0], isModelled: false);
        content.Add(new() { Name = "a.png" }, [], isModelled: false);
        Assert.Contains("'a.png'", Assert.Throws<InvalidInputException>(() => Archives.Written(content, null, new())).OnCommandLine());
    }

    /// <summary>Gives back zeros.</summary>
    private sealed class Liar : IBlockCodec
    {
        public BlockType Type => BlockType.BitsBack;

        public byte[] Encode(ReadOnlySpan<byte> records, int count) => [1];

        public void Decode(ReadOnlySpan<byte> payload, int count, Span<byte> records) => records.Clear();
    }

    private sealed class Thrower : IBlockCodec
    {
        public BlockType Type => BlockType.QuantisedLatent;

        public byte[] Encode(ReadOnlySpan<byte> records, int count) => [1];

        public void Decode(ReadOnlySpan<byte> payload, int count, Span<byte> records) => throw new InvalidOperationException();
    }
}
