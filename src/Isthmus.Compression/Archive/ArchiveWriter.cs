using System.IO.Hashing;
using Isthmus.Compression.Codecs;

namespace Isthmus.Compression.Archive;

/// <summary>How an archive is written.</summary>
public sealed record ArchiveOptions
{
    /// <summary>
    /// Most records in a block: the more, the fewer bytes; the fewer, the less is decoded for one record, and the less a damage takes. Default 1,000.
    /// </summary>
    public int RecordsPerBlock { get; init; } = 1000;

    /// <summary>Codecs to try. Default: all.</summary>
    public CompressionMethod Method { get; init; }

    /// <summary>Leave the model out; decoding then asks for it. Default: it is put in.</summary>
    public bool ModelOutside { get; init; }

    /// <summary>Blocks coded at a time; 0 for as many as there are cores. The bytes do not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Told how many records are done.</summary>
    public IProgress<int>? Progress { get; init; }

    /// <summary>Stops the work; nothing is left behind.</summary>
    public CancellationToken Cancel { get; init; }
}

/// <summary>What was written.</summary>
/// <param name="Bytes">Of the archive.</param>
/// <param name="ModelBytes">Of the model in it; 0 if it is outside, or if no block needs it and it was left out.</param>
/// <param name="Blocks">How many blocks are stored in which way.</param>
/// <param name="Failures">Times that a codec's block did not decode to what was encoded, so that another was taken: 0, unless a codec has a fault.</param>
public sealed record ArchiveWritten(long Bytes, int ModelBytes, IReadOnlyDictionary<BlockType, int> Blocks, int Failures)
{
    /// <summary>Whether a block needs the model to be decoded.</summary>
    public bool UsesModel => Blocks.Keys.Any(BlockEncoder.NeedsModel);
}

/// <summary>Writes archives (docs/reference/archive-format.md): the same content, model and options give the same bytes, on any number of threads.</summary>
public static class ArchiveWriter
{
    /// <summary>Writes an archive, whole or not at all.</summary>
    /// <exception cref="InvalidInputException">The content cannot be put into an archive, or the file cannot be written.</exception>
    public static ArchiveWritten Write(string path, ArchiveContent content, ArchiveModel? model, ArchiveOptions options)
    {
        ArchiveWritten? written = null;
        AtomicFile.Write(path, stream => written = Write(stream, content, model, options));
        return written!;
    }

    /// <inheritdoc cref="Write(string, ArchiveContent, ArchiveModel?, ArchiveOptions)"/>
    public static ArchiveWritten Write(Stream stream, ArchiveContent content, ArchiveModel? model, ArchiveOptions options)
    {
        CheckNames(content);
        if (content.RecordBytes is < 1 or > ArchiveHeader.LargestRecord)
            throw new InvalidInputException($"A record of {content.RecordBytes} bytes cannot be archived; it has 1 to {ArchiveHeader.LargestRecord}.");
        var most = Math.Clamp(Math.Min(options.RecordsPerBlock, ArchiveHeader.LargestBlock / content.RecordBytes), 1, ArchiveHeader.MostRecordsInBlock);
        var plan = content.Blocks(most).ToArray();
        var list = ArchiveDirectory.ToBytes(content.Entries);
        if (list.Length > ArchiveHeader.LargestDirectory || content.Entries.Count > ArchiveDirectory.MostFiles)
            throw new InvalidInputException(
                $"The list of {content.Entries.Count} files takes {list.Length} bytes; an archive takes {ArchiveHeader.LargestDirectory} bytes and "
                    + $"{ArchiveDirectory.MostFiles} files. Make several archives."
            );
        var (directory, directoryBytes) = Section.Of(list);
        var encoder = new BlockEncoder(model?.Codecs ?? [], options.Method);
        // All of them before the header, which says whether there is a model: one that no block needs would be bytes for nothing.
        var encoded = new List<(BlockFrame Frame, byte[] Payload)>();
        foreach (var block in Encoded(encoder, content, plan, options))
        {
            encoded.Add(block);
            options.Progress?.Report(block.Frame.First + block.Frame.Count);
        }
        var used = encoded.Any(block => BlockEncoder.NeedsModel(block.Frame.Type)) ? model : null;
        var (section, modelBytes) = used is null || options.ModelOutside ? (default, []) : Section.Of(used.Bytes);
        var header = new ArchiveHeader
        {
            MinorVersion = used?.ArithmeticProfile > 1 ? ArchiveHeader.Minor : (byte)0,
            ArithmeticProfile = used?.ArithmeticProfile ?? 0,
            Features = used is not null && options.ModelOutside ? ArchiveFeatures.ModelOutside : ArchiveFeatures.None,
            Id = Identity(list, used, content),
            Records = content.Records,
            RecordBytes = content.RecordBytes,
            RecordsPerBlock = most,
            Blocks = plan.Length,
            Schema = content.Schema,
            BinarisationSeed = content.BinarisationSeed,
            Directory = directory,
            Model = section,
            ModelHash = used?.Hash,
        };
        foreach (var part in new[] { header.ToBytes(), directoryBytes, modelBytes })
            stream.Write(part);
        foreach (var (frame, payload) in encoded)
        {
            stream.Write(frame.ToBytes(header.Id));
            stream.Write(payload);
        }
        var end = ArchiveIndex.ToBytes([.. encoded.Select(block => (block.Frame.Count, block.Frame.PayloadBytes))]);
        stream.Write(end);
        var bytes = header.BlocksStart + encoded.Sum(block => (long)BlockFrame.Length + block.Payload.Length) + end.Length;
        return new(bytes, modelBytes.Length, encoded.CountBy(block => block.Frame.Type).ToDictionary(), encoder.Failures);
    }

    /// <summary>The blocks in order, some of them coded at a time.</summary>
    private static IEnumerable<(BlockFrame Frame, byte[] Payload)> Encoded(
        BlockEncoder encoder,
        ArchiveContent content,
        (int First, int Count, bool IsModelled)[] plan,
        ArchiveOptions options
    )
    {
        var threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        foreach (var group in plan.Chunk(4 * threads))
        {
            var blocks = new (BlockFrame, byte[])[group.Length];
            Parallelism.ForEach(group.Length, threads, options.Cancel, i =>
            {
                var records = new byte[group[i].Count * content.RecordBytes];
                content.CopyRecords(group[i].First, records);
                blocks[i] = encoder.Encode(records, group[i].First, group[i].Count, group[i].IsModelled);
            });
            foreach (var block in blocks)
                yield return block;
        }
    }

    private static void CheckNames(ArchiveContent content)
    {
        foreach (var entry in content.Entries)
            if (ArchiveName.Complaint(entry.Name) is { } complaint)
                throw new InvalidInputException($"{entry.Name}: this name cannot be archived, as {complaint}; rename the file.");
        if (ArchiveName.Conflict(content.Entries.Select(entry => entry.OutputName)) is { } conflict)
            throw new InvalidInputException($"Two files would come back as '{conflict}'; rename one of them.");
    }

    private static ulong Identity(byte[] list, ArchiveModel? model, ArchiveContent content)
    {
        var hash = new XxHash64();
        hash.Append(list);
        hash.Append(model?.Hash ?? []);
        foreach (var records in content.RecordArrays)
            hash.Append(records);
        return hash.GetCurrentHashAsUInt64();
    }
}
