using System.Buffers;
using System.Text;
using Isthmus.Compression.Lines;
using Isthmus.Data.Images;

namespace Isthmus.Compression.Archive;

/// <summary>Files of text and others as the content of an archive, byte for byte: a record is a byte, and blocks of text end with a line.</summary>
internal static class TextFiles
{
    /// <summary>Largest number of bytes in a block.</summary>
    public const int BlockBytes = 1 << 20;

    private const int Head = 1 << 16;

    /// <summary>Reads files and folders.</summary>
    /// <param name="paths">Files and folders; of a folder, all files in it.</param>
    /// <param name="lines">Lines in a block.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The content, and what the user must know before it is written: a line each.</returns>
    /// <exception cref="InvalidInputException">A file cannot be read, or there is none.</exception>
    public static (ArchiveContent Content, IReadOnlyList<Wording> Notes) Read(IReadOnlyList<string> paths, int lines, CancellationToken cancellationToken)
    {
        var (files, skipped) = InputFiles.Named(paths);
        var content = new ArchiveContent(1) { Cuts = bytes => CutLines.Blocks(bytes, lines, BlockBytes) };
        var (notes, others) = (new List<Wording>(), new List<string>());
        foreach (var (path, name) in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var bytes = InputFiles.Bytes(path);
            var isText = IsText(bytes);
            if (!isText)
                others.Add(name);
            content.Add(new() { Name = name }, bytes, isText);
            content.GivenBytes += bytes.Length;
        }
        if (others.Count > 0)
            notes.Add(
                $"{(others.Count == 1 ? "1 file" : $"{others.Count} files")} not UTF-8 text, kept without the model: "
                    + $"{string.Join(", ", others.Take(3))}{(others.Count > 3 ? ", ..." : "")}."
            );
        if (skipped.Count > 0)
            notes.Add($"left out: {FolderNotes.Some([.. skipped.Select(entry => $"{entry.Name} ({entry.Why})")])}.");
        return (content, notes);
    }

    /// <summary>Returns true if a file's beginning is text for the most part: nine tenths of its characters are, and are no control characters.</summary>
    private static bool IsText(byte[] bytes)
    {
        ReadOnlySpan<byte> rest = bytes.AsSpan(0, Math.Min(bytes.Length, Head));
        var (characters, others) = (0, 0);
        while (rest.Length > 0)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var length);
            characters++;
            if (status != OperationStatus.Done || (Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r' or '\f' or '\u001b')))
                others++;
            rest = rest[length..];
        }
        return others * 10 <= characters;
    }
}
