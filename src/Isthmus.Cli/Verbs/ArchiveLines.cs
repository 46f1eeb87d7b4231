using Isthmus.Cli.Arguments;
using Isthmus.Compression.Archive;

namespace Isthmus.Cli.Verbs;

/// <summary>Size breakdown of an archive for display and as JSON.</summary>
internal static class ArchiveLines
{
    public static void Print(Session session, string path, string? modelPath)
    {
        using var archive = DecompressCommand.Open(path, modelPath, keepGoing: false);
        if (archive.Header.Features.HasFlag(ArchiveFeatures.Photographs))
        {
            OfPhotographs(session, archive, path);
            return;
        }
        var (header, threads) = (archive.Header, session.Threads == 0 ? Environment.ProcessorCount : session.Threads);
        if (header.Features.HasFlag(ArchiveFeatures.ModelOutside) && modelPath is null)
            session.Note($"the model is outside: give it with -m for the ledger. SHA-256 {Convert.ToHexStringLower(header.ModelHash!)}");
        var ledger =
            header.Features.HasFlag(ArchiveFeatures.ModelOutside) && modelPath is null
                ? null
                : session.Progress.Show(report =>
                    ArchiveSizeBreakdown.Of(
                        archive,
                        threads,
                        new RecordProgress(report, "decoded", header.Records) { Unit = $"{header.Unit}s" },
                        session.CancellationToken
                    )
                );
        session.Result(
            [.. Head(archive), .. ledger is null ? [] : Lines(ledger, header.Unit)],
            [
                new("verb", "info"),
                new("kind", "archive"),
                new("archive", path),
                new("seed", session.Seed),
                new("format_version", $"{ArchiveHeader.Major}.{header.MinorVersion}"),
                new("archive_bytes", archive.Length),
                new("files", archive.Entries.Count),
                new("first_files", archive.Entries.Take(100).Select(entry => new { name = entry.OutputName, records = entry.Records }).ToArray()),
                new("records", header.Records),
                new("record_bytes", header.RecordBytes),
                new("schema", header.Schema),
                new("blocks", archive.Blocks.Count),
                new("block_records", header.RecordsPerBlock),
                new("binarisation_seed", header.BinarisationSeed),
                new("model_sha256", header.ModelHash is { } hash ? Convert.ToHexStringLower(hash) : null),
                new("model_outside", header.Features.HasFlag(ArchiveFeatures.ModelOutside)),
                .. ledger is null ? [] : Json(ledger),
            ]
        );
    }

    private static void OfPhotographs(Session session, ArchiveReader archive, string path)
    {
        var header = archive.Header;
        var files = archive
            .Entries.Select(entry => (entry.OutputName, IsPhotograph: entry.Kind == EntryKind.Photograph, Bytes: entry.Size(header.RecordBytes)))
            .ToArray();
        var hash = header.ModelHash is null ? null : Convert.ToHexStringLower(header.ModelHash);
        session.Result(
            [
                $"{path}: archive of {Counted.Of(files.Count(file => file.IsPhotograph), "photograph")} coded "
                    + $"{(PhotographCompression.HasLoss(header) ? "with" : "without")} loss"
                    + $"{(files.All(file => file.IsPhotograph) ? "" : $" and {Counted.Of(files.Count(file => !file.IsPhotograph), "other file")}")}, "
                    + $"{NumberText.Of(archive.Length)} bytes, format {ArchiveHeader.Major}.{header.MinorVersion}",
                .. files.Take(20).Select(file => $"  {file.OutputName}: {NumberText.Of(file.Bytes)} bytes"),
                .. files.Length > 20 ? [$"  and {files.Length - 20} more"] : Array.Empty<string>(),
                $"  model: {(header.Features.HasFlag(ArchiveFeatures.ModelOutside) ? "outside" : $"{NumberText.Of(header.Model.Stored)} bytes here")}, "
                    + $"SHA-256 {hash}",
            ],
            [
                new("verb", "info"),
                new("kind", "archive"),
                new("archive", path),
                new("format_version", $"{ArchiveHeader.Major}.{header.MinorVersion}"),
                new("archive_bytes", archive.Length),
                new("files", files.Length),
                new(
                    "first_files",
                    files
                        .Take(100)
                        .Select(file => new
                        {
                            name = file.OutputName,
                            bytes = file.Bytes,
                            photograph = file.IsPhotograph,
                        })
                        .ToArray()
                ),
                new("model_bytes", header.Model.Stored),
                new("model_sha256", hash),
                new("model_outside", header.Features.HasFlag(ArchiveFeatures.ModelOutside)),
            ]
        );
    }

