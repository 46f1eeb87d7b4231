using Isthmus.Compression;
using Isthmus.Information.Coding;

namespace Isthmus.Fuzz;

/// <summary>What is fuzzed: each takes any bytes, and may throw nothing but the two exceptions that tell of bad input.</summary>
internal static class Targets
{
    private const int MostRecords = 64;

    public static Action<byte[]> ByName(string name, string golden) => name switch
    {
        "container" => Container,
        "list" => List,
        "block" => Block(golden),
        "model" => Model,
        _ => throw new ArgumentException($"No target '{name}'; there are container, list, block and model.", nameof(name)),
    };

    /// <summary>An archive whose checksums are made right first, so that what lies behind them is reached; then once more as it is.</summary>
    private static void Container(byte[] bytes)
    {
        foreach (var (archive, keepGoing) in new[] { (Checksums.MadeRight(bytes), false), (Checksums.MadeRight(bytes), true), (bytes, false), (bytes, true) })
            Guarded(() =>
            {
                using var reader = ArchiveReader.Open(archive, "fuzzed", new() { KeepGoing = keepGoing });
                foreach (var block in reader.Blocks.Take(MostRecords))
                    Guarded(() => reader.Decode(block, new byte[block.Count * reader.Header.RecordBytes]));
                if (reader.Header.Records > 0)
                    reader.DecodeRecord(reader.Header.Records - 1, new byte[reader.Header.RecordBytes]);
            });
    }

    private static void List(byte[] bytes) => Guarded(() => ArchiveDirectory.FromBytes(bytes, bytes.Length, hasPictures: true));

    /// <summary>Codec, number of records, payload.</summary>
    private static Action<byte[]> Block(string golden)
    {
        // Not before the first input: instrumented code must not run outside the fuzzer.
        var model = new Lazy<ArchiveModel>(() => Corpus.Model(golden));
        return bytes => Block(model.Value, bytes);
    }

    private static void Block(ArchiveModel model, byte[] bytes)
    {
        if (bytes.Length < 2)
            return;
        IBlockCodec[] codecs = [.. model.Codecs, BrotliCodec.Smallest, new RawCodec()];
        var (codec, count) = (codecs[bytes[0] % codecs.Length], 1 + (bytes[1] % MostRecords));
        var size = model.Schema.Dimension;
        Guarded(() => codec.Decode(bytes.AsSpan(2), count, new byte[count * size]));
        if (codec is IRecordCodec single)
            Guarded(() => single.DecodeRecord(bytes.AsSpan(2), count, bytes[1] % count, new byte[size]));
    }

    /// <summary>A model; if it is taken, it decodes.</summary>
    private static void Model(byte[] bytes) => Guarded(() =>
    {
        var model = ArchiveModel.FromBytes(bytes);
        if (model.Schema.Dimension > 1 << 16)
            return;
        byte[] payload = [.. Enumerable.Range(0, 256).Select(i => (byte)(i * 73))];
        foreach (var codec in model.Codecs)
            Guarded(() => codec.Decode(payload, 2, new byte[2 * model.Schema.Dimension]));
    });

    private static void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is InvalidInputException or MessageException)
        {
        }
    }
}
