using System.IO.Hashing;
using Isthmus.Compression.Archive;

namespace Isthmus.Tests.Compression;

/// <summary>Archives in memory.</summary>
internal static class Archives
{
    /// <summary>Binary pictures of 5 x 6 pixels, most of them 0, from a seed: what <see cref="Model"/> is made for.</summary>
    public static byte[] Pictures(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count * 30).Select(_ => (byte)(random.Next(10) == 0 ? 1 : 0))];
    }

    public static ArchiveModel Model { get; } = TableModel.Of(5, 6, 9, 1);

    /// <summary>A file of pictures and one of text, in one archive.</summary>
    public static ArchiveContent Content(int pictures = 20)
    {
        var content = new ArchiveContent(30, Model.Schema);
        content.Add(
            new()
            {
                Name = "set/pictures-1.idx",
                Scale = 255,
                Prefix = [0, 0, 8, 3],
                Suffix = [7],
            },
            Pictures(pictures),
            isModelled: true
        );
        content.Add(
            new() { Name = "notes.txt", Suffix = "end"u8.ToArray() },
            [.. Enumerable.Range(0, 60).Select(i => (byte)(32 + (i * i % 90)))],
            isModelled: false
        );
        content.Add(
            new()
            {
                Name = "a.jpg",
                Kind = EntryKind.Picture,
                Scale = 255,
            },
            Pictures(1, seed: 2),
            isModelled: true
        );
        return content;
    }

    public static byte[] Written(ArchiveContent content, ArchiveModel? model, ArchiveOptions options)
    {
        using var stream = new MemoryStream();
        ArchiveWriter.Write(stream, content, model, options);
        return stream.ToArray();
    }

    public static ArchiveReader Opened(byte[] archive, bool keepGoing = false, byte[]? model = null) =>
        ArchiveReader.Open(
            archive,
            "test.isth",
            new()
            {
                KeepGoing = keepGoing,
                Model = model,
                LoadModel = TableModel.Load,
            }
        );

    /// <summary>All records, decoded.</summary>
    public static byte[] Records(ArchiveReader archive)
    {
        var records = new byte[archive.Header.Records * archive.Header.RecordBytes];
        var size = archive.Header.RecordBytes;
        foreach (var block in archive.Blocks)
            archive.Decode(block, records.AsSpan(block.First * size, block.Count * size));
        return records;
    }

    public static byte[] Records(ArchiveContent content)
    {
        var records = new byte[content.Records * content.RecordBytes];
        content.CopyRecords(0, records);
        return records;
    }

    /// <summary>Changes a header as a writer would have that knows better: its checksums are made anew.</summary>
    public static byte[] WithHeader(byte[] archive, int at, params byte[] bytes)
    {
        archive = [.. archive];
        bytes.CopyTo(archive, at);
        BitConverter.TryWriteBytes(archive.AsSpan(120), XxHash32.HashToUInt32(archive.AsSpan(0, 120)));
        BitConverter.TryWriteBytes(archive.AsSpan(124), Crc32.HashToUInt32(archive.AsSpan(0, 124)));
        return archive;
    }
}
