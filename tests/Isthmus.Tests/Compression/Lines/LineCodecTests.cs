using System.IO.Hashing;
using System.Runtime.Intrinsics;
using System.Text;
using Isthmus.Compression.Archive;
using Isthmus.Compression.Codecs;
using Isthmus.Compression.Lines;
using Isthmus.Data.Lines;
using Isthmus.Information.Coding;

namespace Isthmus.Tests.Compression.Lines;

/// <summary>Blocks of lines by models of known whole numbers: the same bytes on every processor.</summary>
public class LineCodecGoldenTests
{
    internal static readonly byte[] Log = Encoding.UTF8.GetBytes(
        string.Concat(
            Enumerable
                .Range(0, 40)
                .Select(i => $"2024-01-02 03:04:{i:00} the world error {i * 37 % 11} from 10.0.0.{i % 7}:80{(i % 9 == 0 ? " 😀 é" : "")}\n")
        )
    );

    [Theory]
    [InlineData(1, "24807d296ddc7077 23111092fd373c62")]
    [InlineData(2, "bae15adb152a144b 1d033a146762722b")]
    public void Bytes_are_those_of_every_machine(byte kind, string golden)
    {
        if (Environment.GetEnvironmentVariable("DOTNET_EnableHWIntrinsic") == "0")
            Assert.False(Vector128.IsHardwareAccelerated);
        var model = LineModel.FromBytes(SmallLineModel.Of((RecurrentKind)kind).ToBytes());
        var payload = new LineCodec(model).Encode(Log, Log.Length)!;
        var back = new byte[Log.Length];
        new LineCodec(model).Decode(payload, back.Length, back);
        Assert.Equal(Log, back);
        Assert.Equal(golden, $"{XxHash64.HashToUInt64(model.ToBytes()):x16} {XxHash64.HashToUInt64(payload):x16}");
    }
}

/// <summary>Blocks of lines: hostile text, damage, other processors, and which model there can be.</summary>
public class LineCodecTests
{
    [Theory]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    [InlineData("DOTNET_EnableAVX512")]
    public Task Golden_blocks_are_the_same_without(string variable) => OtherProcessor.Runs(typeof(LineCodecGoldenTests), 2, variable);

    public static TheoryData<string> Hostile =>
        new(
            "\n",
            "\r",
            "\r\n",
            "a",
            "\n\n\n",
            "no end",
            "one\ntwo",
            "one\r\ntwo\r\n",
            "one\r\ntwo\r",
            "one\r\ntwo",
            "one\r\ntwo\nthree\r\n",
            "\r\n\r\n\n",
            "\0\n\0\0",
            "\uFEFFthe first\n",
            "😀 the 👩‍👩‍👧 é e\u0301\n",
            "שלום עולם\nمرحبا\n",
            "12:00:01 10.0.0.1 3.5 -7 x9 2024-01-02\n12:00:02\n",
            "1\n2\n3\n12\0 34\n",
            "\u2028\u0085\v\f\u001b[31m\n"
        );

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Every_text_comes_back(string text)
    {
        foreach (var start in (string?[])[null, @"^\S", "^(?!)"])
            foreach (var kind in Enum.GetValues<RecurrentKind>())
                ComesBack(Encoding.UTF8.GetBytes(text), SmallLineModel.Of(kind, places: 3, start));
    }

    [Fact]
    public void Bytes_that_are_no_text_come_back()
    {
        var random = new Random(5);
        var bytes = new byte[3000];
        random.NextBytes(bytes);
        ComesBack(bytes, SmallLineModel.Of(RecurrentKind.Lstm));
        ComesBack([.. "the world\n"u8, 0xFF, 0xFE, 0x80, .. "\n the"u8, 0xE2, 0x82], SmallLineModel.Of(RecurrentKind.Gru, recordStart: @"^\S"));
        ComesBack([0xF0, 0x9F, 0x98], SmallLineModel.Of(RecurrentKind.Gru));
    }

    /// <summary>Tens of thousands of tokens in one line: pieces of it are coded side by side, and more of them than at once.</summary>
    [Fact]
    public void A_line_of_many_pieces_comes_back()
    {
        var line = new byte[70_001];
        "the world 12 "u8.ToArray().CopyTo(line, 0);
        for (var i = 13; i < line.Length; i++)
            line[i] = line[i - 13];
        ComesBack(line, SmallLineModel.Of(RecurrentKind.Lstm, places: 16));
    }

    /// <summary>A record that no token covers goes beside the others, packed; without it they cost what they cost alone.</summary>
    [Fact]
    public void Single_lines_that_the_model_would_make_larger_go_beside()
    {
        var model = SmallLineModel.Of(RecurrentKind.Lstm);
        var foreign = new string('ж', 300);
        var with = new LineCodec(model).Encode(Encoding.UTF8.GetBytes($"the world\n{foreign}\n"), 0)!;
        Assert.True(new LineCodec(model).Costs(Encoding.UTF8.GetBytes(foreign))[0] > 8 * 600);
        Assert.True(with.Length < 60, $"{with.Length} bytes");
    }

