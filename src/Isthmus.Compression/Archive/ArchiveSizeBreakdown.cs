using System.IO.Compression;
using Isthmus.Compression.Codecs;
using Isthmus.Data.Images;

namespace Isthmus.Compression.Archive;

/// <summary>
/// Size of an archive by part, found by decoding all of it: the records' raw bits, the bits that the model promises, the bits spent, and the bits of other
/// formats for the same records. All in bits, summed over records.
/// </summary>
public sealed record ArchiveSizeBreakdown
{
    /// <summary>Number of records.</summary>
    public required int Records { get; init; }

    /// <summary>Number of records in blocks that the model codes.</summary>
    public required int ModelledRecords { get; init; }

    /// <summary>Bits of the uncoded records: D log2(levels) each for pictures, 8 D for rows of bytes.</summary>
    public required double RawBits { get; init; }

    /// <summary>
    /// Promised distortion of the modelled records, -log2 p(x|z), bits: at codes drawn from q(z|x) or, if the model has no encoder, at the stored codes. Null
    /// if there are none.
    /// </summary>
    public required double? DistortionBits { get; init; }

    /// <summary>Promised rate, the cost of the codes, bits; null together with <see cref="DistortionBits"/>.</summary>
    public required double? RateBits { get; init; }

    /// <summary>True if the promise is the ideal cost of the stored codes, as the model has no encoder, and not -ELBO.</summary>
    public required bool IsOfStoredCodes { get; init; }

    /// <summary>Number and bits of the payloads, by type of block.</summary>
    public required IReadOnlyDictionary<BlockType, (int Blocks, double Bits)> Payloads { get; init; }

    /// <summary>Bits of the model in the file; 0 if it is outside.</summary>
    public required double ModelBits { get; init; }

    /// <summary>Bits that do not grow with the number of records: header and tail.</summary>
    public required double FixedBits { get; init; }

    /// <summary>Bits that grow with the number of records: list of files, frames, index.</summary>
    public required double FrameBits { get; init; }

    /// <summary>Bits of gzip at its smallest over all records, one stream.</summary>
    public required double GzipBits { get; init; }

    /// <summary>Bits of Brotli at quality 11 over all records, one stream.</summary>
    public required double BrotliBits { get; init; }

    /// <summary>Bits of a PNG of each record (8 bits a channel); null if records are no pictures.</summary>
    public required double? PngBits { get; init; }

    /// <summary>All bits of the file.</summary>
    public double TotalBits => ModelBits + FixedBits + FrameBits + Payloads.Values.Sum(payload => payload.Bits);

    /// <summary>Bits of the payloads of the blocks that the model codes.</summary>
    public double ModelledBits => Payloads.Where(payload => IsModelled(payload.Key)).Sum(payload => payload.Value.Bits);

    /// <summary>Bits of those payloads over the promise, distortion + rate: 1 if the promise is met exactly. Null without a promise.</summary>
    public double? RatioToPromise => ModelledBits / (DistortionBits + RateBits);

    /// <summary>
    /// Number of records from which the archive, model included, is smaller than the best of gzip, Brotli and PNG, if all are like these: model and fixed bits
    /// over the bits saved a record. Infinite if nothing is saved; null without records.
    /// </summary>
    public double? BreakEvenRecords
    {
        get
        {
            var others = Math.Min(Math.Min(GzipBits, BrotliBits), PngBits ?? double.PositiveInfinity);
            var saved = (others - (TotalBits - ModelBits - FixedBits)) / Records;
            return Records == 0 ? null
                : saved > 0 ? Math.Ceiling((ModelBits + FixedBits) / saved)
                : double.PositiveInfinity;
        }
    }

