using Isthmus.Compression.Archive;
using Isthmus.Compression.Codecs;
using Isthmus.Compression.Integer;
using Isthmus.Data.Images;
using Isthmus.Information.Coding;

namespace Isthmus.Fuzz;

/// <summary>What is fuzzed: each takes any bytes, and may throw nothing but the two exceptions that tell of bad input.</summary>
internal static class Targets
{
    private const int MostRecords = 64;

    public static Action<byte[]> ByName(string name, string golden) =>
        name switch
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

    /// <summary>Codecs of every golden model, also with runs of one record, and those without a model; with what they code.</summary>
    public static (IBlockCodec Codec, ImageSchema Schema)[] Codecs(string golden)
    {
        var models = Corpus.Models(golden);
        var ofModels = models.SelectMany(model =>
            model.Codecs.Append(IntegerModel.FromBytes(model.Bytes).CodecsOf(1)[0]).Select(codec => (codec, model.Schema!))
        );
        return [.. ofModels, (BrotliCodec.Smallest, models[0].Schema!), (new RawCodec(), models[0].Schema!)];
    }

    /// <summary>Codec, number of records, payload.</summary>
    private static Action<byte[]> Block(string golden)
    {
        // Not before the first input: instrumented code must not run outside the fuzzer.
        var codecs = new Lazy<(IBlockCodec, ImageSchema)[]>(() => Codecs(golden));
        return bytes => Block(codecs.Value, bytes);
    }

    private static void Block((IBlockCodec, ImageSchema)[] codecs, byte[] bytes)
    {
        if (bytes.Length < 2)
            return;
        var ((codec, schema), count) = (codecs[bytes[0] % codecs.Length], 1 + (bytes[1] % MostRecords));
        var size = schema.Dimension;
        Guarded(() => codec.Decode(bytes.AsSpan(2), count, new byte[count * size]));
        if (codec is IRecordCodec single)
            Guarded(() => single.DecodeRecord(bytes.AsSpan(2), count, bytes[1] % count, new byte[size]));
    }

    /// <summary>A model; if it is taken, it decodes.</summary>
    private static void Model(byte[] bytes) =>
        Guarded(() =>
        {
            var model = ArchiveModel.FromBytes(bytes);
            if (model.Schema is not { Dimension: <= 1 << 16 })
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
        catch (Exception e) when (e is InvalidInputException or MessageException) { }
    }
}
