using System.IO.Compression;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Compression.Archive;
using Isthmus.Compression.Lines;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus compress</c> with a language model of lines: files of text come back byte for byte.</summary>
internal static class TextCompression
{
    /// <summary>Codes files of text; others are kept as they are, packed by Brotli where that is smaller.</summary>
    /// <param name="session">The command.</param>
    /// <param name="inputs">Files and folders.</param>
    /// <param name="modelPath">Path of the model, for messages.</param>
    /// <param name="model">The model in whole numbers.</param>
    /// <param name="path">Archive to write.</param>
    /// <param name="lines">Lines in a block.</param>
    /// <param name="isOutside">True to leave the model out of the archive.</param>
    public static void Run(Session session, string[] inputs, string modelPath, LineModel model, string path, int lines, bool isOutside)
    {
        var (content, notes) = session.Detached(() => TextFiles.Read(inputs, lines, session.CancellationToken));
        foreach (var note in notes)
            session.Note(note.OnCommandLine());
        var written = session.Progress.Show(report =>
            ArchiveWriter.Write(
                path,
                content,
                ArchiveModel.Of(model),
                new()
                {
                    RecordsPerBlock = TextFiles.BlockBytes,
                    ModelOutside = isOutside,
                    Threads = session.Threads,
                },
                new RecordProgress(report, "compressed", content.Records) { Unit = "bytes" },
                session.CancellationToken
            )
        );
        CompressCommand.NoteFailures(session, written);
        var brotli = session.Detached(() => content.RecordArrays.AsParallel().Sum(Brotli));
        // What the model costs here or elsewhere, against what it saves of each byte given.
        var (given, modelBytes) = (content.GivenBytes, isOutside && written.UsesModel ? model.ToBytes().Length : written.ModelBytes);
        var without = written.Bytes - written.ModelBytes;
        var saved = given == 0 ? 0 : (brotli - without) / (double)given;
        var pays = written.UsesModel && saved > 0 ? (long?)Math.Ceiling(modelBytes / saved) : null;
        var bitsPerByte = given == 0 ? 0 : 8.0 * without / given;
        var blocks = written.Blocks.OrderBy(block => block.Key).ToDictionary(block => CompressCommand.Name(block.Key), block => block.Value);
        string[] larger =
        [
            .. written.Bytes < given ? Array.Empty<string>() : ["the files"],
            .. written.Bytes < brotli ? Array.Empty<string>() : ["Brotli's"],
        ];
        session.Result(
            [
                $"{path}: {NumberText.Of(written.Bytes)} bytes for {Counted.Of(content.Entries.Count, "file")} of {NumberText.Of(given)} bytes; Brotli at its "
                    + $"best takes {NumberText.Of(brotli)}{(larger.Length == 0 ? "" : $": the archive is no smaller than {string.Join(" or ", larger)}")}",
                $"  {NumberText.Of(bitsPerByte)} bits a byte without the model, Brotli {NumberText.Of(given == 0 ? 0 : 8.0 * brotli / given)}",
                written.UsesModel
                    ? $"  model: {NumberText.Of(modelBytes)} bytes {(isOutside ? "outside" : "in the archive")}, SHA-256 "
                        + $"{Convert.ToHexStringLower(model.Hash)[..16]}...; "
                        + (pays is { } bytes ? $"it pays from {NumberText.Of(bytes)} bytes like these on" : "it does not pay: Brotli is smaller")
                    : "  no block uses the model, so it is left out",
                $"  blocks: {string.Join(", ", blocks.Select(block => $"{block.Value} {block.Key}"))}",
            ],
            [
                new("verb", "compress"),
                new("model", modelPath),
                new("files", content.Entries.Count),
                new("given_bytes", given),
                new("archive_bytes", written.Bytes),
                new("brotli_bytes", brotli),
                new("pays", written.Bytes < given && written.Bytes < brotli),
                new("model_used", written.UsesModel),
                new("model_bytes", modelBytes),
                new("model_outside", isOutside && written.UsesModel),
                new("model_sha256", written.UsesModel ? Convert.ToHexStringLower(model.Hash) : null),
                new("bits_per_byte_without_model", given == 0 ? null : bitsPerByte),
                new("pays_from_bytes", pays),
                new("block_lines", lines),
                new("blocks", blocks),
                new("notes", notes.Select(note => note.OnCommandLine())),
                new("output_path", path),
            ]
        );
    }

    // As one stream a file, with the widest window.
    private static long Brotli(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new BrotliStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            stream.Write(bytes);
        return packed.Length;
    }
}
