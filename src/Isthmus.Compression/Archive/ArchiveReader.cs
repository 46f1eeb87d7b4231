using System.IO.Hashing;
using System.Security.Cryptography;
using Isthmus.Compression.Codecs;
using Isthmus.Compression.Integer;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Archive;

/// <summary>Options for reading an archive.</summary>
public sealed record ArchiveReading
{
    /// <summary>
    /// True to read on after damage: single flipped bits are corrected, blocks are found by scanning, and losses are reported. Default false: any damage is an
    /// error.
    /// </summary>
    public bool KeepGoing { get; init; }

    /// <summary>Bytes of the model, for an archive that does not hold them; their hash is checked. Default null: the archive's own.</summary>
    public byte[]? Model { get; init; }

    /// <summary>
    /// Function that returns the bytes of the model of a SHA-256, for an archive that does not hold its model, or null if it knows none of it. Default null.
    /// </summary>
    public Func<byte[], byte[]?>? KnownModels { get; init; }

    /// <summary>
    /// Function that makes a model from its bytes and throws <see cref="InvalidInputException"/> if they are none. Default
    /// <see cref="ArchiveModel.FromBytes"/>.
    /// </summary>
    public Func<byte[], ArchiveModel> LoadModel { get; init; } = ArchiveModel.FromBytes;
}

/// <summary>
/// Reader of archives (docs/reference/archive-format.md). Whatever the file holds, a block gives exactly the records that were put in, or an
/// <see cref="InvalidInputException"/>. Safe for use by several threads at once.
/// </summary>
public sealed class ArchiveReader : IDisposable
{
    private static readonly IBlockCodec[] ModelFree = [
        new RawCodec(),
        BrotliCodec.Smallest,
        new RawCodec(BlockType.Photograph),
        new RawCodec(BlockType.LosslessPhotograph),
    ];
    private const int ScanStep = 1 << 16;

    private readonly ByteSource _source;
    private readonly ArchiveReading _reading;
    private readonly Lazy<ArchiveModel?> _model;
    private readonly List<string> _damage = [];

    private ArchiveReader(ByteSource source, string name, ArchiveReading reading)
    {
        (_source, Name, _reading) = (source, name, reading);
        var head = source.Read(0, (int)Math.Min(ArchiveHeader.Length, source.Length));
        var before = head.ToArray();
        Header = ArchiveHeader.Read(head, source.Length, reading.KeepGoing);
        if (!head.AsSpan().SequenceEqual(before))
            _damage.Add("a flipped bit in the header was flipped back");
        Entries = ReadEntries();
        Blocks = ReadIndex() ?? (reading.KeepGoing ? Scanned() : throw Damaged("its index is damaged, or the file is cut short"));
        _model = new(LoadModel);
    }

    /// <summary>Opens an archive: reads its header, its list of files and its index.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, is no archive, is damaged, or needs a newer program.</exception>
    public static ArchiveReader Open(string path, ArchiveReading reading)
    {
        try
        {
            return Open(ByteSource.Of(path), path, reading);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException(path, "does not exist", "check the spelling", cause: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, $"cannot be read: {e.Message}", "check that it is there and that you may read it", cause: e);
        }
    }

    /// <summary>Opens an archive that is in memory.</summary>
    /// <inheritdoc cref="Open(string, ArchiveReading)"/>
    public static ArchiveReader Open(ReadOnlyMemory<byte> bytes, string name, ArchiveReading reading) => Open(ByteSource.Of(bytes), name, reading);

    /// <summary>Opens an archive from a stream, which is read to its end into memory; it need not seek, and stays open.</summary>
    /// <param name="stream">The archive's bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="reading">How the archive is read.</param>
    /// <exception cref="InvalidInputException">It is no archive, is damaged, or needs a newer program.</exception>
    public static ArchiveReader Open(Stream stream, string name, ArchiveReading reading)
    {
        using var whole = new MemoryStream();
        stream.CopyTo(whole);
        return Open(whole.ToArray(), name, reading);
    }