    /// <summary>Decodes an archive and measures its parts.</summary>
    /// <exception cref="InvalidInputException">It is damaged, or its model is outside and was not given.</exception>
    public static ArchiveSizeBreakdown Of(ArchiveReader archive, int threads, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var header = archive.Header;
        var size = header.RecordBytes;
        var payloads = new Dictionary<BlockType, (int, double)>();
        var (modelled, promised, distortion, rate, png) = (0, 0, 0.0, 0.0, 0L);
        using var gzip = new Counter();
        using var brotli = new Counter();
        using (var gzipping = new GZipStream(gzip, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var brotliing = new BrotliStream(brotli, CompressionLevel.SmallestSize, leaveOpen: true))
            foreach (var group in archive.Blocks.Chunk(4 * Math.Max(1, threads)))
            {
                var decoded = new (byte[] Records, BlockType Type, RecordCost? Promise, long Png)[group.Length];
                Parallelism.ForEach(group.Length, threads, cancellationToken, i =>
                {
                    var records = new byte[group[i].Count * size];
                    var type = archive.Decode(group[i], records);
                    decoded[i] = (
                        records,
                        type,
                        IsModelled(type) ? Promise(archive, group[i], records) : null,
                        header.Schema is null ? 0 : PngBytes(header, records)
                    );
                });
                // The two streams beside each other, each in order.
                Parallelism.ForEach(2, threads, cancellationToken, i =>
                {
                    foreach (var block in decoded)
                        ((Stream)(i == 0 ? gzipping : brotliing)).Write(block.Records);
                });
                for (var i = 0; i < group.Length; i++)
                {
                    var block = decoded[i];
                    var (blocks, bits) = payloads.GetValueOrDefault(block.Type);
                    payloads[block.Type] = (blocks + 1, bits + (8.0 * group[i].PayloadBytes));
                    modelled += IsModelled(block.Type) ? group[i].Count : 0;
                    promised += block.Promise is null ? 0 : group[i].Count;
                    (distortion, rate, png) = (distortion + (block.Promise?.Distortion ?? 0), rate + (block.Promise?.Rate ?? 0), png + block.Png);
                }
                progress?.Report(group[^1].First + group[^1].Count);
            }
        var promises = modelled > 0 && promised == modelled;
        return new()
        {
            Records = header.Records,
            ModelledRecords = modelled,
            RawBits = (double)header.Records * size * (header.Schema is { } schema ? Math.Log2(schema.Levels) : 8),
            DistortionBits = promises ? distortion : null,
            RateBits = promises ? rate : null,
            IsOfStoredCodes = promises && archive.Model?.Promise is null,
            Payloads = payloads,
            ModelBits = 8.0 * header.Model.Stored,
            FixedBits = 8.0 * (ArchiveHeader.Length + ArchiveIndex.TailLength),
            FrameBits =
                8.0
                * (
                    archive.Length
                    - ArchiveHeader.Length
                    - ArchiveIndex.TailLength
                    - header.Model.Stored
                    - archive.Blocks.Sum(block => (long)block.PayloadBytes)
                ),
            GzipBits = 8.0 * gzip.Length,
            BrotliBits = 8.0 * brotli.Length,
            PngBits = header.Schema is null ? null : 8.0 * png,
        };
    }

    private static RecordCost? Promise(ArchiveReader archive, ArchiveBlock block, byte[] records)
    {
        if (archive.Model?.Promise is not { } promise)
            return archive.StoredCost(block);
        var (distortion, rate) = promise(records, block.Count);
        return new(distortion, rate);
    }

    private static bool IsModelled(BlockType type) => BlockEncoder.NeedsModel(type);

    private static long PngBytes(ArchiveHeader header, byte[] records)
    {
        var bytes = 0L;
        foreach (var record in records.Chunk(header.RecordBytes))
        {
            if (header.Schema!.Levels == 2)
                for (var i = 0; i < record.Length; i++)
                    record[i] *= 255;
            bytes += ImageGrid.Png(header.Schema, [record], 1).Length;
        }
        return bytes;
    }

    /// <summary>Stream that counts the bytes written to it.</summary>
    private sealed class Counter : Stream
    {
        private long _length;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => _length;
        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => _length += count;

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
