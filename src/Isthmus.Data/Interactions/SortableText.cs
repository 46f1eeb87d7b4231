using System.Text;

namespace Isthmus.Data.Interactions;

/// <summary>
/// Bytes of texts whose order is the ordinal order of the texts. Those of UTF-8 are, except for characters beyond 16 bits; these are written as two of 16 bits
/// (CESU-8, Unicode technical report 26).
/// </summary>
internal static class SortableText
{
    /// <summary>Returns the bytes of a text.</summary>
    public static byte[] ToBytes(string text)
    {
        if (!text.Any(char.IsSurrogate))
            return Encoding.UTF8.GetBytes(text);
        var bytes = new List<byte>(3 * text.Length);
        foreach (var unit in text)
            if (unit < 0x80)
                bytes.Add((byte)unit);
            else if (unit < 0x800)
                bytes.AddRange((byte)(0xC0 | unit >> 6), (byte)(0x80 | unit & 0x3F));
            else
                bytes.AddRange((byte)(0xE0 | unit >> 12), (byte)(0x80 | unit >> 6 & 0x3F), (byte)(0x80 | unit & 0x3F));
        return [.. bytes];
    }

    /// <summary>Returns the text of the bytes.</summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        for (var i = 0; i < bytes.Length;)
            if (bytes[i] < 0x80)
                text.Append((char)bytes[i++]);
            else if (bytes[i] < 0xE0)
                text.Append((char)((bytes[i++] & 0x1F) << 6 | bytes[i++] & 0x3F));
            else
                text.Append((char)((bytes[i++] & 0x0F) << 12 | (bytes[i++] & 0x3F) << 6 | bytes[i++] & 0x3F));
        return text.ToString();
    }
}
