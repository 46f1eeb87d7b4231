using System.Text;
using System.Text.Unicode;
using Isthmus.Data.Files;

namespace Isthmus.Data.Documents;

/// <summary>Reader of text files: UTF-8, or the encoding of the byte order mark (UTF-8, UTF-16, UTF-32). Anything else is refused, not guessed.</summary>
internal static class DocumentText
{
    private static readonly (byte[] Mark, Encoding Encoding)[] Marked =
    [
        ([0xEF, 0xBB, 0xBF], new UTF8Encoding(false, throwOnInvalidBytes: true)),
        ([0xFF, 0xFE, 0, 0], new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true)),
        ([0, 0, 0xFE, 0xFF], new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true)),
        ([0xFF, 0xFE], new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true)),
        ([0xFE, 0xFF], new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true)),
    ];

    /// <summary>Reads the whole file, without its mark; packed by gzip or not.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, or is no text of these encodings; names the first wrong byte.</exception>
    public static string Read(string path)
    {
        var bytes = DataFile.Read(path, stream => DataFile.ReadAll(stream, path));
        var (mark, encoding) = Marked.FirstOrDefault(known => bytes.AsSpan().StartsWith(known.Mark), ([], Marked[0].Encoding));
        if (mark.Length < 2 && bytes.AsSpan().IndexOf((byte)0) is >= 0 and var zero)
            throw new InvalidInputException(
                $"{path}: byte {zero + 1}",
                "is 0, which is in no text; it is binary, or UTF-16 without a byte order mark",
                "save it as UTF-8"
            );
        try
        {
            return encoding.GetString(bytes.AsSpan(mark.Length));
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(
                path,
                $"is not {encoding.WebName.ToUpperInvariant()} text{(mark.Length is 0 or 3 ? $" from byte {WrongByte(bytes) + 1} on" : "")}",
                "save it as UTF-8, such as with: iconv -f ISO-8859-1 -t UTF-8",
                cause: e
            );
        }
    }

    /// <summary>
    /// Passes on the lines of a file of any size, one at a time; they end as those of <see cref="MemoryExtensions.EnumerateLines(ReadOnlySpan{char})"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">It cannot be read, or is no text of these encodings.</exception>
    public static void ForEachLine(string path, Action<ReadOnlySpan<char>> visit)
    {
        var head = DataFile.Head(path, 4);
        var (mark, encoding) = Marked.FirstOrDefault(known => head.AsSpan().StartsWith(known.Mark), ([], Marked[0].Encoding));
        var isWrong = DataFile.Read(path, stream =>
        {
            using var reader = new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
            try
            {
                for (var isFirst = true; reader.ReadLine() is { } text; isFirst = false)
                {
                    if (mark.Length < 2 && text.Contains('\0'))
                        return true;
                    foreach (var line in (isFirst ? text.AsSpan().TrimStart('\uFEFF') : text).EnumerateLines())
                        visit(line);
                }
                return false;
            }
            catch (DecoderFallbackException)
            {
                return true;
            }
        });
        if (!isWrong)
            return;
        // Says where the wrong byte is, if the file is not too long for that.
        Read(path);
        throw new InvalidInputException(path, $"is not {encoding.WebName.ToUpperInvariant()} text", "save it as UTF-8");
    }

    private static int WrongByte(byte[] bytes)
    {
        Utf8.ToUtf16(bytes, new char[bytes.Length], out var read, out _, replaceInvalidSequences: false);
        return read;
    }
}
