using System.Text;
using Isthmus.Data.Lines;

namespace Isthmus.Compression.Lines;

/// <summary>One record of a block, a line or several that belong together, as its tokens with the end and the texts of its masks.</summary>
/// <param name="Bytes">Bytes without the end.</param>
/// <param name="Tokens">The tokens, the end included.</param>
/// <param name="Masked">What masks stand for, in order.</param>
internal sealed record CutRecord(byte[] Bytes, int[] Tokens, byte[][] Masked);

/// <summary>
/// Cut of a block's bytes into records: which lines there are, whether all of them end with CR LF, and whether the last has an end. What is no UTF-8 has tokens
/// too, those of its bytes.
/// </summary>
internal static class CutLines
{
    private const byte Lf = (byte)'\n',
        Cr = (byte)'\r';

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Cuts a block.</summary>
    /// <returns>The records; whether CR stands before each LF, which it then lacks in the records; whether the last record has an end.</returns>
    public static (List<CutRecord> Records, bool HasCr, bool IsEnded) Cut(ReadOnlySpan<byte> bytes, LineModel model, TokenEncoder encoder)
    {
        var (records, hasCr, isEnded) = (new List<CutRecord>(), EveryEndHasCr(bytes), bytes[^1] == Lf);
        var joined = new LineRecords(model.RecordStart);
        bool Take(string text, long number)
        {
            var tokens = encoder.Encode(text).ToArray();
            records.Add(new(Encoding.UTF8.GetBytes(text), tokens, [.. encoder.Masked.Select(part => Encoding.UTF8.GetBytes(text, part.Start, part.Length))]));
            return true;
        }
        for (var rest = isEnded ? bytes[..^1] : bytes; ;)
        {
            var end = rest.IndexOf(Lf);
            var line = end < 0 ? rest : rest[..end];
            // The CR before the last end was left with its line.
            if (hasCr && line.EndsWith([Cr]) && (end >= 0 || isEnded))
                line = line[..^1];
            if (Text(line) is { } text)
                joined.Add(text, records.Count + 1, Take);
            else
            {
                joined.Complete(Take);
                records.Add(new(line.ToArray(), [.. line.ToArray().Select(value => TokenVocabulary.FirstByte + value), TokenVocabulary.End], []));
            }
            if (end < 0)
                break;
            rest = rest[(end + 1)..];
        }
        joined.Complete(Take);
        return (records, hasCr, isEnded);
    }

    /// <summary>Returns the lengths of the blocks of a file: so many lines each, or so many bytes where lines are long.</summary>
    public static IEnumerable<int> Blocks(byte[] file, int lines, int mostBytes)
    {
        for (var at = 0; at < file.Length;)
        {
            var (end, found) = (at, 0);
            var limit = Math.Min(file.Length, at + mostBytes);
            while (found < lines && Array.IndexOf(file, Lf, end, limit - end) is >= 0 and var next)
                (end, found) = (next + 1, found + 1);
            if (found < lines && limit == file.Length)
                end = limit;
            else if (found == 0)
            {
                // A line longer than a block: not within a character.
                end = limit;
                while (end > at + 1 && end > limit - 4 && (file[end] & 0xC0) == 0x80)
                    end--;
            }
            yield return end - at;
            at = end;
        }
    }

    private static bool EveryEndHasCr(ReadOnlySpan<byte> bytes)
    {
        var found = false;
        for (var at = 0; bytes[at..].IndexOf(Lf) is >= 0 and var next; at += next + 1, found = true)
            if (at + next == 0 || bytes[at + next - 1] != Cr)
                return false;
        return found;
    }

    private static string? Text(ReadOnlySpan<byte> line)
    {
        try
        {
            return StrictUtf8.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
