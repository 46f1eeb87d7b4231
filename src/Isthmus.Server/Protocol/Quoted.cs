namespace Isthmus.Server.Protocol;

/// <summary>A caller's own text as error messages have it: cut short, on one line.</summary>
internal static class Quoted
{
    private const int Most = 64;

    /// <summary>Returns the text without control characters, at most 64 characters of it.</summary>
    public static string Of(string text)
    {
        var start = text.Length > Most ? $"{text[..(char.IsHighSurrogate(text[Most - 1]) ? Most - 1 : Most)]}..." : text;
        return string.Concat(start.Select(character => char.IsControl(character) ? '?' : character));
    }
}