    [Fact]
    public void Damage_is_refused_whatever_it_is()
    {
        var codec = new LineCodec(SmallLineModel.Of(RecurrentKind.Lstm));
        var payload = codec.Encode(LineCodecGoldenTests.Log, LineCodecGoldenTests.Log.Length)!;
        var records = new byte[LineCodecGoldenTests.Log.Length];
        var random = new Random(3);
        var found = 0;
        for (var i = 0; i < 200; i++)
        {
            var damaged = i < 60 ? payload[..(i * payload.Length / 60)] : payload.ToArray();
            if (i >= 60)
                damaged[random.Next(i < 100 ? 6 : damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                codec.Decode(damaged, records.Length, records);
            }
            catch (MessageException)
            {
                found++;
                continue;
            }
            // A block's checksum tells the rest.
            Assert.False(records.AsSpan().SequenceEqual(LineCodecGoldenTests.Log) && i < 60);
        }
        Assert.True(found > 100, $"{found} of 200");
        Assert.Throws<MessageException>(() => codec.Decode(payload, 10, new byte[10]));
    }

    [Fact]
    public void Models_that_make_no_sense_are_refused_in_one_line()
    {
        var bytes = SmallLineModel.Of(RecurrentKind.Gru).ToBytes();
        Assert.Equal(bytes, LineModel.FromBytes(bytes).ToBytes());
        for (var length = 0; length < bytes.Length; length += 97)
            Assert.DoesNotContain('\n', Assert.Throws<InvalidInputException>(() => LineModel.FromBytes(bytes[..length])).Message);
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var damaged = bytes.ToArray();
            damaged[8 + random.Next(bytes.Length - 8)] ^= (byte)(1 << random.Next(8));
            try
            {
                LineModel.FromBytes(damaged);
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    /// <summary>Blocks are so many lines, or as much of a long one as a block takes, and not within a character.</summary>
    [Theory]
    [InlineData("a\nb\nc\nd", 2, 100, "4,3")]
    [InlineData("a\nb\nc\n", 3, 100, "6")]
    [InlineData("aaaaaaaaaa\nb\n", 2, 4, "4,4,3,2")]
    [InlineData("ééééé", 2, 3, "2,2,2,2,2")]
    [InlineData("", 2, 3, "")]
    public void Blocks_end_with_lines(string text, int lines, int most, string lengths) =>
        Assert.Equal(lengths, string.Join(',', CutLines.Blocks(Encoding.UTF8.GetBytes(text), lines, most)));

    [Fact]
    public void An_archive_decodes_each_block_alone_and_tells_of_a_damaged_one()
    {
        using var folder = new TemporaryFolder();
        // Words that the model expects, in an order that no archiver finds.
        var random = new Random(2);
        string[] words = [" the", " error"];
        var log = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(_ => $"{string.Concat(random.GetItems(words, 12))}\n")));
        File.WriteAllBytes(folder.File("app.log"), log);
        File.WriteAllBytes(folder.File("data.bin"), [.. Enumerable.Range(0, 300).Select(i => (byte)(i * 7))]);
        File.WriteAllBytes(folder.File("empty.log"), []);
        var first = SmallLineModel.Tokens.FirstPiece;
        int[] likely = [TokenVocabulary.End, .. words.Select(word => first + SmallLineModel.Tokens.Pieces.ToList().IndexOf(word))];
        var model = ArchiveModel.Of(SmallLineModel.Of(RecurrentKind.Lstm, places: 100, likely: likely));
        var (content, notes) = TextFiles.Read([folder.File("app.log"), folder.File("data.bin"), folder.File("empty.log")], 7, CancellationToken.None);
        Assert.Contains("data.bin", Assert.Single(notes).ToString());
        var archive = Archives.Written(content, model, new() { RecordsPerBlock = TextFiles.BlockBytes });
        using var reader = ArchiveReader.Open(archive, "test.isth", new());
        Assert.Equal(ArchiveFeatures.Lines, reader.Header.Features);
        Assert.Equal((5, 3), (reader.Header.ArithmeticProfile, reader.Header.MinorVersion));
        Assert.Equal(7, reader.Blocks.Count);
        var back = new byte[log.Length];
        foreach (var block in reader.Blocks.Where(block => block.First < back.Length).Reverse())
            Assert.Equal(BlockType.Lines, reader.Decode(block, back.AsSpan(block.First, block.Count)));
        Assert.Equal(log, back);
        archive[reader.Blocks[2].Offset + 40] ^= 255;
        using var damaged = ArchiveReader.Open(archive, "test.isth", new());
        var error = Assert.Throws<InvalidInputException>(() => damaged.Decode(damaged.Blocks[2], new byte[damaged.Blocks[2].Count]));
        Assert.Contains("is damaged", error.Message);
        Assert.DoesNotContain('\n', error.Message);
        damaged.Decode(damaged.Blocks[3], back.AsSpan(0, damaged.Blocks[3].Count));
    }

    private static void ComesBack(byte[] bytes, LineModel model)
    {
        var codec = new LineCodec(model);
        var payload = codec.Encode(bytes, bytes.Length)!;
        var back = new byte[bytes.Length];
        codec.Decode(payload, bytes.Length, back);
        Assert.Equal(bytes, back);
    }
}
