using System.Text;
using System.Text.Json.Serialization;

namespace Isthmus.Data.Lines;

/// <summary>
/// Tokens of a model of lines: 1 is the end of a line, then the 256 bytes, the masks, and the pieces that were learnt. What no piece covers is spelt by the
/// bytes of its UTF-8, so that every line has tokens and none is unknown. 0 is no token: the places after the end. Immutable; safe to use from several threads.
/// </summary>
/// <param name="Rule">Rule by which a line is cut: <c>bpe</c>, <c>words</c>, <c>characters</c> or <c>bytes</c>.</param>
/// <param name="Masks">Names of the masks, in order.</param>
/// <param name="Pieces">The pieces, of bpe in the order of learning: the first of two that could be made is made.</param>
public sealed record TokenVocabulary(string Rule, IReadOnlyList<string> Masks, IReadOnlyList<string> Pieces)
{
    /// <summary>Token for the end of a line.</summary>
    public const int End = 1;

    internal const int FirstByte = 2,
        FirstMask = FirstByte + 256;

    /// <summary>Number of tokens, V. They are numbered 1 .. V.</summary>
    [JsonIgnore]
    public int Count => FirstMask - 1 + Masks.Count + Pieces.Count;

    /// <summary>First token that is a piece.</summary>
    internal int FirstPiece => FirstMask + Masks.Count;

    /// <summary>Returns true for a token that is a mask.</summary>
    internal bool IsMask(int token) => token >= FirstMask && token < FirstPiece;

    /// <summary>Returns true for a token whose text begins with white space.</summary>
    internal bool IsSpace(int token) =>
        token >= FirstPiece
            ? char.IsWhiteSpace(Pieces[token - FirstPiece][0])
            : token >= FirstByte && token < FirstMask && char.IsWhiteSpace((char)(token - FirstByte)) && token - FirstByte < 0x80;

    /// <summary>Returns the text of a token as it is shown: a byte that is no printable character as <c>\x0A</c>, the end as <c>\n</c>.</summary>
    public string NameOf(int token) =>
        token == End ? "\\n"
        : token < FirstByte ? ""
        : token < FirstMask
            ? token - FirstByte is > 0x20 and < 0x7F and var plain ? $"{(char)plain}"
                : FormattableString.Invariant($"\\x{token - FirstByte:X2}")
        : token < FirstPiece ? $"<{Masks[token - FirstMask]}>"
        : Pieces[token - FirstPiece];

    /// <summary>
    /// Returns the text of tokens, up to the end of the line; a masked part by its name in angle brackets, bytes that are no UTF-8 as U+FFFD.
    /// </summary>
    public string TextOf(ReadOnlySpan<int> tokens)
    {
        var (text, bytes) = (new StringBuilder(), new List<byte>());
        void Flush()
        {
            text.Append(Encoding.UTF8.GetString([.. bytes]));
            bytes.Clear();
        }
        foreach (var token in tokens)
        {
            if (token is 0 or End)
                break;
            if (token < FirstMask)
            {
                bytes.Add((byte)(token - FirstByte));
                continue;
            }
            if (bytes.Count > 0)
                Flush();
            text.Append(NameOf(token));
        }
        Flush();
        return text.ToString();
    }

    /// <summary>True if rule, masks and pieces are the same.</summary>
    public bool Equals(TokenVocabulary? other) =>
        other is not null && Rule == other.Rule && Masks.SequenceEqual(other.Masks) && Pieces.SequenceEqual(other.Pieces);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rule, Masks.Count, Pieces.Count);
}
