using System.IO.Hashing;
using Isthmus.Compression.Codecs;

namespace Isthmus.Compression.Archive;

/// <summary>Options for writing an archive.</summary>
public sealed record ArchiveOptions
{
    /// <summary>
    /// Largest number of records in a block. More give fewer bytes; fewer mean less to decode for one record, and a smaller loss from damage. Default 1,000.
    /// </summary>
    public int RecordsPerBlock { get; init; } = 1000;

    /// <summary>Codecs to try. Default: all.</summary>
    public CompressionMethod Method { get; init; }

    /// <summary>True to leave the model out, which decoding then needs as a file. Default false.</summary>
    public bool ModelOutside { get; init; }

    /// <summary>Number of blocks coded at a time; 0 (the default) for as many as there are cores. The bytes do not depend on it.</summary>
    public int Threads { get; init; }
}

/// <summary>Result of writing an archive.</summary>
/// <param name="Bytes">Bytes of the archive.</param>
/// <param name="ModelBytes">Bytes of the model in it; 0 if it is outside, or if no block needs it and it was left out.</param>
/// <param name="Blocks">Number of blocks of each type.</param>
/// <param name="Failures">Number of blocks that a codec did not decode to their records, so that another codec was used: 0, unless a codec has a fault.</param>
public sealed record ArchiveWritten(long Bytes, int ModelBytes, IReadOnlyDictionary<BlockType, int> Blocks, int Failures)
{
    /// <summary>True if a block or a photograph needs the model to be decoded.</summary>
    public bool UsesModel { get; internal init; }
}

/// <summary>Writer of archives (docs/reference/archive-format.md): the same content, model and options give the same bytes, on any number of threads.</summary>
public static class ArchiveWriter
{
    /// <summary>Writes an archive, whole or not at all.</summary>
    /// <param name="path">The file; one that is there is replaced when the archive is whole.</param>
    /// <param name="content">The files and their records.</param>
    /// <param name="model">The model that codes them; null for general codecs alone.</param>
    /// <param name="options">Block size, codecs and threads.</param>
    /// <param name="progress">Receives how many records are done.</param>
    /// <param name="cancellationToken">Stops between two blocks; nothing is left behind.</param>
    /// <exception cref="InvalidInputException">The content cannot be put into an archive, or the file cannot be written.</exception>
    public static ArchiveWritten Write(
        string path,
        ArchiveContent content,
        ArchiveModel? model,
        ArchiveOptions options,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArchiveWritten? written = null;
        AtomicFile.Write(path, stream => written = Write(stream, content, model, options, progress, cancellationToken));
        return written!;
    }

    /// <summary>Writes an archive to a stream. Nothing is written before every block is coded; the stream is left open.</summary>
    /// <param name="stream">Stream for the archive; it need not be seekable.</param>
    /// <param name="content">The files and their records.</param>
    /// <param name="model">The model that codes them; null for general codecs alone.</param>
    /// <param name="options">Block size, codecs and threads.</param>
    /// <param name="progress">Receives how many records are done.</param>
    /// <param name="cancellationToken">Stops between two blocks, before anything is written.</param>
    /// <exception cref="InvalidInputException">The content cannot be put into an archive.</exception>
    public static ArchiveWritten Write(
        Stream stream,
        ArchiveContent content,
        ArchiveModel? model,
        ArchiveOptions options,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        CheckNames(content);
        if (content.RecordBytes is < 1 or > ArchiveHeader.LargestRecord)
            throw new InvalidInputException(
                $"A record of {content.RecordBytes} bytes",
                "cannot be archived",
                $"give records of 1 to {ArchiveHeader.LargestRecord} bytes"
            );
        var most = Math.Clamp(Math.Min(options.RecordsPerBlock, ArchiveHeader.LargestBlock / content.RecordBytes), 1, ArchiveHeader.MostRecordsInBlock);
        var plan = content.Blocks(most).ToArray();
        var list = ArchiveDirectory.ToBytes(content.Entries);
        if (list.Length > ArchiveHeader.LargestDirectory || content.Entries.Count > ArchiveDirectory.MostFiles)
            throw new InvalidInputException(
                $"The list of {content.Entries.Count} files",
                $"takes {list.Length} bytes; an archive takes {ArchiveHeader.LargestDirectory} bytes and {ArchiveDirectory.MostFiles} files",
                "make several archives"
            );
        var (directory, directoryBytes) = Section.Of(list);
        var encoder = new BlockEncoder(model?.Codecs ?? [], options.Method);
        // All blocks before the header, which says whether there is a model: one that no block needs is left out.
        var encoded = new List<(BlockFrame Frame, byte[] Payload)>();
        foreach (var block in Encoded(encoder, content, plan, options, cancellationToken))
        {
            encoded.Add(block);
            progress?.Report(block.Frame.First + block.Frame.Count);
        }
        // A photograph of few bytes stands in the list of files, in no block.
        var hasPhotographs = content.Entries.Any(entry => entry.Kind == EntryKind.Photograph);
        var used = hasPhotographs || encoded.Any(block => BlockEncoder.NeedsModel(block.Frame.Type)) ? model : null;
        var (section, modelBytes) = used is null || options.ModelOutside ? (default, []) : Section.Of(used.Bytes);
        var header = new ArchiveHeader
        {
            MinorVersion = ArchiveHeader.MinorOf(used?.ArithmeticProfile ?? 0),
            ArithmeticProfile = used?.ArithmeticProfile ?? 0,
            Features =
                (used is not null && options.ModelOutside ? ArchiveFeatures.ModelOutside : ArchiveFeatures.None)
                | (hasPhotographs ? ArchiveFeatures.Photographs : ArchiveFeatures.None)
                | (hasPhotographs && used?.Codecs is [{ Type: BlockType.LosslessPhotograph }] ? ArchiveFeatures.LosslessPhotographs : ArchiveFeatures.None)
                | (encoded.Any(block => block.Frame.Type == BlockType.Lines) ? ArchiveFeatures.Lines : ArchiveFeatures.None),
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
        return new(bytes, modelBytes.Length, encoded.CountBy(block => block.Frame.Type).ToDictionary(), encoder.Failures)
        {
            UsesModel = used is not null,
        };
    }

    /// <summary>Encodes the blocks in order, several at a time.</summary>
    private static IEnumerable<(BlockFrame Frame, byte[] Payload)> Encoded(
        BlockEncoder encoder,
        ArchiveContent content,
        (int First, int Count, bool IsModelled)[] plan,
        ArchiveOptions options,
        CancellationToken cancellationToken
    )
    {
        var threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        foreach (var group in plan.Chunk(4 * threads))
        {
            var blocks = new (BlockFrame, byte[])[group.Length];
            Parallelism.ForEach(group.Length, threads, cancellationToken, i =>
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
                throw new InvalidInputException(entry.Name, $"cannot be archived under this name, as {complaint}", "rename the file");
        if (ArchiveName.Conflict(content.Entries.Select(entry => entry.OutputName)) is { } conflict)
            throw new InvalidInputException("Two files", $"would come back as '{conflict}'", "rename one of them");
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