    /// <summary>Returns true if a file begins as an archive does.</summary>
    public static bool IsIn(string path)
    {
        try
        {
            using var source = ByteSource.Of(path);
            return ArchiveHeader.IsArchive(source.Read(0, (int)Math.Min(ArchiveHeader.Length, source.Length)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Name of the file, for messages.</summary>
    public string Name { get; }

    /// <summary>True if damage is tolerated.</summary>
    public bool KeepsGoing => _reading.KeepGoing;

    /// <summary>Length of the file, bytes.</summary>
    public long Length => _source.Length;

    /// <summary>Header of the archive.</summary>
    public ArchiveHeader Header { get; }

    /// <summary>Files of the archive, in order.</summary>
    public IReadOnlyList<ArchiveEntry> Entries { get; }

    /// <summary>Blocks of the archive, in order. If damage is tolerated, some may be missing.</summary>
    public IReadOnlyList<ArchiveBlock> Blocks { get; }

    /// <summary>Model of the archive; null if it needs none.</summary>
    /// <exception cref="InvalidInputException">It is damaged, or outside and not given, or another one was given.</exception>
    public ArchiveModel? Model => _model.Value;

    /// <summary>Damage found so far outside the blocks' payloads.</summary>
    public IReadOnlyList<string> Damage
    {
        get
        {
            lock (_damage)
                return [.. _damage];
        }
    }

    /// <summary>Fills <paramref name="records"/> (Count x D bytes) with a block's records.</summary>
    /// <returns>How they were stored.</returns>
    /// <exception cref="InvalidInputException">The block is damaged, or needs a model or a program that is not there.</exception>
    public BlockType Decode(ArchiveBlock block, Span<byte> records)
    {
        var (frame, payload) = ReadBlock(block);
        var codec = CodecOf(frame, block);
        try
        {
            codec.Decode(payload, block.Count, records);
        }
        catch (Exception e) when (e is MessageException or InvalidInputException)
        {
            throw Damaged($"{Records(block)} do not decode ({e.Message.TrimEnd('.')})", e);
        }
        return XxHash32.HashToUInt32(records) == frame.PlainSum ? frame.Type : throw Damaged($"{Records(block)} do not have their checksum after decoding");
    }

    /// <summary>
    /// Returns the ideal cost in bits of the codes and pixels of a block of quantised latents, summed over its records; null for another block.
    /// </summary>
    /// <exception cref="InvalidInputException">The block is damaged.</exception>
    internal RecordCost? StoredCost(ArchiveBlock block)
    {
        var (frame, payload) = ReadBlock(block);
        if (CodecOf(frame, block) is not QuantisedLatentCodec codec)
            return null;
        var costs = codec.Costs(payload, block.Count);
        return new(costs.Sum(cost => cost.Distortion), costs.Sum(cost => cost.Rate));
    }

    /// <summary>
    /// Returns the ideal cost in bits of every number of a block's records given their codes, count x D: the stored codes or, in a block of bits-back, those
    /// that quantised latents would store. Null for a block that needs no model, and where the model has no quantised latents.
    /// </summary>
    /// <param name="block">The block.</param>
    /// <param name="records">Its records, decoded.</param>
    /// <exception cref="InvalidInputException">The block is damaged.</exception>
    internal float[]? PixelBits(ArchiveBlock block, ReadOnlySpan<byte> records)
    {
        var (frame, payload) = ReadBlock(block);
        return CodecOf(frame, block) switch
        {
            QuantisedLatentCodec codec => codec.PixelBits(payload, block.Count),
            BitsBackCodec => Model!.Codecs.OfType<QuantisedLatentCodec>().FirstOrDefault()?.PixelBitsOf(records, block.Count),
            _ => null,
        };
    }

    /// <summary>
    /// Decodes one record into <paramref name="record"/> (D bytes), without decoding the others if the block's codec allows that; then only the checksum of the
    /// stored bytes is checked, not that of the whole block's records.
    /// </summary>
    /// <exception cref="InvalidInputException">Its block is damaged or missing, or there is no such record.</exception>
    public void DecodeRecord(int index, Span<byte> record)
    {
        if (index < 0 || index >= Header.Records)
            throw new InvalidInputException(Name, $"has no record {index}", $"count its {Header.Records} records from 0");
        var block = Blocks.LastOrDefault(block => block.First <= index);
        if (index >= block.First + block.Count)
            throw Damaged($"the block of record {index} is missing");
        var (frame, payload) = ReadBlock(block);
        if (CodecOf(frame, block) is IRecordCodec codec)
        {
            try
            {
                codec.DecodeRecord(payload, block.Count, index - block.First, record);
            }
            catch (Exception e) when (e is MessageException or InvalidInputException)
            {
                throw Damaged($"record {index} does not decode ({e.Message.TrimEnd('.')})", e);
            }
            return;
        }
        var records = new byte[block.Count * Header.RecordBytes];
        Decode(block, records);
        records.AsSpan((index - block.First) * Header.RecordBytes, record.Length).CopyTo(record);
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private static ArchiveReader Open(ByteSource source, string name, ArchiveReading reading)
    {
        try
        {
            return new(source, name, reading);
        }
        catch (Exception e)
        {
            source.Dispose();
            if (e is InvalidInputException error && !e.Message.StartsWith(name, StringComparison.Ordinal))
                throw error.In(name);
            throw;
        }
    }

    private IReadOnlyList<ArchiveEntry> ReadEntries()
    {
        var bytes = _source.Read(ArchiveHeader.Length, Header.Directory.Stored);
        if (Header.Directory.Unpacked(bytes, _reading.KeepGoing) is { } list)
            return ArchiveDirectory.FromBytes(list, Header.Records, Header.Schema is not null, Header.Features.HasFlag(ArchiveFeatures.Photographs));
        if (!_reading.KeepGoing)
            throw Damaged("its list of files is damaged");
        Note("the list of files is damaged: names and headers of files are lost, the records stand in records.bin one after another");
        return [new() { Name = "records.bin", Records = Header.Records }];
    }

    private ArchiveBlock[]? ReadIndex()
    {
        var end = _source.Length - ArchiveIndex.TailLength;
        if (
            end < Header.BlocksStart
            || ArchiveIndex.ReadTail(_source.Read(end, ArchiveIndex.TailLength)) is not var (length, sum)
            || length > end - Header.BlocksStart
        )
            return null;
        return ArchiveIndex.Read(_source.Read(end - length, length), sum, Header, end - length);
    }

    /// <summary>Finds the blocks by their frames: one after the other and, where that breaks off, wherever the next frame is.</summary>
    private ArchiveBlock[] Scanned()
    {
        Note("the index is damaged or missing; the blocks were found by scanning");
        var blocks = new List<ArchiveBlock>();
        var first = 0;
        for (var offset = Header.BlocksStart; FrameFrom(offset, first) is { } block; offset = block.End)
        {
            blocks.Add(block);
            first = block.First + block.Count;
        }
        return [.. blocks];
    }

    /// <summary>Finds the next block after an offset that begins with record <paramref name="first"/> or a later one.</summary>
    private ArchiveBlock? FrameFrom(long offset, int first)
    {
        if (FrameAt(offset, first, repair: true) is { } next)
            return next;
        for (; offset + BlockFrame.Length <= _source.Length; offset += ScanStep)
        {
            var piece = _source.Read(offset, (int)Math.Min(ScanStep + BlockFrame.Marker.Length - 1, _source.Length - offset));
            for (var at = 0; piece.AsSpan(at).IndexOf(BlockFrame.Marker) is >= 0 and var found; at += found + 1)
                if (FrameAt(offset + at + found, first, repair: false) is { } block)
                    return block;
        }
        return null;
    }

    private ArchiveBlock? FrameAt(long offset, int first, bool repair)
    {
        if (offset + BlockFrame.Length > _source.Length || BlockFrame.Read(_source.Read(offset, BlockFrame.Length), Header.Id, repair) is not { } frame)
            return null;
        var block = new ArchiveBlock(offset, frame.First, frame.Count, frame.PayloadBytes);
        return block.First >= first && block.IsPossible(Header, _source.Length) ? block : null;
    }

    private (BlockFrame Frame, byte[] Payload) ReadBlock(ArchiveBlock block)
    {
        try
        {
            var frame = BlockFrame.Read(_source.Read(block.Offset, BlockFrame.Length), Header.Id, _reading.KeepGoing)
                ?? throw Damaged($"the frame of {Records(block)} is damaged");
            if ((frame.First, frame.Count, frame.PayloadBytes) != (block.First, block.Count, block.PayloadBytes))
                throw Damaged($"the frame of {Records(block)} tells of others than the index");
            var payload = _source.Read(block.Offset + BlockFrame.Length, block.PayloadBytes);
            if (Crc32.HashToUInt32(payload) != frame.PayloadSum && !(_reading.KeepGoing && SingleBitRepair.TryRepair(payload, frame.PayloadSum)))
                throw Damaged($"{Records(block)} are damaged");
            return (frame, payload);
        }
        catch (IOException e)
        {
            throw new InvalidInputException(Name, $"cannot be read: {e.Message}", "check that it is there and that you may read it", cause: e);
        }
    }

    private IBlockCodec CodecOf(BlockFrame frame, ArchiveBlock block) =>
        ModelFree.FirstOrDefault(codec => codec.Type == frame.Type)
        ?? (Enum.IsDefined(frame.Type) ? Model : null)?.Codecs.FirstOrDefault(codec => codec.Type == frame.Type)
        ?? throw new InvalidInputException(
            $"{Name}: {Records(block)}",
            $"are stored in a way ({(int)frame.Type}) that this Isthmus or the archive's model does not know",
            "use a newer Isthmus"
        );

    private ArchiveModel? LoadModel()
    {
        if (Header.ModelHash is not { } hash)
            return null;
        var isOutside = Header.Features.HasFlag(ArchiveFeatures.ModelOutside);
        var bytes = _reading.Model ?? (isOutside ? _reading.KnownModels?.Invoke(hash) : null);
        if (bytes is null && isOutside)
            throw new InvalidInputException(
                Name,
                $"does not hold its model, which has SHA-256 {Convert.ToHexStringLower(hash)}",
                $"give that model with {OptionNames.ArchiveModel}",
                OptionNames.ArchiveModel
            );
        bytes ??= Header.Model.Unpacked(_source.Read(ArchiveHeader.Length + (long)Header.Directory.Stored, Header.Model.Stored), _reading.KeepGoing)
            ?? throw new InvalidInputException(
                $"{Name}: the model in it",
                "is damaged",
                $"fetch the file again, or, if you have the model, give it with {OptionNames.ArchiveModel} and {OptionNames.KeepGoing}",
                OptionNames.ArchiveModel
            );
        var found = SHA256.HashData(bytes);
        // An archive of quantised latents names the model without its encoder network; the whole model, if given, serves as well.
        if (
            _reading.Model is not null
            && !found.AsSpan().SequenceEqual(hash)
            && ArchiveModel.WithoutEncoder(bytes) is { } smaller
            && SHA256.HashData(smaller).AsSpan().SequenceEqual(hash)
        )
            (bytes, found) = (smaller, hash);
        if (!found.AsSpan().SequenceEqual(hash))
            throw new InvalidInputException(
                Name,
                $"was made with the model of SHA-256 {Convert.ToHexStringLower(hash)}, and "
                    + $"{(_reading.Model is null ? "the one in it" : "the one given")} has {Convert.ToHexStringLower(found)}",
                $"give the right one with {OptionNames.ArchiveModel}",
                OptionNames.ArchiveModel
            );
        var model = _reading.LoadModel(bytes);
        return Equals(model.Schema, Header.Schema)
            ? model
            : throw new InvalidInputException(
                $"{Name}: its model",
                $"is of {(object?)model.Schema ?? "others"}, and its records are {(object?)Header.Schema ?? "no pictures"}; it was not written by Isthmus",
                "fetch it again from its source"
            );
    }

    private InvalidInputException Damaged(string what, Exception? cause = null) =>
        new(
            Name,
            $"is damaged: {what}",
            _reading.KeepGoing ? "fetch the file again" : (Wording)$"fetch the file again, or recover the rest with {OptionNames.KeepGoing}",
            _reading.KeepGoing ? null : OptionNames.KeepGoing,
            cause
        );

    private void Note(string damage)
    {
        lock (_damage)
            _damage.Add(damage);
    }

    private static string Records(ArchiveBlock block) =>
        block.Count == 1 ? $"record {block.First}" : $"records {block.First} to {block.First + block.Count - 1}";
}
