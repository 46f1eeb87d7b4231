using System.Security.Cryptography;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Compression.Archive;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Photographs;
using Isthmus.Pretrained;
using Isthmus.Reporting.Pages;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus compress</c> with a codec of photographs, and <c>isthmus decompress</c> of what it wrote.</summary>
internal static class PhotographCompression
{
    // Bytes of a block: it is what damage costs.
    private const int BlockBytes = 1 << 18;

    // Photographs of a page are held until it is written, and are coded a few dozen times.
    private const int MostOnPage = 24;

    /// <summary>Codes photographs; other files, and folders' damaged pictures among them, are kept as bytes.</summary>
    /// <param name="session">The command.</param>
    /// <param name="inputs">Files and folders.</param>
    /// <param name="modelPath">The model; null for the one that ships, which no archive holds.</param>
    /// <param name="quality">From 0 to 1; null for a lossless model.</param>
    /// <param name="path">Archive to write.</param>
    /// <param name="isOutside">True to leave the model out of the archive.</param>
    /// <param name="page">Page to write; null for none.</param>
    public static void Run(Session session, string[] inputs, string? modelPath, double? quality, string path, bool isOutside, string? page)
    {
        isOutside |= modelPath is null;
        Func<TrainedModel> load = modelPath is null ? PretrainedModels.Codec : () => TrainedModel.Load(modelPath);
        if (quality is < 0 or > 1 or double.NaN)
            throw new InvalidInputException($"--quality {NumberText.Of(quality.Value)}: expected a number from 0 to 1, such as 0.5.");
        var (files, skipped) = InputFiles.Named(inputs);
        var isNamed = !inputs.Any(Directory.Exists);
        if (page is not null && files.Count(file => ImageFolderReader.IsImage(file.Path)) is > MostOnPage and var many)
            throw new InvalidInputException($"--html shows at most {MostOnPage} photographs, and there are {many}; leave it out, or give fewer.");
        List<OrderedDictionary<string, object?>> photographs = [];
        List<string> kept = [];
        var content = new ArchiveContent(ArchiveModel.PhotographRecordBytes);
        var (given, coded, pixels, samples) = (0L, 0L, 0L, 0L);
        var (written, model) = session.Progress.Show(report => session.Compute(load, (trained, _) =>
            {
                using var codec = PhotographCoder.Of(trained);
                var names = files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
                List<CodecComparison> compared = [];
                foreach (var (place, (file, name)) in files.Index())
                {
                    var bytes = new FileInfo(file).Length;
                    if (Read(file, name, names, isNamed, kept) is not { } photograph)
                    {
                        Add(content, name, EntryKind.Bytes, File.ReadAllBytes(file));
                        continue;
                    }
                    var encoded = codec.Encode(photograph, quality, session.Threads, session.CancellationToken);
                    var size = (long)photograph.Size.Height * photograph.Size.Width;
                    var progress = new ImmediateProgress<double>(done => report((place + done) / files.Count, $"{place + 1}/{files.Count}  {file}"));
                    if (page is not null)
                        compared.Add(CodecComparison.Of(codec.WithLoss!, file, quality!.Value, session.Threads, progress, session.CancellationToken));
                    progress.Report(1);
                    names.Add(Path.ChangeExtension(name, ".png"));
                    Add(content, name, EntryKind.Photograph, encoded.Bytes);
                    (given, coded, pixels, samples) = (given + bytes, coded + encoded.Bytes.Length, pixels + size, samples + (size * photograph.Channels));
                    photographs.Add(
                        new()
                        {
                            ["input_path"] = file,
                            ["width_pixels"] = photograph.Size.Width,
                            ["height_pixels"] = photograph.Size.Height,
                            ["given_bytes"] = bytes,
                            ["coded_bytes"] = encoded.Bytes.Length,
                            ["bits_per_pixel"] = 8.0 * encoded.Bytes.Length / size,
                            ["bits_per_channel_value"] = 8.0 * encoded.Bytes.Length / (size * photograph.Channels),
                            ["psnr_db"] = encoded.PsnrDb,
                        }
                    );
                }
                if (photographs.Count == 0)
                    throw new InvalidInputException(
                        $"{string.Join(", ", inputs)}",
                        "holds no photograph",
                        modelPath is null ? "give .png, .jpg or .webp files, or name a model of other files with --model" : "give .png, .jpg or .webp files"
                    );
                var archived = ArchiveWriter.Write(
                    path,
                    content,
                    codec.Model,
                    new()
                    {
                        RecordsPerBlock = BlockBytes / ArchiveModel.PhotographRecordBytes,
                        ModelOutside = isOutside,
                        Threads = session.Threads,
                    },
                    cancellationToken: session.CancellationToken
                );
                if (page is not null)
                {
                    var name = modelPath is null ? "the codec that ships" : Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(modelPath))!);
                    CodecPage.Write(page, name, codec.Model.Bytes.Length, compared);
                }
                return (archived, codec.Model);
            }));
        if (modelPath is null)
            session.Note("model: the codec that ships with isthmus, which decompress finds by itself; --model takes another.");
        session.Note(
            quality is null
                ? "photographs come back as PNG files of the very same pixels, under the same names."
                : "photographs are coded with loss: they come back as PNG files of about the same pixels, under the same names."
        );
        if (kept.Count > 0)
            session.Note($"{Counted.Of(kept.Count, "file")} kept as bytes: {string.Join(", ", kept.Take(3))}{(kept.Count > 3 ? ", ..." : "")}.");
        if (skipped.Count > 0)
            session.Note($"left out: {FolderNotes.Some([.. skipped.Select(entry => $"{entry.Name} ({entry.Why})")])}.");
        var (modelBytes, saved) = (isOutside ? model.Bytes.Length : written.ModelBytes, (given - coded) / (double)photographs.Count);
        // The one that ships costs no file anything.
        var pays = saved > 0 ? (long?)(modelPath is null ? 1 : Math.Ceiling(modelBytes / saved)) : null;
        var bitsPerPixel = 8.0 * coded / pixels;
        var psnr = quality is null ? null : photographs.Average(photograph => (double?)photograph["psnr_db"]);
        var bitsPerSample = 8.0 * coded / samples;
        session.Result(
            [
                $"{path}: {NumberText.Of(written.Bytes)} bytes for {Counted.Of(files.Count, "file")}, {NumberText.Of(coded)} of them for "
                    + $"{Counted.Of(photographs.Count, "photograph")} of {NumberText.Of(given)} bytes",
                quality is { } level
                    ? $"  quality {NumberText.Of(level)}: {NumberText.Of(bitsPerPixel)} bits a pixel, PSNR {NumberText.Fixed(psnr!.Value, 2)} dB in mean"
                    : $"  without loss: {NumberText.Of(bitsPerSample, 5)} bits a channel value, {NumberText.Of(bitsPerPixel)} a pixel",
                $"  model: {NumberText.Of(modelBytes)} bytes {(isOutside ? "outside" : "in the archive")}, SHA-256 "
                    + $"{Convert.ToHexStringLower(model.Hash)[..16]}...; "
                    + (
                        pays is not { } count ? "it does not pay: the files given are smaller"
                        : modelPath is null ? "isthmus has it, and no archive needs to hold it"
                        : $"it pays from {Counted.Of(count, "photograph")} like these on"
                    ),
                .. page is null ? Array.Empty<string>() : [$"  rate and distortion beside JPEG and WebP: {page}"],
            ],
            [
                new("verb", "compress"),
                new("model", modelPath ?? "shipped"),
                new("quality", quality),
                new("files", files.Count),
                new("kept_as_bytes", kept),
                new("photographs", photographs),
                new("given_bytes", given),
                new("coded_bytes", coded),
                new("archive_bytes", written.Bytes),
                new("bits_per_pixel", bitsPerPixel),
                new("bits_per_channel_value", bitsPerSample),
                new("psnr_db", psnr),
                new("model_bytes", modelBytes),
                new("model_outside", isOutside),
                new("model_sha256", Convert.ToHexStringLower(model.Hash)),
                new("pays_from_photographs", pays),
                new("output_path", path),
                new("html_path", page),
            ]
        );
    }

    /// <summary>Returns the codec that ships as archives take it, if it is the one of a SHA-256.</summary>
    public static byte[]? Shipped(byte[] hash)
    {
        using var trained = PretrainedModels.Codec();
        using var codec = new PhotographCodec(trained);
        var bytes = codec.ToBytes();
        return SHA256.HashData(bytes).AsSpan().SequenceEqual(hash) ? bytes : null;
    }

    /// <summary>
    /// Returns a decoder for an archive's photographs at a fraction of their height and width, which is made at the first; null for an archive of others.
    /// </summary>
    public static Action<ReadOnlyMemory<byte>, Stream>? Decoder(Session session, ArchiveReader archive, int fraction)
    {
        if (!archive.Header.Features.HasFlag(ArchiveFeatures.Photographs))
            return null;
        var codec = new Lazy<PhotographCoder>(() => PhotographCoder.FromBytes(archive.Model!.Bytes));
        return (coded, png) => PngWriter.Write(codec.Value.Decode(coded, fraction, session.Threads, session.CancellationToken), png);
    }

    /// <summary>Returns true if an archive's photographs were coded with loss.</summary>
    public static bool HasLoss(ArchiveHeader header) =>
        header.Features.HasFlag(ArchiveFeatures.Photographs) && !header.Features.HasFlag(ArchiveFeatures.LosslessPhotographs);

    private static Photograph? Read(string file, string name, HashSet<string> names, bool isNamed, List<string> kept)
    {
        if (!ImageFolderReader.IsImage(file))
        {
            kept.Add($"{name} (no picture)");
            return null;
        }
        if (Path.ChangeExtension(name, ".png") is var output && output != name && names.Contains(output))
        {
            kept.Add($"{name} ({output} is there too)");
            return null;
        }
        if (ImageFile.TryFacts(file) is { IsAnimated: true })
        {
            kept.Add($"{name} (an animation)");
            return null;
        }
        try
        {
            return Photograph.Load(file);
        }
        catch (InvalidInputException e) when (!isNamed)
        {
            kept.Add($"{name} ({e.Problem})");
            return null;
        }
    }

    private static void Add(ArchiveContent content, string name, EntryKind kind, byte[] bytes)
    {
        var whole = bytes.Length / ArchiveModel.PhotographRecordBytes * ArchiveModel.PhotographRecordBytes;
        content.Add(
            new()
            {
                Name = name,
                Kind = kind,
                Suffix = bytes[whole..],
            },
            bytes[..whole],
            isModelled: kind == EntryKind.Photograph
        );
    }
}