    private static IEnumerable<string> Head(ArchiveReader archive)
    {
        var header = archive.Header;
        var records = header.IsText ? "bytes" : $"records of {header.RecordBytes} bytes";
        yield return $"{archive.Name}: archive of {Counted.Of(archive.Entries.Count, "file")}, {NumberText.Of(header.Records)} {records}, "
            + $"{NumberText.Of(archive.Length)} bytes, format {ArchiveHeader.Major}.{header.MinorVersion}";
        yield return $"  files: {string.Join(", ", archive.Entries.Take(5).Select(entry => entry.OutputName))}{(archive.Entries.Count > 5 ? ", ..." : "")}";
        if (header.ModelHash is { } hash)
            yield return $"  model: {(header.IsText ? "lines of text" : $"{header.Schema}")}, "
                + $"{(header.Features.HasFlag(ArchiveFeatures.ModelOutside) ? "outside" : $"{NumberText.Of(header.Model.Stored)} bytes here")}, SHA-256 "
                + $"{Convert.ToHexStringLower(hash)}";
        if (header.BinarisationSeed is { } seed)
            yield return $"  pixels were made black or white at random, seed {seed}";
    }

    private static IEnumerable<string> Lines(ArchiveSizeBreakdown ledger, string unit)
    {
        var records = Math.Max(1, ledger.Records);
        yield return $"Where the bits went, bits a {unit} (measured by decoding everything now):";
        yield return Line("raw", ledger.RawBits);
        if (ledger is { DistortionBits: { } distortion, RateBits: { } rate, RatioToPromise: { } ratio })
        {
            yield return Line("distortion expected", distortion);
            yield return Line("rate expected", rate);
            yield return Line(
                "spent by model's blocks",
                ledger.ModelledBits,
                $"{NumberText.Of(ratio, 5)} of the expectation ({(ledger.IsOfStoredCodes ? "ideal cost of the stored codes and pixels" : "−ELBO")})"
            );
            yield return Line("  of it seed and rounding", ledger.ModelledBits - distortion - rate);
        }
        foreach (var (type, (blocks, bits)) in ledger.Payloads.OrderBy(payload => payload.Key))
            yield return Line($"{CompressCommand.Name(type)} blocks: {NumberText.Of(blocks)}", bits);
        yield return Line("frames, index, names", ledger.FrameBits);
        yield return Line("header", ledger.FixedBits);
        yield return Line("model", ledger.ModelBits);
        yield return Line("archive", ledger.TotalBits, $"{NumberText.Of(ledger.TotalBits / Math.Max(1, ledger.RawBits))} of raw");
        yield return $"Other formats, the same {unit}s, bits a {unit} (compressed now):";
        yield return Line("gzip, one stream", ledger.GzipBits);
        yield return Line("Brotli 11, one stream", ledger.BrotliBits);
        if (ledger.PngBits is { } png)
            yield return Line("PNG, a file a record", png);
        if (ledger.ModelBits == 0 && ledger.ModelledRecords == 0)
            yield return "No block needs a model, and there is none in the archive.";
        else if (ledger.BreakEvenRecords is { } even)
            yield return double.IsFinite(even)
                ? $"The model pays for its own bytes after {NumberText.Of(even)} {unit}s like these."
                : $"The model never pays for its own bytes on {unit}s like these: another format is smaller.";

        string Line(string what, double bits, string? more = null) =>
            $"  {what,-26} {NumberText.Fixed(bits / records, 2),12}{(more is null ? "" : $"   {more}")}";
    }

    private static KeyValuePair<string, object?>[] Json(ArchiveSizeBreakdown ledger) =>
        [
            new("modelled_records", ledger.ModelledRecords),
            new("raw_bits", ledger.RawBits),
            new("distortion_bits", ledger.DistortionBits),
            new("rate_bits", ledger.RateBits),
            new("promised_bits", ledger.DistortionBits + ledger.RateBits),
            new("spent_bits", ledger.ModelledBits),
            new("ratio_to_promise", ledger.RatioToPromise),
            new(
                "promise",
                ledger.DistortionBits is null ? null
                    : ledger.IsOfStoredCodes ? "stored-codes"
                    : "negative-elbo"
            ),
            new("seed_and_rounding_bits", ledger.ModelledBits - ledger.DistortionBits - ledger.RateBits),
            new(
                "payload_bits",
                ledger
                    .Payloads.OrderBy(payload => payload.Key)
                    .ToDictionary(payload => CompressCommand.Name(payload.Key), payload => new { blocks = payload.Value.Blocks, bits = payload.Value.Bits })
            ),
            new("frame_bits", ledger.FrameBits),
            new("header_bits", ledger.FixedBits),
            new("model_bits", ledger.ModelBits),
            new("total_bits", ledger.TotalBits),
            new("gzip_bits", ledger.GzipBits),
            new("brotli_bits", ledger.BrotliBits),
            new("png_bits", ledger.PngBits),
            new("break_even_records", ledger.BreakEvenRecords),
            new("figures_from", "decoding"),
        ];
}
